"""Sends the jobs of the deadlines table when they become due. Runs once a minute.

Each shard has a cursor, which moves over what was sent and nothing else. So a run that dies, or that never came, is
made up for by the next one, and two runs at the same time send the same job twice, which does no harm.
"""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.domain.errors import Unavailable
from chalicelib.persistence import deadlines
from chalicelib.persistence.deadlines import MINUTE, SHARDS, Deadline
from chalicelib.queues import Job, MalformedJob
from chalicelib.telemetry import count, logger

# A run sends what is due until then, each job with its exact delay: a minute that is missed makes no deadline late.
AHEAD_SECONDS = 120
# Where the first run of a new stack begins. No row is written for a moment that near.
FIRST_LOOK_SECONDS = 300
# Jobs between two looks at the time that is left, and about as many that a run which dies has sent in vain.
CHUNK = 100
RUN_SECONDS = 40
ALL_SHARDS = range(SHARDS)


@dataclass(frozen=True, slots=True)
class Progress:
    """Of one shard in one run. sent: jobs; position: of its cursor, at the run's end."""

    sent: int
    position: str
    failed: bool = False


def run(now: float, seconds: float = RUN_SECONDS, shards: Sequence[int] = ALL_SHARDS) -> int:
    """Sends what is due by now, and a little ahead. Returns how many jobs.

    seconds: after which no further chunk is begun; the next run goes on there. shards: which this run looks at, since
    several share a minute's work. Raises Unavailable if a shard could not be worked off; the others are.
    """
    stored, first, last = deadlines.cursors(), clock.iso(now - FIRST_LOOK_SECONDS), _minute(now + AHEAD_SECONDS)
    ends = time.monotonic() + seconds
    with ThreadPoolExecutor(len(shards), thread_name_prefix="shard") as pool:
        progress = list(pool.map(lambda n: _work_off(n, stored.get(n, first), last, ends), shards))
    mine = {shard: each.position for shard, each in zip(shards, progress, strict=True)}
    _report(sum(each.sent for each in progress), {**stored, **mine}, now)
    if any(shard.failed for shard in progress):
        raise Unavailable("A shard of the deadlines could not be worked off")
    return sum(shard.sent for shard in progress)


def send(rows: Sequence[Deadline]) -> None:
    """Sends the jobs of these rows. Raises Unavailable. What is no job is left out, or it would stop its shard for ever."""
    queues.send(*(work for row in rows if (work := _read(row))))


def _read(row: Deadline) -> Job | None:
    try:
        return queues.decode(row.job)
    except MalformedJob:
        logger.exception("malformed deadline", due=row.due)
        count("MalformedJobs")
        return None


def _work_off(shard: int, position: str, last: str, ends: float) -> Progress:
    """The cursor is written once for each CHUNK of jobs and at the end, so that it costs next to nothing for each job."""
    sent, kept, reached, stored = 0, 0, position, position
    try:
        while _minute_of(reached) <= last and time.monotonic() < ends:
            rows = deadlines.after(shard, reached, CHUNK)
            send(rows)
            sent += len(rows)
            reached = rows[-1].due if len(rows) == CHUNK else _next_minute(reached)
            if sent - kept >= CHUNK:
                kept, stored = sent, _keep(shard, reached)
        if stored != reached:
            stored = _keep(shard, reached)
    except Unavailable:
        logger.exception("a shard of the deadlines could not be worked off", shard=shard, position=stored)
        return Progress(sent, stored, failed=True)
    return Progress(sent, stored)


def _keep(shard: int, position: str) -> str:
    deadlines.move_cursor(shard, position)
    return position


def _report(sent: int, positions: Mapping[int, str], now: float) -> None:
    """A shard is as late as its cursor is behind; one that is ahead, as it should be, is not late.

    All shards count, so that the runs of some tell when nobody runs the others.
    """
    slowest = min(clock.seconds(_minute_of(position)) for position in positions.values())
    late = max(0, int(now - slowest))
    count("DeadlinesLate", late)
    logger.info("deadlines", sent=sent, late_seconds=late)


def _minute(seconds: float) -> str:
    return _minute_of(clock.iso(seconds))


def _minute_of(position: str) -> str:
    return position[:MINUTE]


def _next_minute(position: str) -> str:
    return _minute(clock.seconds(_minute_of(position)) + 60)
