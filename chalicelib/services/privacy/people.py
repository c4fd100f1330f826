"""Finds the records that tell of one customer of a merchant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.errors import BadRequest
from chalicelib.domain.payments import LIVE
from chalicelib.persistence import whole
from chalicelib.persistence.customers import Customer
from chalicelib.persistence.disputes import Dispute
from chalicelib.persistence.invoices import Invoice
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payment_links import PaymentLink
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.services import customers

WHO = ("id", "email", "contact", "vpa")


@dataclass(frozen=True, slots=True)
class Found:
    """Holds a customer's records. naming: ids of the records by which the customer is found."""

    customers: list[Customer]
    links: list[PaymentLink]
    invoices: list[Invoice]
    orders: list[Order]
    payments: list[Payment]
    refunds: list[Refund]
    disputes: list[Dispute]
    naming: frozenset[str]

    @property
    def ids(self) -> list[str]:
        """Returns the ids of all records."""
        kinds: tuple[Iterable[Any], ...] = (
            self.customers,
            self.links,
            self.invoices,
            self.orders,
            self.payments,
            self.refunds,
            self.disputes,
        )
        return [record.id for records in kinds for record in records]


def find(merchant_id: str, who: str) -> Found:
    """Finds the records of a customer. who: a customer's id, email address, contact or UPI address.

    Reads all orders, links, invoices and payments of the merchant. Raises NotFound for an unknown customer's id, and BadRequest
    while one of the customer's payments is under way: the bank is still asked with the payer's address.
    """
    values = _values(merchant_id, who)
    people = [
        each for each in whole.of_merchant(Customer, merchant_id) if each.id == who or _names(_told(each), values)
    ]
    links = [each for each in whole.of_merchant(PaymentLink, merchant_id) if _names(each.customer, values)]
    invoices = [each for each in whole.of_merchant(Invoice, merchant_id) if _names(each.customer, values)]
    orders = {each.id: each for each in whole.of_merchant(Order, merchant_id) if _names(each.customer, values)}
    naming = {each.id for each in (*people, *links, *invoices, *orders.values())}
    known = [each.order_id for each in (*links, *invoices) if each.order_id and each.order_id not in orders]
    orders |= Order.find_many(known)
    payments = {}
    for each in whole.of_merchant(Payment, merchant_id):
        itself = _names(each.payer, values) or _names(each.instrument, values)
        naming |= {each.id} if itself else set()
        if itself or each.order_id in orders:
            payments[each.id] = each
    others = Order.find_many([each.order_id for each in payments.values() if each.order_id not in orders])
    orders |= others
    payments |= Payment.find_many([each for order in others.values() for each in order.payment_ids])
    _refuse_live(payments.values())
    return Found(
        people,
        links,
        invoices,
        list(orders.values()),
        list(payments.values()),
        [each for payment_id in payments for each in whole.of_payment(Refund, payment_id)],
        [each for payment_id in payments for each in whole.of_payment(Dispute, payment_id)],
        frozenset(naming),
    )


def _values(merchant_id: str, who: str) -> frozenset[str]:
    if not who.startswith(f"{customers.PREFIX}_"):
        return frozenset({who})
    told = _told(customers.find(merchant_id, who))
    return frozenset({who, *filter(None, told.values())})


def _told(customer: Customer) -> dict[str, Any]:
    return {"email": customer.email, "contact": customer.contact}


def _names(told: Mapping[str, Any] | None, values: frozenset[str]) -> bool:
    return told is not None and any(told.get(name) in values for name in WHO)


def _refuse_live(payments: Iterable[Payment]) -> None:
    live = sorted(each.id for each in payments if each.state in LIVE)
    if live:
        raise BadRequest(f"{', '.join(live)} is under way: erase when it has ended")
