"""Limits how often a caller may guess a password or an API secret.

The limits are what protects a password. So a try is counted in the table before it is made, and given back unless the
password was wrong; no number of concurrent tries gets by. An API secret is too long to be guessed, so its limit only
reduces noise. Wrong secrets are counted in this process, where no caller can make the gateway write.
"""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from chalicelib.domain import clock
from chalicelib.domain.addresses import network
from chalicelib.domain.errors import AuthenticationFailed, TooManyRequests
from chalicelib.persistence.throttles import Throttle
from chalicelib.services.caching import TimedCache

WINDOW_SECONDS = 60
MAX_WRONG_SECRETS = 20
# The most wrong passwords in a window: from one address, from one address at one account, and at one account from
# anywhere.
MAX_OF_ADDRESS, MAX_OF_BOTH, MAX_OF_ACCOUNT = 30, 10, 60
# How long a refused address is refused without reading the table again.
REFUSED_SECONDS = 5
MAX_ADDRESSES = 10_000

_lock = threading.Lock()
_wrong_secrets: dict[str, int] = {}
_refused: TimedCache[int] = TimedCache(REFUSED_SECONDS)


def _window() -> tuple[int, int]:
    """Returns (the window's number, the seconds left of it)."""
    number, passed = divmod(int(clock.now()), WINDOW_SECONDS)
    return number, WINDOW_SECONDS - passed


def note_wrong_secret(address: str) -> None:
    """Counts a wrong secret. Raises TooManyRequests when this address keeps guessing."""
    window, seconds_left = _window()
    key = f"{network(address)} {window}"
    with _lock:
        if len(_wrong_secrets) >= MAX_ADDRESSES:
            _wrong_secrets.clear()
        tries = _wrong_secrets[key] = _wrong_secrets.get(key, 0) + 1
    if tries > MAX_WRONG_SECRETS:
        raise TooManyRequests(seconds_left)


@dataclass(frozen=True, slots=True)
class _Count:
    """A limited number of tries in a window of time. seconds_left: until the window ends."""

    key: str
    most: int
    seconds_left: int

    def add(self, number: int) -> int:
        """Adds tries and returns their number.

        The row outlives its window, because another caller may still be counting in it.
        """
        return Throttle.add(self.key, number, int(clock.now()) + self.seconds_left + WINDOW_SECONDS)


def _count(what: str, most: int) -> _Count:
    window, seconds_left = _window()
    return _Count(hashlib.sha256(f"{what} {window}".encode()).hexdigest(), most, seconds_left)


def _counts(account: str, whence: str) -> tuple[_Count, ...]:
    return (
        _count(f"address {whence}", MAX_OF_ADDRESS),
        _count(f"account {account} {whence}", MAX_OF_BOTH),
        _count(f"account {account}", MAX_OF_ACCOUNT),
    )


@contextmanager
def one_try(account: str, address: str) -> Iterator[None]:
    """Counts a try around a block that raises AuthenticationFailed for a wrong guess.

    Raises TooManyRequests before the block begins.
    """
    whence, taken = network(address), list[_Count]()
    if (until := _refused.get(whence)) and until > clock.now():
        raise TooManyRequests(until - int(clock.now()))
    wrong = False
    try:
        _take(_counts(account, whence), taken, whence)
        yield
    except AuthenticationFailed:
        wrong = True
        raise
    finally:
        for count in () if wrong else taken:
            count.add(-1)


def _take(counts: tuple[_Count, ...], taken: list[_Count], whence: str) -> None:
    for count in counts:
        taken.append(count)
        if count.add(1) > count.most:
            if count is counts[0]:
                _refused.put(whence, int(clock.now()) + count.seconds_left)
            raise TooManyRequests(count.seconds_left)


def forget() -> None:
    """Drops the counts that this process alone remembers."""
    _wrong_secrets.clear()
    _refused.clear()
