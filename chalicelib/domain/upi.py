"""Virtual payment addresses."""

import re

from chalicelib.domain.errors import InvalidVpa

VPA = re.compile(r"[a-zA-Z0-9._-]+@[a-zA-Z0-9]+")
# NPCI allows 255 characters in all; it also bounds the stored item.
MAX_LENGTH = 255


def check_vpa(vpa: str) -> str:
    """Raises InvalidVpa."""
    if len(vpa) > MAX_LENGTH or not VPA.fullmatch(vpa):
        raise InvalidVpa
    return vpa
