"""Makes, finds, changes and cancels payment links. A link's order is its money, its expiry and its state."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.ids import new_id
from chalicelib.domain.lists import ListQuery
from chalicelib.domain.money import MIN_AMOUNT
from chalicelib.domain.orders import OrderStatus
from chalicelib.persistence.listing import Listing
from chalicelib.persistence.orders import Order
from chalicelib.persistence.ownership import owned
from chalicelib.persistence.payment_links import PaymentLink, reference_key
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.services import orders
from chalicelib.services.orders import Terms

PREFIX = "plink"
LINKS = Listing(PaymentLink, PaymentLink.by_merchant)
TRIED = "accept_partial can be changed only before a payment is made."
REUSED = "payment link creation with reference ID already attempted"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a merchant wants of a link beside the terms of its order. key_id: whose page shows the link."""

    key_id: str | None = None
    reference_id: str | None = None
    customer: dict[str, Any] | None = None
    notes: dict[str, str] | None = None
    notify: dict[str, bool] | None = None
    callback_url: str | None = None
    reminder_enable: bool | None = None
    upi_link: bool | None = None
    accept_partial: bool | None = None
    first_min_partial_amount: int | None = None


def create(merchant_id: str, terms: Terms, wish: Wish, request_id: str) -> PaymentLink:
    """Makes a link and its order in one transaction. Raises BadRequest if the reference was used before."""
    plan = orders.plan(merchant_id, terms, request_id)
    link = PaymentLink(
        new_id(PREFIX),
        merchant_id=merchant_id,
        order_id=plan.order.id,
        key_id=wish.key_id,
        reference_id=wish.reference_id,
        customer=wish.customer,
        notes=wish.notes,
        notify=wish.notify,
        callback_url=wish.callback_url,
        reminder_enable=wish.reminder_enable,
        upi_link=wish.upi_link,
        accept_partial=wish.accept_partial or None,
        first_min_partial_amount=wish.first_min_partial_amount,
        created_at=plan.order.created_at,
        updated_at=plan.order.created_at,
    )
    plan.order.link_id = link.id
    plan.transaction.put("link", link, PaymentLink.id.does_not_exist())
    _claim(plan.transaction, link)
    queues.send(*plan.jobs)
    _commit(plan.transaction)
    return link


def _claim(transaction: Transaction, link: PaymentLink) -> None:
    """Claims the link's reference, if it has one; the condition of this write is the rule."""
    if link.reference_id:
        key = reference_key(link.merchant_id, link.reference_id)
        transaction.put("reference", PaymentLink(key, link_id=link.id), PaymentLink.id.does_not_exist())


def _commit(transaction: Transaction) -> None:
    try:
        transaction.commit()
    except Refused as refusal:
        if "parts" in refusal.names:
            raise BadRequest(TRIED, "accept_partial") from None
        if "reference" not in refusal.names:
            raise
        raise BadRequest(REUSED, "reference_id") from None


def find(merchant_id: str, link_id: str) -> PaymentLink:
    """Reads a link of the merchant. Raises NotFound."""
    link = PaymentLink.find(link_id) if link_id.startswith(f"{PREFIX}_") else None
    return owned(link, merchant_id, "Payment link")


def page(query: ListQuery) -> Sequence[PaymentLink]:
    """Returns the records of a page of a merchant's links. Raises BadRequest."""
    return LINKS.page(query).rows


def of_reference(merchant_id: str, reference: str) -> list[PaymentLink]:
    """Returns the link with this reference, if there is one."""
    found = PaymentLink.find(reference_key(merchant_id, reference))
    return [find(merchant_id, found.link_id)] if found else []


def of_payment(merchant_id: str, order_id: str) -> list[PaymentLink]:
    """Returns the link of this order, if it has one."""
    order = Order.find(order_id)
    return [find(merchant_id, order.link_id)] if order and order.link_id else []


@dataclass(frozen=True, slots=True)
class Change:
    """The fields of a change. None leaves a field as it is. expires_at: Unix seconds."""

    reference_id: str | None = None
    notes: dict[str, str] | None = None
    reminder_enable: bool | None = None
    expires_at: float | None = None
    accept_partial: bool | None = None


def change(merchant_id: str, link_id: str, wanted: Change, request_id: str) -> PaymentLink:
    """Changes a link. Raises NotFound, or BadRequest for a reference that is taken.

    Raises BadRequest also if the order takes no other end or no parts any more.
    """
    link = find(merchant_id, link_id)
    if wanted.expires_at is not None:
        orders.set_expiry(merchant_id, link.order_id, wanted.expires_at, request_id)
    before = link.reference_id
    fields = {name: getattr(wanted, name) for name in ("reference_id", "notes", "reminder_enable", "accept_partial")}
    given = {name: value for name, value in fields.items() if value is not None}
    actions = [getattr(PaymentLink, name).set(value) for name, value in given.items()]
    transaction = Transaction()
    now = clock.iso(clock.now())
    transaction.update("link", link, [*actions, PaymentLink.updated_at.set(now)], PaymentLink.id.exists())
    if wanted.reference_id and wanted.reference_id != before:
        link.reference_id = wanted.reference_id
        _claim(transaction, link)
        if before:
            transaction.delete("old reference", PaymentLink(reference_key(merchant_id, before)))
    if wanted.accept_partial not in {None, bool(link.accept_partial)}:
        _allow_parts(transaction, link, wanted.accept_partial)
    _commit(transaction)
    return find(merchant_id, link_id)


def _allow_parts(transaction: Transaction, link: PaymentLink, allowed: bool | None) -> None:  # noqa: FBT001  # the new value
    """Lets the order be paid in parts, or not any more. The condition is that nobody has tried to pay it.

    A payment of a part that was refused may still succeed late, so only an untried order can lose its parts.
    """
    least = link.first_min_partial_amount or MIN_AMOUNT
    action = Order.first_part_min.set(least) if allowed else Order.first_part_min.remove()
    transaction.update("parts", Order(link.order_id), [action], Order.status == OrderStatus.CREATED)


def cancel(merchant_id: str, link_id: str, request_id: str) -> PaymentLink:
    """Cancels a link by cancelling its order. Raises NotFound or BadRequest."""
    link = find(merchant_id, link_id)
    orders.cancel(merchant_id, link.order_id, None, request_id)
    return link
