"""Announces the events of a refund."""

from chalicelib.domain.webhooks import Event
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.services import views
from chalicelib.services.events import announcing
from chalicelib.services.events.announcing import Announcement, NewEvent, NewEvents
from chalicelib.services.webhooks import endpoints


def announce(event: Event, refund: Refund, payment: Payment, request_id: str) -> Announcement:
    """Returns an event of a refund with its deliveries, and counts both in the record. Both show the refund as passed.

    payment: as the step leaves it.
    """
    told = [NewEvent(event, refund.id, int(refund.sequence or 0) + 1, ("refund",))]
    parts = {"refund": views.refund(refund), "payment": views.payment(payment)}
    new = NewEvents(refund.merchant_id, refund.updated_at, told, parts, views.facts(payment), request_id)
    announcement = announcing.announce(new, endpoints.current(refund.merchant_id))
    announcing.number(refund, announcement)
    refund.delivery_ids = [*(refund.delivery_ids or ()), *announcement.delivery_ids]
    return announcement
