"""Limits the batches that one merchant may have in a process at once, so that other merchants find a free worker."""

import threading
from collections import Counter

from chalicelib.queues import DELIVERIES, DELIVERIES_SLOW

# The local worker runs twenty batches at once in the first lane and ten in the slow lane. In the slow lane no merchant
# waits that kept to its share. On Lambda a process has one batch, so services/webhooks/shares.py sets the limit there.
BATCHES_AT_ONCE = {DELIVERIES: 5, DELIVERIES_SLOW: 10}

_taken: Counter[tuple[str, str]] = Counter()
_freed = threading.Condition()


class Slot:
    """A slot one batch holds for one merchant. It is released when the batch's last attempt has left."""

    def __init__(self, key: tuple[str, str], attempts: int) -> None:
        self._key = key
        self._attempts = attempts

    def leave(self) -> None:
        with _freed:
            self._attempts -= 1
            if self._attempts == 0:
                _release(self._key)


def take(lane: str, merchant_id: str, attempts: int, patience: float) -> Slot | None:
    """Takes a slot; returns None if none is free within `patience` seconds. lane: a queue's name."""
    key, most = (lane, merchant_id), BATCHES_AT_ONCE[lane]
    with _freed:
        if not _freed.wait_for(lambda: _taken[key] < most, patience):
            return None
        _taken[key] += 1
    return Slot(key, attempts)


def _release(key: tuple[str, str]) -> None:
    """Releases a slot. A merchant without a batch leaves no entry behind."""
    _taken[key] -= 1
    if not _taken[key]:
        del _taken[key]
    _freed.notify_all()
