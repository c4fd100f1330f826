"""Makes one attempt to deliver one webhook: posts, records the outcome, sends the wake-up for the next attempt."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from chalicelib import outbound, tracing
from chalicelib.config import settings
from chalicelib.domain import clock, webhooks
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.events import StoredEvent
from chalicelib.domain.traces import Trace
from chalicelib.domain.webhooks import DeliveryStatus
from chalicelib.outbound import Attempt, ErrorClass
from chalicelib.outbound.resolving import resolver_of
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.queues import Job
from chalicelib.services.waits import wakeups
from chalicelib.services.webhooks import endpoints, formats, receivers
from chalicelib.services.webhooks.formats import Sending
from chalicelib.telemetry import count, logger

# Attempts that the log keeps: four whole ladders. An attempt with its KiB of answer takes up to 7 KB of an item's 400
# KB.
LOG_KEPT = 20
# SQS delays are whole seconds and clocks differ a little; a message this early is on time.
TOLERANCE = 0.5
# The most seconds by which a late attempt (a message waits for its poll) shortens the wait after it. Otherwise the
# delays would add up over the ladder.
LATENESS_MADE_UP = 1.0
NO_HEADERS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Recorded:
    """An attempt's recorded outcome. next_at: Unix seconds of the next attempt, or None if no attempt follows."""

    next_at: float | None


def make(work: Job, delivery: Delivery, event: StoredEvent, endpoint: WebhookEndpoint | None) -> Attempt:
    """Makes the attempt that the caller has claimed.

    Raises Unavailable if the outcome could not be recorded or the next attempt has no wake-up. The job has to come
    again then.
    """
    attempt = _traced_post(delivery, event, endpoint, work.trace)
    recorded = _record(delivery, attempt, (endpoint and endpoint.url) or delivery.url)
    if recorded.next_at is not None:
        following = replace(work, due_at=recorded.next_at, merchant_id=delivery.merchant_id)
        wakeups.send(following, early=TOLERANCE)
    if endpoint and attempt.error_class is not ErrorClass.DISABLED:
        _judge(endpoint, attempt, is_last=recorded.next_at is None)
    return attempt


def _judge(endpoint: WebhookEndpoint, attempt: Attempt, *, is_last: bool) -> None:
    """Records the receiver's health.

    A failure is only logged: the attempt is recorded, its job is done, and the next attempt can teach the same.
    """
    try:
        receivers.judge(endpoint, attempt, is_last=is_last)
    except Unavailable:
        logger.exception("could not record an endpoint's health", endpoint_id=endpoint.id)


def _traced_post(
    delivery: Delivery, event: StoredEvent, endpoint: WebhookEndpoint | None, trace: Trace | None
) -> Attempt:
    """Posts, and records the attempt as a span. The receiver gets the span as its parent in `traceparent`."""
    if trace is None:
        return _post(delivery, event, endpoint)
    span, started = tracing.begin(trace, delivery_id=delivery.id, endpoint_id=delivery.endpoint_id), clock.wall()
    attempt = _post(delivery, event, endpoint, {"traceparent": span.trace.traceparent})
    span.facts.update(event=delivery.event, status=attempt.status, error_class=attempt.error_class)
    tracing.end("webhook", span, started)
    return attempt


def _post(
    delivery: Delivery, event: StoredEvent, endpoint: WebhookEndpoint | None, further: Mapping[str, str] = NO_HEADERS
) -> Attempt:
    if endpoint is None or not endpoint.url or not endpoint.enabled:
        return _switched_off()
    form = formats.form(delivery.format)
    body, secrets = form.body(event, delivery.named), endpoints.secrets(endpoint)
    headers = form.headers(Sending(event, delivery.id, int(clock.wall()), body, secrets, delivery.named))
    if delivery.request_id:
        headers["X-Request-Id"] = delivery.request_id
    headers |= further
    return outbound.post(
        endpoint.url,
        body,
        headers,
        allow_private=settings().is_test_stage,
        resolver=resolver_of(settings().stage),
    )


