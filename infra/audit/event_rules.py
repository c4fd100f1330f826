"""Defines the rules for stored events. A snapshot holds them by id, without their data."""

from collections import defaultdict
from collections.abc import Iterator

from chalicelib.domain.counterparts import COUNTERPARTS
from infra.audit.snapshot import DAY_SECONDS, DELIVERIES_KEPT_SECONDS, Findings, Item, Snapshot, seconds

# The ends of the ids of the two events that a payment's own record holds.
EARLY = {"a": "payment.created", "b": "payment.pending"}


def _numbered(seen: Snapshot) -> Iterator[tuple[str, Item, list[int]]]:
    """Yields (id, record, the numbers of the events that the record itself holds) of records whose events are kept."""
    others = (seen.refunds, seen.disputes, seen.settlements, seen.qr_codes, seen.subscriptions)
    for records, own in ((seen.payments, [1, 2]), (seen.orders, []), *((each, []) for each in others)):
        for object_id, record in records.items():
            if seconds(record["created_at"]) > seen.now - DELIVERIES_KEPT_SECONDS + DAY_SECONDS:
                yield object_id, record, own


def every_object_numbers_its_events_without_gaps(seen: Snapshot) -> Findings:
    """Checks the numbers against the record. An event that followed after the record was read may be there already."""
    told: dict[str, list[int]] = defaultdict(list)
    for event in seen.events.values():
        told[event["object_id"]].append(int(event["sequence"]))
    for object_id, record, own in _numbered(seen):
        numbers = sorted(own + told[object_id])
        counted = int(record.get("sequence") or 0)
        if numbers != list(range(1, len(numbers) + 1)) or len(numbers) < counted:
            yield object_id, f"counts {counted} events, and the stored ones have the numbers {numbers}"


def every_delivery_has_its_event(seen: Snapshot) -> Findings:
    for delivery_id, delivery in seen.deliveries.items():
        event_id = delivery["event_id"]
        stored = seen.events.get(event_id, {})
        early = EARLY.get(event_id[-1:]) if delivery["object_id"] in seen.payments else None
        known = early or stored.get("event")
        named = COUNTERPARTS.get(delivery.get("named") or "")
        fits = known in named.sources if named else known == delivery["event"]
        if not fits:
            yield delivery_id, f"announces {delivery['event']}, and {event_id} is {known}"
