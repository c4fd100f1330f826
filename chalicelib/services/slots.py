"""How many batches one merchant may have in one process at once, so that the others' always find a worker that is free."""

import threading
from collections import Counter

from chalicelib.queues import DELIVERIES, DELIVERIES_SLOW

# Of the twenty batches that the local worker runs at once in the first lane, and of the ten in the slow one, where nobody
# waits who kept to the share. On Lambda a process has one batch, and services/shares.py is what binds.
BATCHES_AT_ONCE = {DELIVERIES: 5, DELIVERIES_SLOW: 10}

_taken: Counter[tuple[str, str]] = Counter()
_freed = threading.Condition()


class Slot:
    """One batch's, for so many attempts of one merchant. It is free again when each of them has left."""

    def __init__(self, key: tuple[str, str], attempts: int) -> None:
        self._key = key
        self._attempts = attempts

    def leave(self) -> None:
        with _freed:
            self._attempts -= 1
            if self._attempts == 0:
                _release(self._key)


def take(lane: str, merchant_id: str, attempts: int, patience: float) -> Slot | None:
    """Returns None if there is none within `patience` seconds. lane: a queue's name."""
    key, most = (lane, merchant_id), BATCHES_AT_ONCE[lane]
    with _freed:
        if not _freed.wait_for(lambda: _taken[key] < most, patience):
            return None
        _taken[key] += 1
    return Slot(key, attempts)


def _release(key: tuple[str, str]) -> None:
    """A merchant without a batch leaves nothing behind."""
    _taken[key] -= 1
    if not _taken[key]:
        del _taken[key]
    _freed.notify_all()
