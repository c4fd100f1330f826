"""Defines a stored event: its id, its place in the merchant's stream, and what its formats are made from."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.lists import EARLIEST, LATEST
from chalicelib.domain.webhooks import Event

# In the order of ASCII, so that ids sort as their times do.
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
PREFIX = "evt_"
TIME_LENGTH, MARK_LENGTH = 9, 10
POSITION = slice(len(PREFIX), len(PREFIX) + TIME_LENGTH + MARK_LENGTH)
ID = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{TIME_LENGTH + MARK_LENGTH + 1}}}")
# The places of the events that a payment's own record holds. The places in a row of the event table are digits.
EARLY_PLACES = {Event.PAYMENT_CREATED: "a", Event.PAYMENT_PENDING: "b"}
LAST_PLACE, FIRST_PLACE = "z", "0"
LATEST_TIME: int = len(DIGITS) ** TIME_LENGTH - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event of an object. created_at: ISO. sequence: the object's own number of the event, from 1 without gaps.

    parts: the objects that the event concerns, by name, as the API showed them then. shown: the names of the parts that
    the native `data` has. facts: what the native views do not show and another format may need. resent_as: the id of this
    repetition, if the event was read where it was sent again.
    """

    id: str
    event: str
    merchant_id: str
    object_id: str
    sequence: int
    created_at: str
    shown: tuple[str, ...]
    parts: Mapping[str, Any]
    facts: Mapping[str, Any] = field(default_factory=dict)
    resent_as: str | None = None

    @property
    def data(self) -> View:
        return {name: self.parts[name] for name in self.shown}

    @property
    def place(self) -> str:
        """Returns the id that tells the place in a list. A repetition has another place than its event."""
        return self.resent_as or self.id

    @property
    def timestamp(self) -> int:
        """Returns the moment of the event in whole Unix seconds."""
        return micros(self.created_at) // 1_000_000


def micros(text: str) -> int:
    """Returns the microseconds since 1970 of an ISO time, or of a bound of domain/lists.py."""
    if text == EARLIEST:
        return 0
    if text == LATEST:
        return LATEST_TIME
    moment = datetime.fromisoformat(text.removesuffix(LATEST)).replace(tzinfo=UTC)
    end = timedelta(days=1) - _MICROSECOND if text.endswith(LATEST) else timedelta()
    passed = moment + end - _EPOCH
    return passed // _MICROSECOND


def _digits(number: int, length: int) -> str:
    characters = []
    for _ in range(length):
        number, rest = divmod(number, len(DIGITS))
        characters.append(DIGITS[rest])
    return "".join(reversed(characters))


def time_part(at: int) -> str:
    """Returns the beginning of every position of that moment. at: microseconds since 1970."""
    return _digits(min(max(at, 0), LATEST_TIME), TIME_LENGTH)


def position(created_at: str, object_id: str, sequence: int) -> str:
    """Returns the place in its merchant's stream of a step whose first event this is. Places sort by time.

    The rest of the place is derived from the object and the sequence, so that one event has one place.
    """
    mark = hashlib.sha256(f"{object_id}\n{sequence}".encode()).digest()
    return time_part(micros(created_at)) + _digits(int.from_bytes(mark), MARK_LENGTH)


def event_id(where: str, place: str) -> str:
    """Returns the id of the event at this place of the step at this position."""
    return f"{PREFIX}{where}{place}"


def is_event_id(text: str) -> bool:
    return ID.fullmatch(text) is not None


def moment_of(identifier: str) -> str:
    """Returns the ISO time inside an event's id."""
    number = 0
    for character in identifier[len(PREFIX) : len(PREFIX) + TIME_LENGTH]:
        number = number * len(DIGITS) + DIGITS.index(character)
    moment = _EPOCH + number * _MICROSECOND
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def is_early(identifier: str) -> bool:
    """Returns whether a payment's own record holds the event."""
    return identifier[-1] in EARLY_PLACES.values()
