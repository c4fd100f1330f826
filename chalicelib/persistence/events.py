"""Keeps the events of each merchant in streams, ordered by time."""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pynamodb.attributes import Attribute, ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.constants import BINARY

from chalicelib.domain import clock
from chalicelib.domain.events import POSITION, StoredEvent, event_id, moment_of
from chalicelib.persistence.base import CompactJson, Table, table_name, unavailable_on_failure
from chalicelib.persistence.transactions import Transaction

# The streams of one merchant. 1,000 settled payments a second put 500 write units a second on each.
STREAMS = 4
# Seconds for which a row is kept: a day longer than its deliveries, so that a delivery never outlives its event.
KEPT_SECONDS = 31 * 24 * 3600


class CompressedJson(Attribute[Any]):
    """JSON, compressed: a step with a payment and its order stays under 1 KB, which is one write unit."""

    attr_type = BINARY

    def serialize(self, value: Any) -> bytes:
        return zlib.compress(json.dumps(value, separators=(",", ":")).encode(), 9)

    def deserialize(self, value: bytes) -> Any:
        return json.loads(zlib.decompress(value))


class HasEvents(Table):
    """A record whose object has events. sequence: their number. event_ids: of the newest ones in the event table."""

    sequence = NumberAttribute(null=True)
    event_ids: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, null=True)


class EventRow(Table):
    """The events of one step, which the step's transaction writes.

    stream: the merchant and a shard. position: see domain/events.py. told: for each event its name, object, sequence
    and the names of the parts that `data` shows. snapshot: parts and facts of StoredEvent. expires_at: Unix seconds.
    """

    class Meta:
        table_name = table_name("events")

    stream = UnicodeAttribute(hash_key=True)
    position = UnicodeAttribute(range_key=True)
    told = CompactJson()
    snapshot = CompressedJson()
    expires_at = NumberAttribute()

    def key(self) -> tuple[str, str]:
        return (self.stream, self.position)

    def events(self) -> list[StoredEvent]:
        """Returns the events of the step, in order."""
        return [self._event(place) for place in range(len(self.told))]

    def _event(self, place: int) -> StoredEvent:
        name, object_id, sequence, shown = self.told[place]
        here = event_id(self.position, str(place))
        repeated = self.snapshot.get("repeats")
        identifier = repeated or here
        return StoredEvent(
            identifier,
            event=name,
            merchant_id=str(self.stream).rpartition("#")[0],
            object_id=object_id,
            sequence=sequence,
            created_at=moment_of(identifier),
            shown=tuple(shown),
            parts=self.snapshot["parts"],
            facts=self.snapshot["facts"],
            resent_as=here if repeated else None,
        )


def stream_of(merchant_id: str, position: str) -> str:
    """Returns the stream that holds the position."""
    return f"{merchant_id}#{zlib.crc32(position.encode()) % STREAMS}"


def streams(merchant_id: str) -> list[str]:
    return [f"{merchant_id}#{shard}" for shard in range(STREAMS)]


def stream_of_repetitions(merchant_id: str) -> str:
    """Returns the stream of the events that were sent again. Other readers of events do not see it."""
    return f"{merchant_id}#resent"


def fetch(wanted: Iterable[tuple[str, str]]) -> dict[str, StoredEvent]:
    """Reads events by (merchant, event id). Leaves out missing events.

    What is read of a row never changes, so a cheap read that finds it is right. Only missing rows are read again, consistently.
    """
    pairs = list(wanted)
    keys = [_key(merchant_id, identifier) for merchant_id, identifier in pairs]
    rows = EventRow.find_many(keys, consistent=False)
    rows |= EventRow.find_many([key for key in keys if key not in rows])
    found = {event.id: event for row in rows.values() for event in row.events()}
    return {identifier: found[identifier] for _, identifier in pairs if identifier in found}


def _key(merchant_id: str, identifier: str) -> tuple[str, str]:
    position = identifier[POSITION]
    return stream_of(merchant_id, position), position


def between(stream: str, first: str, last: str, limit: int, *, oldest_first: bool) -> list[EventRow]:
    """Returns rows of a stream whose positions lie between two texts, both included. Raises Unavailable."""
    if first > last:
        return []
    with unavailable_on_failure():
        reach = EventRow.position.between(first, last)
        found = EventRow.query(stream, reach, consistent_read=True, scan_index_forward=oldest_first, limit=limit)
        return list(found)


def keep(transaction: Transaction, event: StoredEvent) -> None:
    """Keeps an event's row as long as a delivery that is made now. Its other attributes never change."""
    row = EventRow(*_key(event.merchant_id, event.id))
    until = int(clock.now()) + KEPT_SECONDS
    transaction.update("event", row, [EventRow.expires_at.set(until)], EventRow.position.exists())


def repetition(event: StoredEvent, position: str, expires_at: int) -> EventRow:
    """Returns the row that says that an event is sent again. position: of the repetition. expires_at: Unix seconds."""
    return EventRow(
        stream_of_repetitions(event.merchant_id),
        position,
        told=[[event.event, event.object_id, event.sequence, list(event.shown)]],
        snapshot={"parts": dict(event.parts), "facts": dict(event.facts), "repeats": event.id},
        expires_at=expires_at,
    )


def row(
    merchant_id: str, position: str, told: Sequence[tuple[str, str, int, tuple[str, ...]]], snapshot: Mapping[str, Any],
    expires_at: int,
) -> EventRow:  # fmt: skip
    """Returns the row of a step's events to put. expires_at: Unix seconds."""
    return EventRow(
        stream_of(merchant_id, position),
        position,
        told=[list(each) for each in told],
        snapshot=dict(snapshot),
        expires_at=expires_at,
    )
