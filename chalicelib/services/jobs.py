"""What all queue consumers share."""

import time
from collections.abc import Sequence
from typing import TypeVar

from chalicelib import queues
from chalicelib.persistence.base import Table
from chalicelib.queues import Job
from chalicelib.telemetry import count, logger

M = TypeVar("M", bound=Table)

# The API sends a message, then commits; its function may run for 29 s. So a message older than this without a record
# never gets one.
EDGE_SECONDS = 30
# Seconds between reads. Usually the record is a few milliseconds behind its message.
PAUSES = (0.002, 0.003, 0.005, 0.01, 0.02, 0.04, 0.08)
# A record that is later than that gets longer waits: each one doubles the message's age. SQS has no shorter delay.
SHORTEST_WAIT = 1


def load(model: type[M], jobs: Sequence[Job]) -> dict[str, M]:
    """Returns the jobs' records by id. Waits a moment for a record that is not there yet."""
    wanted = {work.object_id for work in jobs}
    found: dict[str, M] = model.find_many(sorted(wanted))
    for pause in PAUSES:
        if wanted <= found.keys():
            break
        time.sleep(pause)
        found |= model.find_many(sorted(wanted - found.keys()))
    return found


def put_off_or_drop(orphans: Sequence[Job]) -> None:
    """Puts off young messages without a record, because the API's commit may still come. Drops the old ones."""
    young = [work for work in orphans if work.age < EDGE_SECONDS]
    queues.send(*(queues.postponed(work, max(SHORTEST_WAIT, work.age)) for work in young))
    for work in orphans:
        if work.age >= EDGE_SECONDS:
            logger.info("dropped a job without a record", queue=work.queue, object_id=work.object_id)
            count("OrphanedJobs", queue=work.queue)
