"""Limits a merchant's requests a minute over all processes (docs/adr/0033).

A process counts in memory and adds PORTION requests at once to a row. A merchant with normal traffic never reaches a
portion within a minute in one process, so it costs no call to the database.
"""

import threading

from chalicelib.domain import clock
from chalicelib.domain.errors import TooManyRequests, Unavailable
from chalicelib.persistence import usages
from chalicelib.persistence.usages import Usage
from chalicelib.services.caching import TimedCache
from chalicelib.telemetry import count, logger

WINDOW_SECONDS = 60
# Requests that a process counts before it writes. A process has one request at a time, so 50 in a minute are many.
PORTION = 50

_uncounted: TimedCache[int] = TimedCache(WINDOW_SECONDS)
_refused: TimedCache[bool] = TimedCache(WINDOW_SECONDS)
_counting = threading.Lock()


def check(merchant_id: str, most: int) -> None:
    """Counts a request. most: requests a minute; 0 means no limit. Raises TooManyRequests until the minute ends.

    A failed write only loses a portion: a limit must not refuse what the gateway can do.
    """
    if most <= 0:
        return
    key = f"{merchant_id} {int(clock.now()) // WINDOW_SECONDS}"
    if _refused.get(key) or (_portion_is_full(key) and _is_over(merchant_id, key, most)):
        raise TooManyRequests(usages.seconds_left(WINDOW_SECONDS))


def _portion_is_full(key: str) -> bool:
    with _counting:
        number = (_uncounted.get(key) or 0) + 1
        _uncounted.put(key, number % PORTION)
    return number == PORTION


def _is_over(merchant_id: str, key: str, most: int) -> bool:
    try:
        used = Usage.add(f"requests {merchant_id}", PORTION, WINDOW_SECONDS)
    except Unavailable:
        logger.exception("could not count a merchant's requests", merchant_id=merchant_id)
        return False
    if used > most:
        logger.warning("a merchant sends too many requests", merchant_id=merchant_id, requests=used)
        count("MerchantsOverRate")
        _refused.put(key, value=True)
    return used > most
