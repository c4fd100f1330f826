"""Checks how a merchant shows itself to payers: its colour and its time zone."""

import re

from chalicelib.domain.errors import BadRequest

_COLOR = re.compile(r"#[0-9a-f]{6}")
# An IANA name. Its existence is not checked, because a stage may have no database of zones; browsers have one.
_ZONE = re.compile(r"[A-Za-z_]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}")


def normal_color(color: str) -> str:
    """Returns the colour in lower case. Raises BadRequest unless it is written as #rrggbb."""
    if not _COLOR.fullmatch(color.lower()):
        raise BadRequest("color must be six hexadecimal digits such as #4f46e5", field="color")
    return color.lower()


def check_time_zone(name: str) -> None:
    """Raises BadRequest unless the name has the form of an IANA time zone."""
    if not _ZONE.fullmatch(name):
        raise BadRequest("time_zone must be an IANA name such as Asia/Kolkata", field="time_zone")
