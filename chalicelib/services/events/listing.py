"""Lists events: newest first, or everything after one event, oldest first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.config import settings
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.events import (
    EARLY_PLACES,
    FIRST_PLACE,
    LAST_PLACE,
    POSITION,
    StoredEvent,
    event_id,
    is_event_id,
    micros,
    moment_of,
    time_part,
)  # fmt: skip
from chalicelib.domain.lists import LATEST, ListQuery
from chalicelib.persistence import events, payments
from chalicelib.persistence.base import TRY_SECONDS
from chalicelib.persistence.disputes import Dispute
from chalicelib.persistence.events import HasEvents
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.qr_codes import QrCode
from chalicelib.persistence.refunds import Refund
from chalicelib.persistence.settlements import Settlement
from chalicelib.persistence.subscriptions import Subscription
from chalicelib.services.events import early
from chalicelib.services.events.announcing import COMMIT_SECONDS, KEPT_SECONDS

# The rows that a filtered request reads of each of its five sources.
LOOK = 100
# By which the clocks of two processes may differ, or a moved clock of a test stage may reach one of them later.
CLOCK_SECONDS = 1.0
# The records whose objects have events, by the prefix of their ids.
RECORDS: dict[str, type[HasEvents]] = {
    "order": Order, "pay": Payment, "rfnd": Refund, "disp": Dispute, "setl": Settlement,
    "qr": QrCode, "sub": Subscription,
}  # fmt: skip

View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Window:
    """The events that a request may show: positions from first to last. past: the id beyond which the page begins."""

    first: str
    last: str
    past: str | None
    oldest_first: bool

    def holds(self, event: StoredEvent) -> bool:
        is_past = self.past is None or (event.place > self.past if self.oldest_first else event.place < self.past)
        return is_past and self.first <= event.place[POSITION] <= self.last


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in a source. reached: the position at which the source was left; None at its end."""

    found: Sequence[StoredEvent]
    reached: str | None


def settling_seconds() -> float:
    """Returns how long after its time an event may still be committed. A test stage's database loses no request."""
    return COMMIT_SECONDS + CLOCK_SECONDS + (0 if settings().is_test_stage else TRY_SECONDS)


def page(query: ListQuery, after: str | None, *, resent: bool = False) -> View:
    """Shows a page of a merchant's events. Raises BadRequest.

    after: an event's id, or its resent_as; all events since, oldest first. resent: an event also stands where it was sent
    again.
    """
    if query.offset:
        raise BadRequest("offset is out of reach: follow next_cursor instead", field="offset")
    window = _window(query, after)
    object_id = query.filters.get("object_id")
    if resent and object_id:
        raise BadRequest("resent goes without object_id", field="resent")
    looked = (
        [_of_object(query.owner, object_id)]
        if isinstance(object_id, str)
        else list(_look(query, window, resent=resent))
    )
    rows, next_cursor = _cut(query, window, looked)
    return {
        "data": list(map(shown, rows)),
        "total": None,
        "limit": query.limit,
        "offset": 0,
        "next_cursor": next_cursor,
    }


def shown(event: StoredEvent) -> View:
    repetition = {"resent_as": event.resent_as} if event.resent_as else {}
    return repetition | {
        "id": event.id,
        "type": event.event,
        "object_id": event.object_id,
        "sequence": event.sequence,
        "created_at": event.created_at,
        "data": event.data,
    }


def _window(query: ListQuery, after: str | None) -> Window:
    """Returns the window. A poller sees only moments that no commit can add to any more, so it misses nothing."""
    past = _event(query.cursor, "cursor") or _event(after, "after")
    now = clock.now()
    start = max(micros(query.start), micros(clock.iso(now - KEPT_SECONDS)))
    end = micros(query.end)
    if after:
        end = min(end, micros(clock.iso(now - settling_seconds())))
    first, last = time_part(start), time_part(end) + LATEST
    if past:
        first, last = (max(first, past[POSITION]), last) if after else (first, min(last, past[POSITION]))
    return Window(first, last, past, oldest_first=bool(after))


def _event(text: str | None, field: str) -> str | None:
    if text and not is_event_id(text):
        raise BadRequest(f"{field} must be an event's id", field=field)
    return text or None


def _look(query: ListQuery, window: Window, *, resent: bool) -> Iterator[Looked]:
    """Reads the newest or the oldest rows of the window in each source that can hold an event of the wanted type."""
    wanted = query.filters.get("type")
    # A page needs one row for each event, the row of the cursor, and one to see that there are more.
    rows = LOOK if wanted else query.limit + 2
    streams = events.streams(query.owner) if wanted not in EARLY_PLACES else []
    for stream in [*streams, events.stream_of_repetitions(query.owner)] if resent else streams:
        found = events.between(stream, window.first, window.last, rows, oldest_first=window.oldest_first)
        yield _looked([row.events() for row in found], rows)
    if not wanted or wanted in EARLY_PLACES:
        start, end = (moment_of(event_id(edge, "")) for edge in (window.first, window.last))
        made = payments.made_between(query.owner, start, end, rows, oldest_first=window.oldest_first)
        yield _looked([early.events_of(payment) for payment in made], rows)


def _looked(found: Sequence[Sequence[StoredEvent]], rows: int) -> Looked:
    flat = [event for row in found for event in row]
    return Looked(flat, flat[-1].place[POSITION] if len(found) >= rows else None)


def _of_object(merchant_id: str, object_id: str) -> Looked:
    """Finds the events of one object by the ids in its record. An unknown object has none."""
    model = RECORDS.get(object_id.partition("_")[0])
    record: Any = model.find(object_id) if model else None
    if record is None or record.merchant_id != merchant_id:
        return Looked([], None)
    kept = events.fetch((merchant_id, each) for each in record.event_ids or ())
    mine = [event for event in kept.values() if event.object_id == object_id]
    return Looked([*(early.events_of(record) if isinstance(record, Payment) else ()), *mine], None)


def _cut(query: ListQuery, window: Window, looked: Sequence[Looked]) -> tuple[list[StoredEvent], str | None]:
    """Merges the sources as far as all of them were read. Returns the page, and the cursor of the next one."""
    edge = _edge([each.reached for each in looked if each.reached], oldest_first=window.oldest_first)
    in_reach = _reach(edge, oldest_first=window.oldest_first)
    wanted = query.filters.get("type")
    rows = sorted(
        (
            event
            for each in looked
            for event in each.found
            if window.holds(event) and in_reach(event) and wanted in {None, event.event}
        ),
        key=lambda event: event.place,
        reverse=not window.oldest_first,
    )
    cut = rows[: query.limit]
    if len(rows) > query.limit:
        return cut, cut[-1].place
    return cut, edge and event_id(edge, LAST_PLACE if window.oldest_first else FIRST_PLACE)


def _edge(reached: Sequence[str], *, oldest_first: bool) -> str | None:
    """Returns the position up to which every source is known; None if every source was read to its end."""
    if not reached:
        return None
    return min(reached) if oldest_first else max(reached)


def _reach(edge: str | None, *, oldest_first: bool) -> Callable[[StoredEvent], bool]:
    if edge is None:
        return lambda _: True
    return lambda event: event.place[POSITION] <= edge if oldest_first else event.place[POSITION] >= edge
