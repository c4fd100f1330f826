"""Reads events by their ids, wherever they are stored."""

from collections.abc import Iterable

from chalicelib.domain import clock
from chalicelib.domain.errors import NotFound
from chalicelib.domain.events import StoredEvent, is_early, is_event_id
from chalicelib.persistence import events
from chalicelib.persistence.deliveries import Delivery
from chalicelib.services.events import early
from chalicelib.services.events.announcing import KEPT_SECONDS


def find(merchant_id: str, identifier: str) -> StoredEvent:
    """Reads an event of the merchant. Raises NotFound."""
    found = None
    if is_event_id(identifier) and is_early(identifier):
        found = early.find(merchant_id, identifier)
    elif is_event_id(identifier):
        found = events.fetch([(merchant_id, identifier)]).get(identifier)
    if found is None or found.created_at < clock.iso(clock.now() - KEPT_SECONDS):
        raise NotFound("Event")
    return found


def of_deliveries(deliveries: Iterable[Delivery]) -> dict[str, StoredEvent]:
    """Reads the events of deliveries, by event id. Leaves out missing events."""
    wanted = list(deliveries)
    rows = [(each.merchant_id, each.event_id) for each in wanted if not is_early(each.event_id)]
    return events.fetch(rows) | early.fetch((each.object_id, each.event_id) for each in wanted)
