"""Checks virtual payment addresses."""

import re

from chalicelib.domain.errors import InvalidVpa

VPA = re.compile(r"[a-zA-Z0-9._-]+@[a-zA-Z0-9]+")
# NPCI allows 255 characters in total. The limit also bounds the stored item.
MAX_LENGTH = 255


def check_vpa(vpa: str) -> str:
    """Returns a valid address. Raises InvalidVpa."""
    if len(vpa) > MAX_LENGTH or not VPA.fullmatch(vpa):
        raise InvalidVpa
    return vpa


def masked(vpa: str) -> str:
    """Masks an address so that only its owner recognises it, as us***@paytm, whatever the length.

    Many addresses are phone numbers.
    """
    name, _, handle = vpa.partition("@")
    return f"{name[: min(2, len(name) - 1)]}***@{handle}"
