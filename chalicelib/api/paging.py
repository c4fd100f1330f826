"""Reads the query parameters that lists share."""

import re
from datetime import date

from chalicelib.api.call import Call
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.lists import EARLIEST, LATEST, ListQuery

PARAMETERS = ("limit", "offset", "cursor", "from", "to")
DEFAULT_LIMIT, MAX_LIMIT = 10, 100
# An offset past the end gives an empty page, however far. Every client can count up to this number.
MAX_OFFSET = 2**53 - 1


def list_query(call: Call) -> ListQuery:
    """Reads the query of a list. Raises BadRequest."""
    limit = _integer(call, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    offset = _integer(call, "offset", 0, 0, MAX_OFFSET)
    start = moment(call.query.get("from"), "from", EARLIEST)
    end = moment(call.query.get("to"), "to", LATEST)
    return ListQuery(call.merchant_id, limit, offset, call.query.get("cursor"), start, end, _filters(call))


def _filters(call: Call) -> dict[str, str]:
    chosen = {name: call.query[name] for name in call.filters if call.query.get(name)}
    for name, value in chosen.items():
        allowed = call.filters[name]
        if allowed and value not in allowed:
            raise BadRequest(f"{name} must be one of {', '.join(allowed)}", field=name)
    return chosen


def _integer(call: Call, name: str, default: int, least: int, most: int) -> int:
    text = call.query.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,20}", text) or not least <= int(text) <= most:
        raise BadRequest(f"{name} must be an integer from {least} to {most}", field=name)
    return int(text)


def moment(text: str | None, name: str, default: str) -> str:
    """Reads an ISO time, or a day: its first moment, or its last for `to`. Raises BadRequest."""
    if not text:
        return default
    try:
        first = clock.iso(clock.seconds(text))
    except (ValueError, OverflowError):
        raise BadRequest(f"{name} must be an ISO 8601 date or time", field=name) from None
    return f"{clock.day(first)}{LATEST}" if name == "to" and _is_day(text) else first


def _is_day(text: str) -> bool:
    """Returns whether the text is a day, in any of ISO's spellings: 2026-11-23, 20261123, 2026-W48-1."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def day(text: str | None, name: str) -> date | None:
    """Returns the UTC day of an ISO date or time. Raises BadRequest.

    A time must be the day's first second (or its last second, in `to`).
    """
    if not text:
        return None
    at = moment(text, name, "")
    found = clock.day(at)
    edge = f"{found}T23:59:59" if name == "to" else f"{found}T00:00:00"
    if not (_is_day(text) or at.startswith(edge)):
        raise BadRequest(f"{name} must be a day, or where one ends in UTC: figures are kept by the UTC day", field=name)
    return date.fromisoformat(found)
