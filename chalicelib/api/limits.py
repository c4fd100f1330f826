"""Limits request rates: a token bucket in this process for each merchant and address, and a merchant's sum over all.

On AWS the stage's throttling stands before these limits.
"""

import threading
import time

from chalicelib.config import settings
from chalicelib.domain.errors import TooManyRequests
from chalicelib.services.merchants import rates

# A full bucket holds the requests of this many seconds, so that a short burst is allowed.
BURST_SECONDS = 2
MAX_BUCKETS = 10_000

_lock = threading.Lock()
_buckets: dict[str, tuple[float, float]] = {}


def check_merchant(merchant_id: str) -> None:
    """Counts a merchant's request in this process and over all processes. Raises TooManyRequests."""
    check(f"merchant {merchant_id}", settings().rate_limit_per_key)
    rates.check(merchant_id, settings().requests_per_minute)


def check(name: str, rate: int) -> None:
    """Takes a token. rate: requests a second; 0 means no limit. Raises TooManyRequests."""
    if rate <= 0:
        return
    with _lock:
        now = time.monotonic()
        tokens, since = _buckets.get(name, (float(rate * BURST_SECONDS), now))
        tokens = min(rate * BURST_SECONDS, tokens + (now - since) * rate)
        if len(_buckets) > MAX_BUCKETS:
            _buckets.clear()
        refused = tokens < 1
        # A refused request costs no token. Otherwise a client that never pauses would never be let in again.
        _buckets[name] = (tokens if refused else tokens - 1, now)
    if refused:
        raise TooManyRequests(1)
