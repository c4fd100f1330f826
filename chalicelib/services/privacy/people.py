"""Finds the records that tell of one customer of a merchant."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.errors import BadRequest
from chalicelib.domain.orders import OrderStatus
from chalicelib.domain.payments import LIVE
from chalicelib.domain.subscriptions import ENDED
from chalicelib.persistence import whole
from chalicelib.persistence.customers import Customer
from chalicelib.persistence.disputes import Dispute
from chalicelib.persistence.invoices import Invoice
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payment_links import PaymentLink
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.qr_codes import QrCode
from chalicelib.persistence.refunds import Refund
from chalicelib.persistence.subscriptions import Subscription
from chalicelib.services import customers, links, qr_codes, subscriptions

Records = dict[str, Any]

WHO = ("id", "email", "contact", "vpa")
# What makes orders, by the first part of its id.
OWNERS: Mapping[str, Any] = {
    links.PREFIX: PaymentLink,
    qr_codes.PREFIX: QrCode,
    subscriptions.PREFIX: Subscription,
}
# Who a record names, by its table.
TOLD: Mapping[Any, Callable[[Any], Mapping[str, Any] | None]] = {
    Customer: lambda each: {"id": each.id, "email": each.email, "contact": each.contact},
    PaymentLink: lambda each: each.customer,
    Invoice: lambda each: each.customer,
    QrCode: lambda each: {"id": each.customer_id},
    Subscription: lambda each: {"id": each.customer_id, "vpa": each.payer_vpa},
    Order: lambda each: each.customer,
    Payment: lambda each: {**each.instrument, **(each.payer or {})},
}
# What may still be written by a worker, or ask the payer for money.
IS_UNDER_WAY: Mapping[Any, Callable[[Any], bool]] = {
    QrCode: lambda each: each.status != qr_codes.Status.CLOSED,
    Subscription: lambda each: each.status not in ENDED,
    Order: lambda each: bool(each.owner_id and each.status == OrderStatus.PAID and not each.counted_at),
    Payment: lambda each: each.state in LIVE,
}


@dataclass(frozen=True, slots=True)
class Found:
    """Holds a customer's records in the order of their erasure.

    The records by which the customer is found come last, and the customer's own record after those.
    """

    records: list[Any]

    @property
    def ids(self) -> list[str]:
        """Returns the ids of all records."""
        return [record.id for record in self.records]


def find(merchant_id: str, who: str) -> Found:
    """Finds the records of a customer. who: a customer's id, email address, contact or UPI address.

    Reads all orders, links, invoices, QR codes, subscriptions and payments of the merchant. Raises NotFound for an unknown
    customer's id, and BadRequest while a worker may still write one of the records or ask the payer for money.
    """
    values = _values(merchant_id, who)
    people = _chosen(Customer, merchant_id, lambda each: _names(each, values))
    values |= people.keys()
    owners: Records = {}
    for model in OWNERS.values():
        owners |= _chosen(model, merchant_id, lambda each: _names(each, values))
    invoices = _chosen(Invoice, merchant_id, lambda each: _names(each, values))
    orders = _chosen(Order, merchant_id, lambda each: _names(each, values) or _owner(each) in owners)
    orders |= Order.find_many([each.order_id for each in invoices.values() if each.order_id])
    payments = _chosen(Payment, merchant_id, lambda each: _names(each, values) or each.order_id in orders)
    orders |= Order.find_many([each.order_id for each in payments.values() if each.order_id not in orders])
    if others := _owners_of(orders, owners):
        orders |= _chosen(Order, merchant_id, lambda each: _owner(each) in others)
    invoices |= _chosen(Invoice, merchant_id, lambda each: each.order_id in orders)
    payments |= Payment.find_many([each for order in orders.values() for each in order.payment_ids])
    found = [*payments.values(), *orders.values(), *owners.values(), *others.values(), *invoices.values()]
    _refuse_under_way(found)
    found.sort(key=lambda each: _names(each, values))
    return Found([*_of_payments(payments), *found, *people.values()])


def _values(merchant_id: str, who: str) -> frozenset[str]:
    if not who.startswith(f"{customers.PREFIX}_"):
        return frozenset({who})
    told = customers.find(merchant_id, who)
    return frozenset({who, *filter(None, (told.email, told.contact))})


def _names(record: Any, values: frozenset[str]) -> bool:
    told = TOLD[type(record)](record) or {}
    return any(told.get(name) in values for name in WHO)


def _chosen(model: Any, merchant_id: str, is_wanted: Callable[[Any], bool]) -> Records:
    return {each.id: each for each in whole.of_merchant(model, merchant_id) if is_wanted(each)}


def _owner(order: Order) -> str | None:
    return order.link_id or order.owner_id


def _owners_of(orders: Records, known: Records) -> Records:
    """Returns the owners of the orders that known does not have. A code that many payers scan belongs to no single payer."""
    ids = {_owner(each) for each in orders.values()} - known.keys() - {None}
    found: Records = {}
    for prefix, model in OWNERS.items():
        found |= model.find_many([each for each in ids if str(each).startswith(f"{prefix}_")])
    return {each.id: each for each in found.values() if getattr(each, "usage", None) != qr_codes.Usage.MULTIPLE}


def _of_payments(payments: Iterable[str]) -> list[Any]:
    models = (Refund, Dispute)
    return [each for model in models for payment_id in payments for each in whole.of_payment(model, payment_id)]


def _refuse_under_way(records: Iterable[Any]) -> None:
    live = sorted(each.id for each in records if IS_UNDER_WAY.get(type(each), lambda _: False)(each))
    if live:
        raise BadRequest(f"{', '.join(live)} is under way: erase when it has ended")
