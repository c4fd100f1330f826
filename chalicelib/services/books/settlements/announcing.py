"""Announces the events of a settlement."""

from chalicelib.domain.webhooks import Event
from chalicelib.persistence.settlements import Settlement
from chalicelib.services.books.settlements.records import shown
from chalicelib.services.events import announcing
from chalicelib.services.events.announcing import NOTHING, Announcement, NewEvent, NewEvents
from chalicelib.services.webhooks import endpoints


def announce(event: Event | None, made: Settlement, request_id: str) -> Announcement:
    """Returns an event of a settlement with its deliveries, and counts both in the record. Without an event, nothing."""
    if event is None:
        return NOTHING
    told = [NewEvent(event, made.id, int(made.sequence or 0) + 1, ("settlement",))]
    new = NewEvents(made.merchant_id, made.updated_at, told, {"settlement": shown(made)}, request_id=request_id)
    announcement = announcing.announce(new, endpoints.current(made.merchant_id))
    announcing.number(made, announcement)
    made.delivery_ids = [*(made.delivery_ids or ()), *announcement.delivery_ids]
    return announcement
