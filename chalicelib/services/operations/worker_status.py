"""How the queues stand and whether a worker polls them, for the test route: on Lambda, and by the local runner's lock."""

import fcntl
from pathlib import Path
from typing import Any

from chalicelib import event_sources, queues
from chalicelib.config import TEST_MERCHANT_ID, settings
from chalicelib.persistence import totals


def status() -> dict[str, Any]:
    """Counts the jobs of all queues. completed: the test merchant's payments and refunds that have ended."""
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


def _worker_runs() -> bool:
    return _lock_is_held(Path(settings().worker_lock)) if settings().worker_lock else _every_queue_is_polled()


def _lock_is_held(path: Path) -> bool:
    """The local worker holds a lock on this file for as long as it polls; the kernel frees it even after kill -9."""
    try:
        with path.open("r") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _every_queue_is_polled() -> bool:
    """On Lambda a queue is polled when its event source mapping is enabled."""
    states = event_sources.states()
    return len(states) >= len(queues.QUEUES) and all(state == "Enabled" for state in states)
