"""How a merchant's receiver fares: how much it is given at once, when it is left alone, when it is switched off."""

import random
import threading
from typing import Any

from chalicelib.config import settings
from chalicelib.domain import clock
from chalicelib.outbound import Attempt, ErrorClass
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.services import endpoints
from chalicelib.telemetry import logger

GONE = 410

# A receiver is attended to by so many batches at once in one process, of the twenty that the local worker runs: one that
# hangs leaves the others free, and to a healthy one that is eighty requests. (On Lambda a process has one batch.)
BATCHES_AT_ONCE = 8

# The circuit breaker: after so many timeouts in a row, leave the receiver alone for a while.
TIMEOUTS_TO_OPEN = 6
OPEN_SECONDS = 30
OPEN_SECONDS_TEST = 5
# Those who wait for a receiver come back spread over so many seconds.
SPREAD_SECONDS = 2

# An endpoint that has not taken anything for this long is switched off.
GIVE_UP_SECONDS = 5 * 24 * 3600

_places: dict[str, threading.BoundedSemaphore] = {}


class Place:
    """A batch's at one receiver, for so many attempts; free again when each of them has left."""

    def __init__(self, semaphore: threading.BoundedSemaphore, attempts: int) -> None:
        self._semaphore = semaphore
        self._attempts = attempts
        self._counting = threading.Lock()

    def leave(self) -> None:
        with self._counting:
            self._attempts -= 1
            is_last = self._attempts == 0
        if is_last:
            self._semaphore.release()


def take_place(endpoint_id: str, attempts: int, patience: float) -> Place | None:
    """patience: seconds to wait for one. None if there was none."""
    # Not a defaultdict: two threads could each make a semaphore, take the one and release the other.
    semaphore = _places.setdefault(endpoint_id, threading.BoundedSemaphore(BATCHES_AT_ONCE))
    return Place(semaphore, attempts) if semaphore.acquire(timeout=patience) else None


def pause(endpoint: WebhookEndpoint | None) -> float:
    """Seconds to leave the receiver alone; 0 where it may be tried now, by the batch that asks.

    When the breaker's time is over, one batch tries the receiver, whose first act is to keep the breaker open for
    the others: a receiver that still hangs holds one invocation and not all of them.
    """
    if endpoint is None or not (endpoint.enabled and endpoint.open_until):
        return 0
    now, open_until = clock.now(), float(endpoint.open_until)
    if open_until <= now:
        until = now + _open_seconds()
        if endpoint.change([WebhookEndpoint.open_until.set(until)], WebhookEndpoint.open_until == endpoint.open_until):
            return 0
        open_until = until
    return open_until - now + random.uniform(0, SPREAD_SECONDS)  # noqa: S311  # spreads the load


def _open_seconds() -> int:
    return OPEN_SECONDS_TEST if settings().webhook_retry_intervals_test else OPEN_SECONDS


def judge(endpoint: WebhookEndpoint, attempt: Attempt) -> None:
    """Keeps the endpoint's health after an attempt; a healthy one is not written to."""
    if not attempt.succeeded:
        _judge_failure(endpoint, attempt)
    elif endpoint.failing_since or endpoint.timeouts or endpoint.open_until:
        endpoint.change(endpoints.health_forgotten(), WebhookEndpoint.enabled == True)  # noqa: E712  # an expression


def _judge_failure(endpoint: WebhookEndpoint, attempt: Attempt) -> None:
    """The condition: a failure of an older URL says nothing about the one that is set now."""
    now, url_unchanged = clock.now(), WebhookEndpoint.url == endpoint.url
    since = float(endpoint.failing_since or now)
    actions: list[Any] = [WebhookEndpoint.failing_since.set(since)]
    if attempt.error_class is ErrorClass.TIMEOUT:
        actions.append(WebhookEndpoint.timeouts.add(1))
    else:
        actions += [WebhookEndpoint.timeouts.set(0), WebhookEndpoint.open_until.remove()]
    reason = _reason_to_switch_off(attempt, now - since)
    if reason:
        actions += [WebhookEndpoint.enabled.set(False), WebhookEndpoint.disabled_reason.set(reason)]
        logger.warning("webhook endpoint switched off", endpoint_id=endpoint.id, reason=reason)
    if endpoint.change(actions, url_unchanged) and endpoint.timeouts >= TIMEOUTS_TO_OPEN:
        endpoint.change([WebhookEndpoint.open_until.set(now + _open_seconds())], url_unchanged)


def _reason_to_switch_off(attempt: Attempt, failing_seconds: float) -> str | None:
    if attempt.status == GONE:
        return "The receiver answered 410 Gone"
    if failing_seconds >= GIVE_UP_SECONDS:
        return "Every delivery has failed for five days"
    return None
