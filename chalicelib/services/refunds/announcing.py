"""Announces the events of a refund."""

from chalicelib.domain.webhooks import Event
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.refunds import Refund
from chalicelib.services import events, views
from chalicelib.services.events import NewEvent
from chalicelib.services.webhooks import endpoints


def deliveries_for(event: Event, refund: Refund, request_id: str) -> list[Delivery]:
    """Returns the deliveries that announce an event of a refund. They show the refund as it is passed."""
    new_event = NewEvent(event, refund.merchant_id, refund.id, {"refund": views.refund(refund)}, request_id)
    return events.deliveries_for([new_event], endpoints.current(refund.merchant_id))
