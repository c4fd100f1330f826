"""Public ids: a prefix and 16 letters and digits (95 bits) from a cryptographic source."""

import secrets
import string
from collections.abc import Callable

ALPHABET = string.ascii_letters + string.digits
LENGTH = 16

choice: Callable[[str], str] = secrets.choice


def new_id(prefix: str, length: int = LENGTH) -> str:
    """E.g. pay_4fT0qXbb1ZsLw9Ra for the prefix pay."""
    return f"{prefix}_{''.join(choice(ALPHABET) for _ in range(length))}"
