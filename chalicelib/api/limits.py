"""Rate limits in this process: a token bucket for each key and each address. On AWS the stage's throttling stands before it."""

import threading
import time

from chalicelib.config import settings
from chalicelib.domain.errors import TooManyRequests

# A bucket holds this many seconds' worth of requests, so that a short burst is no offence.
BURST_SECONDS = 2
MAX_BUCKETS = 10_000

_lock = threading.Lock()
_buckets: dict[str, tuple[float, float]] = {}


def check(address: str, key: str) -> None:
    """Raises TooManyRequests."""
    now = settings()
    _take(f"address {address}", now.rate_limit_per_address)
    if key:
        _take(f"key {key}", now.rate_limit_per_key)


def _take(name: str, rate: int) -> None:
    """rate: requests a second; 0 means no limit."""
    if rate <= 0:
        return
    with _lock:
        now = time.monotonic()
        tokens, since = _buckets.get(name, (float(rate * BURST_SECONDS), now))
        tokens = min(rate * BURST_SECONDS, tokens + (now - since) * rate)
        if len(_buckets) > MAX_BUCKETS:
            _buckets.clear()
        _buckets[name] = (max(tokens - 1, 0), now)
    if tokens < 1:
        raise TooManyRequests(1)
