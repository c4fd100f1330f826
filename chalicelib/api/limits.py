"""Rate limits in this process: a token bucket a merchant and an address. On AWS the stage's throttling stands before it."""

import threading
import time

from chalicelib.domain.errors import TooManyRequests

# A bucket holds this many seconds' worth of requests, so that a short burst is no offence.
BURST_SECONDS = 2
MAX_BUCKETS = 10_000

_lock = threading.Lock()
_buckets: dict[str, tuple[float, float]] = {}


def check(name: str, rate: int) -> None:
    """rate: requests a second; 0 means no limit. Raises TooManyRequests."""
    if rate <= 0:
        return
    with _lock:
        now = time.monotonic()
        tokens, since = _buckets.get(name, (float(rate * BURST_SECONDS), now))
        tokens = min(rate * BURST_SECONDS, tokens + (now - since) * rate)
        if len(_buckets) > MAX_BUCKETS:
            _buckets.clear()
        refused = tokens < 1
        # Who is refused pays nothing, or a client that never pauses would never be let in again.
        _buckets[name] = (tokens if refused else tokens - 1, now)
    if refused:
        raise TooManyRequests(1)