def _switched_off() -> Attempt:
    detail = "The endpoint was deleted or switched off"
    return Attempt(None, ErrorClass.DISABLED, detail, duration_ms=0, response_body="", retry_after=None)


def _is_final(attempt: Attempt) -> bool:
    return attempt.error_class is ErrorClass.DISABLED or attempt.status == receivers.GONE


def _record(delivery: Delivery, attempt: Attempt, url: str) -> Recorded:
    """Writes the outcome while this worker holds the lease. url: where the attempt went.

    A manual retry may have set the attempts back in the meantime. Then this attempt is the first of the new series.
    """
    current: Delivery | None = delivery
    while current and current.lease == delivery.lease:
        if recorded := _try_to_record(current, attempt, url):
            return recorded
        current = Delivery.find(delivery.id)
    # Either another worker's outcome counts, or the write succeeded and its answer was lost, so that botocore repeated
    # the write and was refused. The next attempt gets its wake-up in any case: a surplus wake-up does no harm, and a
    # missing one stops the ladder.
    return Recorded(float(current.next_retry_at) if current and current.next_retry_at else None)


def _try_to_record(delivery: Delivery, attempt: Attempt, url: str) -> Recorded | None:
    """Writes the outcome once. Returns None if the stored delivery has changed since it was read."""
    at, made = clock.now(), int(delivery.attempts) + 1
    exhausted = _is_final(attempt) or made >= webhooks.MAX_ATTEMPTS
    due_at = None if attempt.succeeded or exhausted else at + _delay(delivery, attempt, at)
    unfinished = DeliveryStatus.PENDING if due_at else DeliveryStatus.FAILED
    status = DeliveryStatus.SUCCESS if attempt.succeeded else unfinished
    actions = [Delivery.url.set(url), *_outcome(delivery, attempt, at, status, due_at)]
    if not delivery.change(actions, (Delivery.lease == delivery.lease) & (Delivery.attempts == delivery.attempts)):
        return None
    _report(delivery, attempt, made, status)
    return Recorded(due_at)


def _outcome(
    delivery: Delivery, attempt: Attempt, at: float, status: DeliveryStatus, due_at: float | None
) -> list[Any]:
    actions = [
        Delivery.status.set(status),
        Delivery.attempts.set(int(delivery.attempts) + 1),
        Delivery.attempts_log.set([*delivery.attempts_log, _entry(attempt, at)][-LOG_KEPT:]),
        Delivery.next_retry_at.set(due_at) if due_at else Delivery.next_retry_at.remove(),
        Delivery.lease.remove(),
        Delivery.lease_until.remove(),
    ]
    if status == DeliveryStatus.FAILED:
        actions.append(Delivery.created_at_if_failed.set(delivery.created_at))
    return actions


def _delay(delivery: Delivery, attempt: Attempt, now: float) -> float:
    """Returns the seconds from now, the attempt's end, to the next attempt; at least what the receiver asked for."""
    asked = webhooks.parse_retry_after(attempt.retry_after, clock.wall())
    delay = webhooks.delay_before(
        int(delivery.attempts) + 2,
        delivery.id,
        test_intervals=settings().webhook_retry_intervals_test,
        retry_after=asked,
    )
    late = now - attempt.duration_ms / 1000 - float(delivery.next_retry_at or now)
    return delay if asked else delay - min(max(late, 0), LATENESS_MADE_UP)


def _entry(attempt: Attempt, at: float) -> dict[str, Any]:
    return {
        "at": clock.iso(at),
        "duration_ms": attempt.duration_ms,
        "status": attempt.status,
        "error_class": attempt.error_class,
        "error_detail": attempt.error_detail,
        "response_body": attempt.response_body,
    }


def _report(delivery: Delivery, attempt: Attempt, number: int, status: DeliveryStatus) -> None:
    logger.info(
        "webhook attempt", delivery_id=delivery.id, endpoint_id=delivery.endpoint_id, event_type=delivery.event,
        attempt=number, http_status=attempt.status, error_class=attempt.error_class,
        duration_ms=attempt.duration_ms, outcome=status, request_id=delivery.request_id,
    )  # fmt: skip
    count("WebhookAttempts", outcome=status)
