"""Asks the bank about a batch: all objects at once, within the remaining time of the function, and again later."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from typing import Any, TypeVar

from chalicelib.acquirers.base import Unknown
from chalicelib.telemetry import count, logger

# A Lambda invocation gets ten messages. The local worker runs up to ten invocations of one function in one process.
THREADS = 100
# Seconds that one answer may take, and seconds of the remaining time that the commit needs afterwards.
PATIENCE, COMMIT_SECONDS = 12.0, 8.0
LEAST_PATIENCE = 1.0
# SQS delays are whole seconds and clocks differ a little; a message this early is on time. In seconds.
TOLERANCE = 0.5
# Seconds between two questions about one object. They double from the first wait up to the longest.
FIRST_WAIT, LONGEST_WAIT = 5, 600
MOST_DOUBLINGS = 10

A = TypeVar("A")
Call = Callable[[float], A]


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="bank")


def stopwatch(context: object) -> Callable[[], float]:
    """Returns a function that returns the seconds which the invocation has left.

    context: Lambda's context. Without a context (in a test) the time is what a question and a commit take.
    """
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    end = time.monotonic() + (remaining() / 1000 if remaining else PATIENCE + COMMIT_SECONDS)
    return lambda: end - time.monotonic()


def ask(calls: Mapping[str, Call[A]], seconds_left: float) -> dict[str, A | Unknown]:
    """Makes all calls at the same time. Each call gets the seconds that the bank may take.

    seconds_left: the remaining time of the invocation. A call without an answer by then is Unknown: the bank may or may
    not have acted.
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
    """Returns the seconds to wait before the next question. inquiries: the questions that brought no outcome so far."""
    return float(min(FIRST_WAIT * 2 ** min(inquiries, MOST_DOUBLINGS), LONGEST_WAIT))


def is_due(at: float, now: float) -> bool:
    """Returns whether a moment has come. at and now: Unix seconds."""
    return float(at) - now <= TOLERANCE
