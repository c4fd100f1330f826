"""Hashing passwords, a few at a time: each hash takes 64 MiB and all cores for a moment, and anybody may ask for one."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from chalicelib.domain.errors import TooManyRequests

HASHES_AT_ONCE = 3
# How long a caller waits for its turn. In a second some thirty hashes are made, so a burst of sign-ins is served.
PATIENCE_SECONDS = 1.0

_places = threading.BoundedSemaphore(HASHES_AT_ONCE)


@cache
def hasher() -> Any:
    """argon2id with the library's defaults (RFC 9106, low memory); imported only where passwords are."""
    from argon2 import PasswordHasher  # noqa: PLC0415

    return PasswordHasher()


@contextmanager
def _turn() -> Iterator[None]:
    """Raises TooManyRequests when too many others are hashing."""
    if not _places.acquire(timeout=PATIENCE_SECONDS):
        raise TooManyRequests(1)
    try:
        yield
    finally:
        _places.release()


def hashed(password: str) -> str:
    """Raises TooManyRequests."""
    with _turn():
        return str(hasher().hash(password))


def matches(stored: str | None, password: str) -> bool:
    """stored: None where there is no such account, which takes the same work. Raises TooManyRequests."""
    from argon2.exceptions import VerificationError  # noqa: PLC0415  # only sign-in pays for this import

    if stored is None:
        hashed(password)
        return False
    with _turn():
        try:
            return bool(hasher().verify(stored, password))
        except VerificationError:
            return False
