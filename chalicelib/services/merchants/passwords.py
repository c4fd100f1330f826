"""Hashes passwords, a few at a time: each hash takes 64 MiB and all cores for a moment, and anybody can ask for one."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from chalicelib.domain.errors import TooManyRequests

HASHES_AT_ONCE = 3
# Seconds that a caller waits for a turn. About thirty hashes are made in a second, so a burst of sign-ins is served.
PATIENCE_SECONDS = 1.0

_places = threading.BoundedSemaphore(HASHES_AT_ONCE)


@cache
def hasher() -> Any:
    """Returns argon2id with the library's defaults (RFC 9106, low memory). Imported only where passwords are used."""
    from argon2 import PasswordHasher  # noqa: PLC0415

    return PasswordHasher()


@contextmanager
def _turn() -> Iterator[None]:
    """Waits for a turn. Raises TooManyRequests when too many other callers are hashing."""
    if not _places.acquire(timeout=PATIENCE_SECONDS):
        raise TooManyRequests(1)
    try:
        yield
    finally:
        _places.release()


def hashed(password: str) -> str:
    """Hashes a password. Raises TooManyRequests."""
    with _turn():
        return str(hasher().hash(password))


def matches(stored: str | None, password: str) -> bool:
    """Returns whether a password matches its hash. stored: None for an unknown account, which takes the same work.

    Raises TooManyRequests.
    """
    from argon2.exceptions import VerificationError  # noqa: PLC0415  # only sign-in pays for this import

    if stored is None:
        hashed(password)
        return False
    with _turn():
        try:
            return bool(hasher().verify(stored, password))
        except VerificationError:
            return False
