"""Watches how a merchant's receiver fares: decides when to pause it and when to switch it off."""

import random
from typing import Any

from chalicelib.config import settings
from chalicelib.domain import clock
from chalicelib.outbound import TIMEOUT, Attempt
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.telemetry import logger

GONE = 410

# A batch takes as long as its slowest receiver. A receiver that takes half of the time limit blocks the batch nearly as
# long as a receiver that hangs, whatever it answers in the end. A receiver that only queues its work answers a hundred
# times as fast.
SLOW_SECONDS = TIMEOUT / 2
# The circuit breaker pauses a receiver for a while after this surplus of slow attempts over fast ones.
SLOW_TO_OPEN = 6
OPEN_SECONDS = 30
OPEN_SECONDS_TEST = 5
# Deliveries that wait for a receiver come back spread over this many seconds.
SPREAD_SECONDS = 2

# An endpoint that has failed for this long is switched off. After a day without a failure the receiver's state is
# unknown, and the time starts anew. The day is longer than the ladder's longest wait, so that a single delivery keeps
# the time running.
GIVE_UP_SECONDS = 5 * 24 * 3600
SILENCE_SECONDS = 24 * 3600


def is_open(endpoint: WebhookEndpoint | None) -> bool:
    """Returns whether the breaker is open now, so that the receiver is paused."""
    return bool(endpoint and endpoint.enabled and endpoint.open_until and endpoint.open_until > clock.now())


def claim_probe(endpoint: WebhookEndpoint | None) -> bool:
    """Returns whether the asking batch may try a receiver whose breaker is not open, as far as the batch knows.

    When the breaker's time is over, one batch tries the receiver. First that batch keeps the breaker open for the other
    batches. So a receiver that still hangs blocks one invocation and not all of them.
    """
    if endpoint is None or not (endpoint.enabled and endpoint.open_until):
        return True
    until = clock.now() + _open_seconds()
    return endpoint.change([WebhookEndpoint.open_until.set(until)], WebhookEndpoint.open_until == endpoint.open_until)


def pause(endpoint: WebhookEndpoint | None) -> float:
    """Returns the seconds after which deliveries come again that is_open or claim_probe has turned away."""
    open_until = float(endpoint.open_until or 0) if endpoint else 0
    remaining = open_until - clock.now()
    return (remaining if remaining > 0 else _open_seconds()) + random.uniform(0, SPREAD_SECONDS)  # noqa: S311  # jitter


def _open_seconds() -> int:
    return OPEN_SECONDS_TEST if settings().webhook_retry_intervals_test else OPEN_SECONDS


def judge(endpoint: WebhookEndpoint, attempt: Attempt, *, is_last: bool) -> None:
    """Records the endpoint's health after an attempt; writes nothing for a healthy one. is_last: no retry follows.

    An attempt at an older URL tells nothing about the present URL. So every write has the URL in its condition.
    """
    now, same_url = clock.now(), WebhookEndpoint.url == endpoint.url
    _keep_pace(endpoint, attempt, now, same_url)
    actions = _failing(endpoint, attempt, now)
    if actions and endpoint.change(actions, same_url) and not attempt.succeeded:
        _consider_switching_off(endpoint, attempt, now, is_last=is_last)


def _keep_pace(endpoint: WebhookEndpoint, attempt: Attempt, now: float, same_url: Any) -> None:
    """Counts slow attempts against fast ones, and opens or closes the breaker."""
    if attempt.duration_ms >= SLOW_SECONDS * 1000:
        if endpoint.change([WebhookEndpoint.slow.add(1)], same_url) and endpoint.slow >= SLOW_TO_OPEN:
            endpoint.change([WebhookEndpoint.open_until.set(now + _open_seconds())], same_url)
    elif endpoint.open_until:
        endpoint.change([WebhookEndpoint.slow.set(0), WebhookEndpoint.open_until.remove()], same_url)
    elif endpoint.slow:
        endpoint.change([WebhookEndpoint.slow.add(-1)], same_url & (WebhookEndpoint.slow > 0))


def _failing(endpoint: WebhookEndpoint, attempt: Attempt, now: float) -> list[Any]:
    """Returns the updates of failing_since and failed_at. An existing failing_since in the stored item is kept."""
    if attempt.succeeded:
        is_failing = endpoint.failing_since is not None
        return [WebhookEndpoint.failing_since.remove(), WebhookEndpoint.failed_at.remove()] if is_failing else []
    was_silent = endpoint.failed_at is None or now - float(endpoint.failed_at) > SILENCE_SECONDS
    since = now if was_silent else WebhookEndpoint.failing_since | now
    return [WebhookEndpoint.failing_since.set(since), WebhookEndpoint.failed_at.set(now)]


def _consider_switching_off(endpoint: WebhookEndpoint, attempt: Attempt, now: float, *, is_last: bool) -> None:
    """Switches the endpoint off if it has failed for too long. endpoint: as stored after the failure.

    A success or another URL in between ends the failing, and nothing happens.
    """
    since = float(endpoint.failing_since or now)
    reason = _reason_to_switch_off(attempt, now - since if is_last else 0)
    if reason is None:
        return
    actions = [WebhookEndpoint.enabled.set(False), WebhookEndpoint.disabled_reason.set(reason)]
    unchanged = (WebhookEndpoint.url == endpoint.url) & (WebhookEndpoint.failing_since == since)
    if endpoint.change(actions, unchanged):
        logger.warning("webhook endpoint switched off", endpoint_id=endpoint.id, reason=reason)


def _reason_to_switch_off(attempt: Attempt, failing_seconds: float) -> str | None:
    if attempt.status == GONE:
        return "The receiver answered 410 Gone"
    if failing_seconds >= GIVE_UP_SECONDS:
        return "Every delivery has failed for five days"
    return None
