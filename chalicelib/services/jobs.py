"""Loads the records of jobs for all queue consumers, and reports the state of the queues."""

import fcntl
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from chalicelib import aws, queues
from chalicelib.config import TEST_MERCHANT_ID, settings
from chalicelib.persistence import totals
from chalicelib.persistence.base import Table
from chalicelib.queues import Job
from chalicelib.telemetry import count, logger

M = TypeVar("M", bound=Table)

# The API sends a message, then commits; its function may run for 29 s. So a message older than this without a record
# never gets one.
EDGE_SECONDS = 30
# Seconds between reads. Usually the record is a few milliseconds behind its message.
PAUSES = (0.005, 0.01, 0.02, 0.04, 0.08)
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
    queues.send(*(queues.put_off(work, max(SHORTEST_WAIT, work.age)) for work in young))
    for work in orphans:
        if work.age >= EDGE_SECONDS:
            logger.info("dropped a job without a record", queue=work.queue, object_id=work.object_id)
            count("OrphanedJobs", queue=work.queue)


def _worker_runs() -> bool:
    return _lock_is_held(Path(settings().worker_lock)) if settings().worker_lock else _mappings_are_enabled()


def _lock_is_held(path: Path) -> bool:
    """Tells whether the local worker runs: it holds a lock on this file while it polls.

    The kernel frees the lock even after kill -9.
    """
    try:
        with path.open("r") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _mappings_are_enabled() -> bool:
    """Tells whether the event source mappings poll the queues, which is how Lambda reads them."""
    with aws.unavailable_on_failure("worker"):
        pages = list(aws.client("lambda").get_paginator("list_event_source_mappings").paginate())
    mappings: list[dict[str, Any]] = [mapping for page in pages for mapping in page["EventSourceMappings"]]
    ours = [m for m in mappings if f":{settings().stack_name}-" in m.get("EventSourceArn", "")]
    return len(ours) >= len(queues.QUEUES) and all(m["State"] == "Enabled" for m in ours)


def status() -> dict[str, Any]:
    """Reports the state of all job queues. completed: the test merchant's finished payments and refunds."""
    ends = totals.all_time(TEST_MERCHANT_ID)
    work = [queues.counts(name) for name in queues.QUEUES]
    dead = [queues.counts(f"{name}-dlq") for name in queues.QUEUES]
    return {
        "pending": sum(c["waiting"] + c["delayed"] for c in work),
        "processing": sum(c["in_flight"] for c in work),
        "completed": sum(int(t.succeeded + t.failed - t.recovered + t.refunds) for t in ends),
        "failed": sum(c["waiting"] + c["delayed"] + c["in_flight"] for c in dead),
        "worker_status": "running" if _worker_runs() else "stopped",
    }
