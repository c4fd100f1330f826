"""One attempt to deliver one webhook: prepare, post, record."""

import threading
from collections import defaultdict
from typing import Any

from chalicelib import outbound
from chalicelib.config import settings
from chalicelib.domain import clock, webhooks
from chalicelib.outbound import Attempt, ErrorClass
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.services import endpoints
from chalicelib.telemetry import count, logger

TIMEOUT = 5.0
GONE = 410
LOG_KEPT = 20

# A receiver gets so many requests at once from one process; a healthy one frees a place within milliseconds, and one
# that hangs keeps no more threads than these.
AT_ONCE = 10
PLACE_WAIT = 0.25
PLACE_RETRY = 1.0

# The circuit breaker: after so many timeouts in a row, leave the receiver alone for a while.
TIMEOUTS_TO_OPEN = 6
OPEN_SECONDS = 30
OPEN_SECONDS_TEST = 5

# An endpoint that has not taken anything for this long is switched off.
GIVE_UP_SECONDS = 5 * 24 * 3600

_places: dict[str, threading.BoundedSemaphore] = defaultdict(lambda: threading.BoundedSemaphore(AT_ONCE))


def make(delivery: Delivery, endpoint: WebhookEndpoint | None) -> float | None:
    """Makes the attempt that the caller has claimed. Returns when the next one is due (Unix seconds), or None.

    Raises Unavailable if the outcome could not be recorded.
    """
    if endpoint is None or not endpoint.url or not endpoint.enabled:
        return _record(delivery, _switched_off(), final=True)
    place = _places[endpoint.id]
    if not place.acquire(timeout=PLACE_WAIT):
        return _give_back(delivery)
    try:
        attempt = _post(delivery, endpoint)
    finally:
        place.release()
    _judge_endpoint(endpoint, attempt)
    delivery.url = endpoint.url
    return _record(delivery, attempt, final=attempt.status == GONE)


def _post(delivery: Delivery, endpoint: WebhookEndpoint) -> Attempt:
    headers = webhooks.headers(delivery.id, int(clock.now()), delivery.body, endpoints.secrets(endpoint))
    if delivery.request_id:
        headers["X-Request-Id"] = delivery.request_id
    return outbound.post(endpoint.url, delivery.body, headers, allow_private=settings().is_test_stage, timeout=TIMEOUT)


def _switched_off() -> Attempt:
    detail = "The endpoint was deleted or switched off"
    return Attempt(None, ErrorClass.DISABLED, detail, duration_ms=0, response_body="", retry_after=None)


def _give_back(delivery: Delivery) -> float:
    """The receiver is busy: no attempt was made, another is due soon."""
    due_at = clock.now() + PLACE_RETRY
    _update(delivery, [Delivery.next_retry_at.set(due_at)])
    return due_at


def _record(delivery: Delivery, attempt: Attempt, *, final: bool) -> float | None:
    at, made = clock.now(), int(delivery.attempts) + 1
    success = attempt.succeeded
    exhausted = final or made >= webhooks.MAX_ATTEMPTS
    due_at = None if success or exhausted else at + _delay(delivery, attempt, made + 1, at)
    status = "success" if success else "pending" if due_at else "failed"
    actions = [
        Delivery.status.set(status),
        Delivery.attempts.set(made),
        Delivery.attempts_log.set([*delivery.attempts_log, _entry(attempt, at)][-LOG_KEPT:]),
        Delivery.url.set(delivery.url),
        Delivery.next_retry_at.set(due_at) if due_at else Delivery.next_retry_at.remove(),
    ]
    if status == "failed":
        actions.append(Delivery.failed_endpoint_id.set(delivery.endpoint_id))
    ours = _update(delivery, actions)
    _report(delivery, attempt, made, status)
    return due_at if ours else None


def _update(delivery: Delivery, actions: list[Any]) -> bool:
    """Writes and gives the lease back; False if the lease is another's by now, whose outcome counts."""
    freed = [Delivery.lease.remove(), Delivery.lease_until.remove()]
    return delivery.change([*actions, *freed], Delivery.lease == delivery.lease)


def _delay(delivery: Delivery, attempt: Attempt, number: int, now: float) -> int:
    asked = webhooks.parse_retry_after(attempt.retry_after, now)
    test_intervals = settings().webhook_retry_intervals_test
    return webhooks.delay_before(number, delivery.id, test_intervals=test_intervals, retry_after=asked)


def _entry(attempt: Attempt, at: float) -> dict[str, Any]:
    return {
        "at": clock.iso(at),
        "duration_ms": attempt.duration_ms,
        "status": attempt.status,
        "error_class": attempt.error_class,
        "error_detail": attempt.error_detail,
        "response_body": attempt.response_body,
    }


def _report(delivery: Delivery, attempt: Attempt, number: int, status: str) -> None:
    logger.info(
        "webhook attempt", delivery_id=delivery.id, endpoint_id=delivery.endpoint_id, event_type=delivery.event,
        attempt=number, http_status=attempt.status, error_class=attempt.error_class,
        duration_ms=attempt.duration_ms, outcome=status, request_id=delivery.request_id,
    )  # fmt: skip
    count("WebhookAttempts", outcome=status)


def _judge_endpoint(endpoint: WebhookEndpoint, attempt: Attempt) -> None:
    """Keeps the endpoint's health; a healthy one is not written to."""
    if attempt.succeeded:
        if endpoint.failing_since or endpoint.timeouts:
            endpoint.change(endpoints.health_forgotten(), WebhookEndpoint.enabled == True)  # noqa: E712  # an expression
        return
    now = clock.now()
    since = float(endpoint.failing_since or now)
    actions = [WebhookEndpoint.failing_since.set(since)]
    if attempt.error_class is ErrorClass.TIMEOUT:
        actions += _breaker(endpoint, now)
    reason = _reason_to_switch_off(attempt, now - since)
    if reason:
        actions += [WebhookEndpoint.enabled.set(False), WebhookEndpoint.disabled_reason.set(reason)]
        logger.warning("webhook endpoint switched off", endpoint_id=endpoint.id, reason=reason)
    endpoint.change(actions, WebhookEndpoint.url == endpoint.url)


def _breaker(endpoint: WebhookEndpoint, now: float) -> list[Any]:
    pause = OPEN_SECONDS_TEST if settings().webhook_retry_intervals_test else OPEN_SECONDS
    actions: list[Any] = [WebhookEndpoint.timeouts.add(1)]
    if endpoint.timeouts + 1 >= TIMEOUTS_TO_OPEN:
        actions.append(WebhookEndpoint.open_until.set(now + pause))
    return actions


def _reason_to_switch_off(attempt: Attempt, failing_seconds: float) -> str | None:
    if attempt.status == GONE:
        return "The receiver answered 410 Gone"
    if failing_seconds > GIVE_UP_SECONDS:
        return "Every delivery has failed for five days"
    return None
