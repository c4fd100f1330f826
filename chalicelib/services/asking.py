"""Asking the bank about a batch: all at the same time, within the time that the function has left, and again later."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from typing import Any, TypeVar

from chalicelib.acquirers.base import Unknown
from chalicelib.telemetry import count, logger

# A Lambda invocation gets ten messages; the local worker runs up to ten invocations of one function in one process.
THREADS = 100
# Seconds that one answer may take, and that the commit needs afterwards of the time that is left.
PATIENCE, COMMIT_SECONDS = 12.0, 8.0
LEAST_PATIENCE = 1.0
# SQS delays are whole seconds and clocks differ a little; a message this early is on time. In seconds.
TOLERANCE = 0.5
# Seconds between two questions about one object: they double from the first, up to the longest.
FIRST_WAIT, LONGEST_WAIT = 5, 600
MOST_DOUBLINGS = 10

A = TypeVar("A")
Call = Callable[[float], A]


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="bank")


def stopwatch(context: object) -> Callable[[], float]:
    """Returns a function that says how many seconds the invocation has left.

    context: Lambda's; without one (a test) the time is what a question and a commit take.
    """
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    end = time.monotonic() + (remaining() / 1000 if remaining else PATIENCE + COMMIT_SECONDS)
    return lambda: end - time.monotonic()


def ask(calls: Mapping[str, Call[A]], seconds_left: float) -> dict[str, A | Unknown]:
    """Makes all calls side by side, each with the seconds that the bank gets. seconds_left: of the invocation.

    What has not answered by then is Unknown: it may or may not have happened.
    """
    patience = max(LEAST_PATIENCE, min(PATIENCE, seconds_left - COMMIT_SECONDS))
    futures = {key: _pool().submit(call, patience) for key, call in calls.items()}
    wait(futures.values(), patience + LEAST_PATIENCE)
    return {key: _answer(key, future) for key, future in futures.items()}


def _answer(object_id: str, future: Future[Any]) -> Any:
    answer = Unknown()
    if future.done():
        try:
            answer = future.result()
        except Exception:  # noqa: BLE001  # an adapter's mistake holds up its own object and no other of the batch
            logger.exception("the acquirer failed", object_id=object_id)
    if isinstance(answer, Unknown):
        logger.warning("the acquirer gave no answer", object_id=object_id)
        count("AcquirerUnknown")
    return answer


def next_wait(inquiries: int) -> float:
    """Returns the seconds to wait after so many questions without an outcome."""
    return float(min(FIRST_WAIT * 2 ** min(inquiries, MOST_DOUBLINGS), LONGEST_WAIT))


def is_due(at: float, now: float) -> bool:
    """Says whether a moment has come. Both in Unix seconds."""
    return float(at) - now <= TOLERANCE
