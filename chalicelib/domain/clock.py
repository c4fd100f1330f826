"""Asks for the time in one place, so that a test can set it and a test stage can move it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

source: Callable[[], float] = time.time


def now() -> float:
    """Returns the gateway's time in Unix seconds, with fractions."""
    return source()


def wall() -> float:
    """Returns the real time in Unix seconds, which no test moves.

    It is for values that another party compares with its own clock.
    """
    return time.time()


def iso(seconds: float) -> str:
    """Returns a time as 1970-01-01T00:00:00.000000Z: ISO 8601 in UTC with microseconds, so that text sorts by time."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def seconds(text: str) -> float:
    """Reverses iso(). Accepts any ISO 8601 time or date; without a zone the text means UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def day(text: str) -> str:
    """Returns the UTC day of a time that iso() wrote."""
    return text[:10]
