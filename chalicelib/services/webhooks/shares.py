"""Accounts the webhook workers' time to merchants. A merchant over its share goes to the slow lane.

The time of all workers is summed in one record for each merchant and window. A process writes its part in portions of a
second, so a merchant with fast receivers costs no write. The process remembers for a minute which merchants were over
their share.
"""

import threading

from chalicelib.domain import clock
from chalicelib.domain.errors import Unavailable
from chalicelib.persistence.usages import Usage
from chalicelib.services.caching import TimedCache
from chalicelib.telemetry import count, logger

WINDOW_SECONDS = 10
# Worker-seconds that one merchant may use in a window: a tenth of what twenty workers have.
SHARE_SECONDS = 20
# The seconds that a process sums up before it writes.
PORTION_SECONDS = 1.0
# How long a process remembers that a merchant was over the share. After that the merchant's next batch is let in again.
SLOW_SECONDS = 60

_unwritten: TimedCache[float] = TimedCache(WINDOW_SECONDS)
_slow: TimedCache[bool] = TimedCache(SLOW_SECONDS)
_counting = threading.Lock()


def is_over(merchant_id: str) -> bool:
    """Returns whether this process knows that the merchant used more than its share in the last minute."""
    return _slow.get(merchant_id) is not None


def charge(merchant_id: str, seconds: float) -> None:
    """Charges the time for which a merchant's attempts held a worker.

    A failed write is only logged, because the webhooks went out.
    """
    portion = _portion(merchant_id, seconds)
    if not portion:
        return
    try:
        used = Usage.add(f"worker {merchant_id}", portion, WINDOW_SECONDS)
    except Unavailable:
        logger.exception("could not charge a merchant for a worker's time", merchant_id=merchant_id)
        return
    if used > SHARE_SECONDS:
        _note_slow(merchant_id, used)


def _portion(merchant_id: str, seconds: float) -> float:
    """Returns the seconds to write now, or 0 while there is less than a portion in this window."""
    key = f"{merchant_id} {int(clock.now()) // WINDOW_SECONDS}"
    with _counting:
        unwritten = (_unwritten.get(key) or 0) + seconds
        is_due = unwritten >= PORTION_SECONDS
        _unwritten.put(key, 0 if is_due else unwritten)
    return round(unwritten, 3) if is_due else 0


def _note_slow(merchant_id: str, used: float) -> None:
    if not is_over(merchant_id):
        logger.warning("a merchant uses more than its share of the workers", merchant_id=merchant_id, seconds=used)
        count("MerchantsOverShare")
    _slow.put(merchant_id, value=True)
