"""Drafts, issues, changes, cancels and deletes invoices. An issued invoice is paid by its order."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.ids import new_id
from chalicelib.domain.lists import ListQuery
from chalicelib.domain.orders import CaptureMode
from chalicelib.persistence.invoices import Invoice
from chalicelib.persistence.listing import Listing
from chalicelib.persistence.ownership import owned
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.services import orders
from chalicelib.services.invoices.lines import Line, total
from chalicelib.services.orders import Plan, Terms

PREFIX = "inv"
INVOICES = Listing(Invoice, Invoice.by_merchant)
# What may be changed once an invoice is issued, beside its end.
FREE = frozenset({"notes", "terms", "comment", "receipt"})


class Status(StrEnum):
    """The status that the record has. What comes after the issue is the order's."""

    DRAFT = "draft"
    ISSUED = "issued"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a merchant wants of an invoice. key_id: whose page shows it; customer: its id and what is known of it."""

    key_id: str | None
    customer: dict[str, Any] | None
    lines: list[Line]
    currency: str
    details: dict[str, Any]


def create(merchant_id: str, wish: Wish, request_id: str, *, draft: bool) -> Invoice:
    """Makes an invoice, and its order in the same transaction unless it is a draft. Raises BadRequest."""
    made = clock.iso(clock.now())
    invoice = Invoice(
        new_id(PREFIX),
        merchant_id=merchant_id,
        status=Status.DRAFT,
        key_id=wish.key_id,
        customer_id=(wish.customer or {}).get("id"),
        customer=wish.customer,
        lines=wish.lines,
        currency=wish.currency,
        created_at=made,
        updated_at=made,
        **wish.details,
    )
    if draft:
        transaction = Transaction()
        transaction.put("invoice", invoice, Invoice.id.does_not_exist())
        transaction.commit()
        return invoice
    plan = _issued(invoice, request_id)
    plan.transaction.put("invoice", invoice, Invoice.id.does_not_exist())
    queues.send(*plan.jobs)
    plan.transaction.commit()
    return invoice


def _issued(invoice: Invoice, request_id: str) -> Plan:
    """Issues an invoice in memory, and plans its order."""
    ends = invoice.expire_by
    terms = Terms(
        total(invoice.lines),
        invoice.currency,
        receipt=invoice.receipt,
        notes=invoice.notes or {},
        capture=CaptureMode.AUTOMATIC,
        capture_within=None,
        expires_at=None if ends is None else float(ends),
        return_url=None,
        description=invoice.description,
        customer=invoice.customer,
    )
    plan = orders.plan(invoice.merchant_id, terms, request_id)
    invoice.status, invoice.order_id = Status.ISSUED, plan.order.id
    invoice.issued_at = invoice.updated_at = plan.order.created_at
    return plan


def find(merchant_id: str, invoice_id: str) -> Invoice:
    """Reads an invoice of the merchant. Raises NotFound."""
    return owned(Invoice.find(invoice_id), merchant_id, "Invoice")


def page(query: ListQuery) -> Sequence[Invoice]:
    """Returns the records of a page of a merchant's invoices. Raises BadRequest."""
    return INVOICES.page(query).rows


def refused(status: str) -> BadRequest:
    """Returns the refusal of what an invoice in this status does not allow."""
    return BadRequest(f"Operation not allowed for Invoice in {status} status.")


def _draft(merchant_id: str, invoice_id: str) -> Invoice:
    invoice = find(merchant_id, invoice_id)
    if invoice.status != Status.DRAFT:
        raise refused(invoice.status)
    return invoice


def _as_read(invoice: Invoice) -> Any:
    """Returns the condition that nobody has changed the invoice since it was read."""
    return (Invoice.status == invoice.status) & (Invoice.updated_at == invoice.updated_at)


def _commit(transaction: Transaction, merchant_id: str, invoice_id: str) -> None:
    """Commits a step. Raises NotFound or BadRequest if another step came first."""
    try:
        transaction.commit()
    except Refused:
        raise refused(find(merchant_id, invoice_id).status) from None


def issue(merchant_id: str, invoice_id: str, request_id: str) -> Invoice:
    """Issues a draft with the order that it is paid by. Raises NotFound or BadRequest."""
    invoice = _draft(merchant_id, invoice_id)
    unchanged = _as_read(invoice)
    plan = _issued(invoice, request_id)
    plan.transaction.put("invoice", invoice, unchanged)
    queues.send(*plan.jobs)
    _commit(plan.transaction, merchant_id, invoice_id)
    return invoice


def edit(merchant_id: str, invoice_id: str, given: dict[str, Any], request_id: str) -> Invoice:
    """Changes what is given. An issued invoice keeps its lines and its customer. Raises NotFound or BadRequest."""
    invoice = find(merchant_id, invoice_id)
    told = dict(given)
    if invoice.status != Status.DRAFT:
        ends = told.pop("expire_by", None)
        if told.keys() - FREE:
            raise refused(invoice.status)
        if ends is not None:
            orders.set_expiry(merchant_id, invoice.order_id, float(ends), request_id)
    unchanged = _as_read(invoice)
    for name, value in {**told, "updated_at": clock.iso(clock.now())}.items():
        setattr(invoice, name, value)
    transaction = Transaction()
    transaction.put("invoice", invoice, unchanged)
    _commit(transaction, merchant_id, invoice_id)
    return invoice


def cancel(merchant_id: str, invoice_id: str, request_id: str) -> Invoice:
    """Cancels an issued invoice by cancelling its order. Raises NotFound or BadRequest."""
    invoice = find(merchant_id, invoice_id)
    if invoice.status == Status.DRAFT:
        raise refused(invoice.status)
    orders.cancel(merchant_id, invoice.order_id, None, request_id)
    return invoice


def delete(merchant_id: str, invoice_id: str) -> None:
    """Deletes a draft. Raises NotFound or BadRequest."""
    invoice = _draft(merchant_id, invoice_id)
    transaction = Transaction()
    transaction.delete("invoice", invoice, _as_read(invoice))
    _commit(transaction, merchant_id, invoice_id)
