"""Reads payments, and changes their notes."""

from collections.abc import Iterable
from typing import Any

from chalicelib.domain import clock
from chalicelib.persistence.orders import Order
from chalicelib.persistence.ownership import existing, owned
from chalicelib.persistence.payments import Payment


def find(payment_id: str, merchant_id: str | None = None) -> Payment:
    """Reads a payment. merchant_id: the owner that the payment must have; None accepts any. Raises NotFound."""
    payment = existing(Payment.find(payment_id), "Payment")
    return payment if merchant_id is None else owned(payment, merchant_id, "Payment")


def pays_subscription(payment: Payment) -> bool:
    """Tells whether the payment is a charge of a subscription, or authenticates one."""
    return bool(payment.owner_id) and payment.owner_id.startswith("sub_")


def left(payment: Payment) -> int:
    """Returns what refunds and disputes leave of the payment, in minor units. A dispute that was won takes nothing."""
    return int(payment.amount - payment.amount_refunded - (payment.amount_disputed or 0))


def same_disputes(payment: Payment) -> Any:
    """Returns the condition that no dispute has taken or freed money of the payment since it was read."""
    if payment.amount_disputed is None:
        return Payment.amount_disputed.does_not_exist()
    return Payment.amount_disputed == payment.amount_disputed


def of_orders(orders: Iterable[Order]) -> dict[str, list[Payment]]:
    """Reads the payments of some orders, newest first, in as few calls as possible."""
    ids = {order.id: list(order.payment_ids) for order in orders}
    found = Payment.find_many([payment_id for mine in ids.values() for payment_id in mine])
    return {order_id: [found[each] for each in reversed(mine) if each in found] for order_id, mine in ids.items()}


def set_notes(merchant_id: str, payment_id: str, notes: dict[str, str]) -> Payment:
    """Gives a payment notes of its own. Raises NotFound."""
    payment = find(payment_id, merchant_id)
    payment.change([Payment.notes.set(notes), Payment.updated_at.set(clock.iso(clock.now()))], Payment.id.exists())
    return payment
