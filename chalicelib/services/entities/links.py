"""Shows payment links. They have no field `entity`, and write an absent time as 0."""

from collections.abc import Sequence
from urllib.parse import urlencode

from chalicelib.config import settings
from chalicelib.domain.orders import OrderStatus
from chalicelib.domain.payments import State, face
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payment_links import PaymentLink
from chalicelib.persistence.payments import Payment
from chalicelib.services.entities.common import Entity, epoch
from chalicelib.services.payments import records

ENDED = (OrderStatus.CANCELLED, OrderStatus.EXPIRED)
HELD = (State.AUTHORIZED, State.CAPTURED)


def shown(found: Sequence[PaymentLink]) -> list[Entity]:
    """Shows links. Reads their orders and the orders' payments."""
    orders = Order.find_many([each.order_id for each in found])
    payments = records.of_orders(orders.values())
    return [link(each, orders[each.order_id], payments[each.order_id]) for each in found]


def link(record: PaymentLink, order: Order, payments: Sequence[Payment]) -> Entity:
    """Shows a link at this moment. payments: of its order, newest first.

    The payments of a link are captured at once, so what its order was paid is captured.
    """
    held = [payment for payment in payments if payment.state in HELD]
    ended = epoch(order.updated_at) if order.status in ENDED else 0
    return {
        "id": record.id,
        "accept_partial": bool(record.accept_partial),
        "amount": order.amount,
        "amount_paid": order.amount_paid,
        "callback_method": "get" if record.callback_url else "",
        "callback_url": record.callback_url or "",
        "cancelled_at": ended if order.status == OrderStatus.CANCELLED else 0,
        "created_at": epoch(record.created_at),
        "currency": order.currency,
        "customer": record.customer or {},
        "description": order.description or "",
        "expire_by": int(order.expires_at or 0),
        "expired_at": ended if order.status == OrderStatus.EXPIRED else 0,
        "first_min_partial_amount": record.first_min_partial_amount or 0,
        "notes": record.notes,
        "notify": record.notify or {"email": False, "sms": False, "whatsapp": False},
        "order_id": record.order_id,
        "payments": [_payment(record, payment) for payment in held] or None,
        "reference_id": record.reference_id or "",
        "reminder_enable": bool(record.reminder_enable),
        "reminders": [],
        "short_url": short_url(record),
        "status": status(order),
        "updated_at": epoch(max(record.updated_at, order.updated_at)),
        "upi_link": bool(record.upi_link),
        "user_id": "",
        "whatsapp_link": False,
    }


def status(order: Order) -> str:
    """Returns the status of the order's link."""
    if order.status == OrderStatus.PAID or order.status in ENDED:
        return str(order.status)
    return "partially_paid" if order.amount_paid else "created"


def _payment(record: PaymentLink, payment: Payment) -> Entity:
    return {
        "amount": payment.amount,
        "created_at": epoch(payment.created_at),
        "method": payment.method,
        "payment_id": payment.id,
        "plink_id": record.id,
        "status": face(payment.state).razorpay,
        "updated_at": epoch(payment.updated_at),
    }


def short_url(record: PaymentLink) -> str:
    """Returns the address of the page on which the link is paid: the checkout of its order."""
    return page_of(record.order_id, record.key_id)


def page_of(order_id: str, key_id: str | None) -> str:
    """Returns the address of an order's checkout. key_id: the key pair whose page it is."""
    parameters = {"order_id": order_id, **({"key": key_id} if key_id else {})}
    return f"{settings().checkout}/checkout?{urlencode(parameters)}"
