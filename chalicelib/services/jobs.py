"""What all queue consumers share."""

import time
from collections.abc import Sequence
from typing import TypeVar

from chalicelib import queues
from chalicelib.persistence.base import Table
from chalicelib.queues import Job
from chalicelib.telemetry import count, logger

M = TypeVar("M", bound=Table)

# The API sends, then commits; its function may run for 29 s. A message older than that with no record has none to come.
EDGE_SECONDS = 30
# Usually the record is a few milliseconds behind its message.
PAUSES = (0.005, 0.01, 0.02, 0.04, 0.08)
# Else it comes a little later; each wait doubles the message's age, and SQS knows no shorter one.
SHORTEST_WAIT = 1


def load(model: type[M], jobs: Sequence[Job]) -> dict[str, M]:
    """The jobs' records by id. Waits a moment for one that is not there yet."""
    wanted = {work.object_id for work in jobs}
    found: dict[str, M] = model.find_many(sorted(wanted))
    for pause in PAUSES:
        if wanted <= found.keys():
            break
        time.sleep(pause)
        found |= model.find_many(sorted(wanted - found.keys()))
    return found


def put_off_or_drop(orphans: Sequence[Job]) -> None:
    """For messages whose record is missing: the API's commit may still come, or it was refused."""
    young = [work for work in orphans if work.age < EDGE_SECONDS]
    queues.send(*(queues.put_off(work, max(SHORTEST_WAIT, work.age)) for work in young))
    for work in orphans:
        if work.age >= EDGE_SECONDS:
            logger.info("dropped a job without a record", queue=work.queue, object_id=work.object_id)
            count("OrphanedJobs", queue=work.queue)
