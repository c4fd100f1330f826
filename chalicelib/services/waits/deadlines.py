"""Sends the jobs of the deadlines table when they become due. Runs once a minute.

Each shard has a cursor, which moves only over jobs that were sent. So the next run makes up for a run that died or
never came. Two runs at the same time send the same job twice, which does no harm.
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

# A run sends the jobs of the next AHEAD_SECONDS, each with its exact delay. So a missed minute makes no deadline late.
AHEAD_SECONDS = 120
# How far before now the first run of a new stack begins. No row is written for a moment as near as that.
FIRST_LOOK_SECONDS = 300
# Jobs between two checks of the remaining time. A run that dies has sent about as many jobs for nothing.
CHUNK = 100
RUN_SECONDS = 40
ALL_SHARDS = range(SHARDS)


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of one shard in one run. sent: jobs; position: the cursor's position at the end of the run."""

    sent: int
    position: str
    failed: bool = False


def run(now: float, seconds: float = RUN_SECONDS, shards: Sequence[int] = ALL_SHARDS) -> int:
    """Sends what is due by now and in the next AHEAD_SECONDS. Returns the number of jobs.

    seconds: the time after which the run begins no further chunk; the next run continues there. shards: the shards of
    this run, because several runs share a minute's work. Raises Unavailable if a shard failed, after all other shards
    are done.
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
    """Sends the jobs of these rows. Skips a row without a valid job, which would stop its shard for ever.

    Raises Unavailable.
    """
    queues.send(*(work for row in rows if (work := _read(row))))


def _read(row: Deadline) -> Job | None:
    try:
        return queues.decode(row.job)
    except MalformedJob:
        logger.exception("malformed deadline", due=row.due)
        count("MalformedJobs")
        return None


def _work_off(shard: int, position: str, last: str, ends: float) -> Progress:
    """Sends one shard's due jobs.

    Writes the cursor once for each CHUNK of jobs and at the end, so that it costs little.
    """
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
    """Reports how late the slowest shard is.

    A shard is as late as its cursor is behind now; a cursor ahead is not late.
    All shards count, so that the report of some shards' runs shows when nobody runs the others.
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
