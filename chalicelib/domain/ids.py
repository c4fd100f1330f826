"""Public ids: a prefix and 16 letters and digits (95 bits) from a cryptographic source."""

import secrets
import string
from collections.abc import Callable

ALPHABET = string.ascii_letters + string.digits
LENGTH = 16
# A number of so many random bits more than the id has is even over all ids but for one part in 2^64.
SPARE_BYTES = 8

random_bytes: Callable[[int], bytes] = secrets.token_bytes


def new_id(prefix: str, length: int = LENGTH) -> str:
    """E.g. pay_4fT0qXbb1ZsLw9Ra for the prefix pay.

    Asks for randomness once: each question is a system call, and under load each of those a wait for the interpreter.
    """
    number = int.from_bytes(random_bytes(length + SPARE_BYTES))
    characters = []
    for _ in range(length):
        number, rest = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[rest])
    return f"{prefix}_{''.join(characters)}"
