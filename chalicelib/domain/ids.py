"""Makes public ids: a prefix and 16 letters and digits (95 bits) from a cryptographic source."""

import secrets
import string
from collections.abc import Callable

ALPHABET = string.ascii_letters + string.digits
LENGTH = 16
# These extra random bytes make all ids equally likely, up to one part in 2^64.
SPARE_BYTES = 8

random_bytes: Callable[[int], bytes] = secrets.token_bytes


def new_id(prefix: str, length: int = LENGTH) -> str:
    """Returns an id such as pay_4fT0qXbb1ZsLw9Ra for the prefix pay.

    Asks for randomness only once: each request is a system call, and under load each system call waits for the
    interpreter.
    """
    return derived_id(prefix, random_bytes(length + SPARE_BYTES), length)


def derived_id(prefix: str, source: bytes, length: int = LENGTH) -> str:
    """Returns the id that these bytes determine, for an object that must not be made twice."""
    number = int.from_bytes(source)
    characters = []
    for _ in range(length):
        number, rest = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[rest])
    return f"{prefix}_{''.join(characters)}"
