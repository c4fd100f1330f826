"""The one place that asks for the time, so that a test can set it, and a test stage can move it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

source: Callable[[], float] = time.time


def now() -> float:
    """Unix seconds, with fractions."""
    return source()


def wall() -> float:
    """Unix seconds of the world outside, which no test moves: for what another party compares with its own clock."""
    return time.time()


def iso(seconds: float) -> str:
    """As 1970-01-01T00:00:00.000000Z: ISO-8601 in UTC with microseconds, so that text sorts as time."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def seconds(text: str) -> float:
    """The reverse of iso; accepts any ISO-8601 time or date, without zone meaning UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def day(text: str) -> str:
    """The UTC day of a time as iso writes it."""
    return text[:10]
