"""Announces the events of a refund."""

from chalicelib.domain.webhooks import Event, Format
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.services import views
from chalicelib.services.events import announcing
from chalicelib.services.events.announcing import Announcement, NewEvent, NewEvents
from chalicelib.services.webhooks import endpoints


def announce(event: Event, refund: Refund, payment: Payment, request_id: str) -> Announcement:
    """Returns an event of a refund with its deliveries, and counts both in the record. Both show the refund as passed.

    payment: as the step leaves it. Its order is read only for an endpoint whose format shows it with the payment.
    """
    receivers = endpoints.current(refund.merchant_id)
    order = Order.find(payment.order_id) if any(each.format == Format.RAZORPAY for each in receivers) else None
    told = [NewEvent(event, refund.id, int(refund.sequence or 0) + 1, ("refund",))]
    parts = {"refund": views.refund(refund), "payment": views.payment(payment)}
    parts |= {"order": views.order(order)} if order else {}
    facts = views.facts(payment) | views.refund_facts(refund)
    new = NewEvents(refund.merchant_id, refund.updated_at, told, parts, facts, request_id)
    announcement = announcing.announce(new, receivers)
    announcing.number(refund, announcement)
    refund.delivery_ids = [*(refund.delivery_ids or ()), *announcement.delivery_ids]
    return announcement
