"""Reads durations as people write them: 90, 30s, 20m, 2h, 3d, 1d12h."""

import re

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)([smhd])")
_WHOLE = re.compile(rf"(?:{_PART.pattern})+")


def seconds(text: str) -> float:
    """Returns the seconds. A number without a unit is in seconds. Raises ValueError."""
    wanted = text.strip().lower().replace(" ", "")
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", wanted):
        return float(wanted)
    if not _WHOLE.fullmatch(wanted):
        raise ValueError(f"{text!r} is no duration; write 30s, 20m, 2h, 3d or 1d12h")
    return sum(float(number) * SECONDS[unit] for number, unit in _PART.findall(wanted))
