"""Asks the bank about a batch: all objects at once, within the remaining time of the function, and again later."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from typing import Any, TypeVar

from chalicelib import tracing
from chalicelib.acquirers.base import Unknown
from chalicelib.domain import clock
from chalicelib.domain.traces import Trace
from chalicelib.queues import Job
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
NO_TRACES: Mapping[str, Trace | None] = {}


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


def ask(
    calls: Mapping[str, Call[A]], seconds_left: float, traces: Mapping[str, Trace | None] = NO_TRACES
) -> dict[str, A | Unknown]:
    """Makes all calls at the same time. Each call gets the seconds that the bank may take.

    traces: where the bank's time is recorded, and whose log lines a call writes, by the same keys as the calls.
    seconds_left: the remaining time of the invocation. A call without an answer by then is Unknown: the bank may or may
    not have acted.
    """
    patience = max(LEAST_PATIENCE, min(PATIENCE, seconds_left - COMMIT_SECONDS))
    started = clock.wall()
    futures = {key: _pool().submit(_timed, call, patience, traces.get(key)) for key, call in calls.items()}
    wait(futures.values(), patience + LEAST_PATIENCE)
    said = {}
    for key, future in futures.items():
        with tracing.within(traces.get(key)):
            said[key], ended = _answer(key, future)
            tracing.record("bank", traces.get(key), started, ended, object_id=key, answer=type(said[key]).__name__)
    return said


def traces_of(work: Sequence[Job]) -> dict[str, Trace | None]:
    """Returns the trace of each job by the id of its object."""
    return {item.object_id: item.trace for item in work}


def _timed(call: Call[A], patience: float, trace: Trace | None) -> tuple[A, float]:
    """Returns the answer, and the real time at which it came."""
    with tracing.within(trace):
        return call(patience), clock.wall()


def _answer(object_id: str, future: Future[Any]) -> tuple[Any, float]:
    """Returns the answer and the time at which it came; for a missing answer, now."""
    answer, ended = Unknown(), clock.wall()
    if future.done():
        try:
            answer, ended = future.result()
        except Exception:  # noqa: BLE001  # an adapter's mistake holds up its own object and no other of the batch
            logger.exception("the acquirer failed", object_id=object_id)
    if isinstance(answer, Unknown):
        logger.warning("the acquirer gave no answer", object_id=object_id)
        count("AcquirerUnknown")
    return answer, ended


def next_wait(inquiries: int) -> float:
    """Returns the seconds to wait before the next question. inquiries: the questions that brought no outcome so far."""
    return float(min(FIRST_WAIT * 2 ** min(inquiries, MOST_DOUBLINGS), LONGEST_WAIT))


def is_due(at: float, now: float) -> bool:
    """Returns whether a moment has come. at and now: Unix seconds."""
    return float(at) - now <= TOLERANCE
