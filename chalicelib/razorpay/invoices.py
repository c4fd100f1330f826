"""Invoices."""

from typing import Any

from chalicelib.domain.errors import BadRequest, Reason
from chalicelib.domain.money import MAX_AMOUNT
from chalicelib.domain.scopes import Scope
from chalicelib.razorpay.asked import LATEST_TIME, Asked
from chalicelib.razorpay.customers import details_of
from chalicelib.razorpay.errors import Refusal
from chalicelib.razorpay.fields import Fields
from chalicelib.razorpay.router import on
from chalicelib.services import customers, invoices, subscriptions
from chalicelib.services.entities import invoices as entities
from chalicelib.services.entities.common import Entity, collection
from chalicelib.services.invoices import Wish, charges, lines
from chalicelib.services.invoices.lines import Line, Wanted
from chalicelib.services.payments import records

KIND = "invoice"
MAX_RECEIPT, MAX_TEXT, MAX_LINES, MAX_QUANTITY = 40, 2048, 50, 1_000_000
LINES = lines.FIELD
NO_PARTS = "partial_payment is not supported: an invoice is paid by one payment."
WAYS = ("sms", "email")


@on("POST", "/v1/invoices", Scope.ORDERS_WRITE)
def create_invoice(asked: Asked) -> Entity:
    """Makes an invoice and issues it, unless `draft` is on. Raises Refusal, BadRequest or NotFound."""
    body = asked.body
    if body.text("type") not in {None, KIND}:
        raise Refusal("The type field must be invoice.", "type")
    currency = body.currency()
    wish = Wish(asked.key or None, _customer(asked), _lines(asked, currency), currency, _details(body))
    draft = bool(body.switch("draft"))
    return _shown(invoices.create(asked.merchant_id, wish, asked.request_id, draft=draft))


def _customer(asked: Asked) -> dict[str, Any] | None:
    """Returns the customer whom the body names or describes. A described one becomes a customer."""
    if customer_id := asked.body.text("customer_id"):
        found = customers.find(asked.merchant_id, customer_id)
    elif asked.body.has("customer"):
        details = details_of(asked.body.inner("customer"))
        found = customers.create(asked.merchant_id, details, fail_existing=False)
    else:
        return None
    return {name: getattr(found, name) for name in ("id", "name", "email", "contact", "gstin")}


def _lines(asked: Asked, currency: str, before: list[Line] | None = None) -> list[Line]:
    found = asked.body.tree.get(LINES)
    if not isinstance(found, list) or not found or not all(isinstance(each, dict) for each in found):
        raise Refusal(f"The {LINES} field is required.", LINES)
    if len(found) > MAX_LINES:
        raise Refusal(f"{LINES} may have no more than {MAX_LINES} items", LINES)
    return lines.make(asked.merchant_id, [_line(Fields(each), currency) for each in found], currency, before or [])


def _line(told: Fields, currency: str) -> Wanted:
    if told.has("currency") and told.currency() != currency:
        raise Refusal("All items of an invoice have the invoice's currency", LINES)
    return Wanted(
        told.text("id"),
        told.text("item_id"),
        told.text("name"),
        told.text("description", MAX_TEXT),
        told.optional_integer("amount", 0, MAX_AMOUNT),
        told.optional_integer("quantity", 1, MAX_QUANTITY),
    )


def _details(body: Fields) -> dict[str, Any]:
    """Returns the other fields that the body gives. Raises Refusal."""
    if body.switch("partial_payment"):
        raise Refusal(NO_PARTS, "partial_payment")
    ways = {way: body.switch(f"{way}_notify") for way in WAYS}
    told = {
        "receipt": body.text("receipt", MAX_RECEIPT) or body.text("invoice_number", MAX_RECEIPT),
        "description": body.text("description", MAX_TEXT),
        "terms": body.text("terms", MAX_TEXT),
        "comment": body.text("comment", MAX_TEXT),
        "notes": body.notes(),
        "notify": ways if any(way is not None for way in ways.values()) else None,
        "date": body.optional_integer("date", 0, LATEST_TIME),
        "expire_by": body.optional_integer("expire_by", 0, LATEST_TIME) or None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _shown(invoice: Any) -> Entity:
    return entities.shown([invoice])[0]


@on("GET", "/v1/invoices", Scope.ORDERS_READ)
def list_invoices(asked: Asked) -> Entity:
    """Lists invoices: all, or those of a customer, a receipt, a payment or a subscription's charges."""
    if subscription_id := asked.query.text("subscription_id"):
        found = subscriptions.find(asked.merchant_id, subscription_id)
        return collection(entities.shown(charges.page(asked.list_query(owner=found.id))))
    told = {name: asked.query.text(name) for name in ("customer_id", "receipt")}
    filters: dict[str, Any] = {name: value for name, value in told.items() if value}
    if payment_id := asked.query.text("payment_id"):
        filters["order_id"] = records.find(payment_id, asked.merchant_id).order_id
    return collection(entities.shown(invoices.page(asked.list_query(filters=filters))))


@on("GET", "/v1/invoices/{invoice_id}", Scope.ORDERS_READ)
def get_invoice(asked: Asked, invoice_id: str) -> Entity:
    return _shown(charges.find(asked.merchant_id, invoice_id))


@on("PATCH", "/v1/invoices/{invoice_id}", Scope.ORDERS_WRITE)
def edit_invoice(asked: Asked, invoice_id: str) -> Entity:
    """Changes a draft, or the words and the end of an issued invoice. `line_items` takes the place of all lines."""
    before = invoices.find(asked.merchant_id, invoice_id)
    given = _details(asked.body)
    if asked.body.has(LINES):
        given["lines"] = _lines(asked, before.currency, before.lines)
    if customer := _customer(asked):
        given |= {"customer_id": customer["id"], "customer": customer}
    return _shown(invoices.edit(asked.merchant_id, invoice_id, given, asked.request_id))


@on("POST", "/v1/invoices/{invoice_id}/issue", Scope.ORDERS_WRITE)
def issue_invoice(asked: Asked, invoice_id: str) -> Entity:
    return _shown(invoices.issue(asked.merchant_id, invoice_id, asked.request_id))


@on("POST", "/v1/invoices/{invoice_id}/cancel", Scope.ORDERS_WRITE)
def cancel_invoice(asked: Asked, invoice_id: str) -> Entity:
    """Cancels an issued invoice. A refusal names the invoice's status."""
    try:
        return _shown(invoices.cancel(asked.merchant_id, invoice_id, asked.request_id))
    except BadRequest as error:
        if error.reason == Reason.PAYMENT_IN_PROGRESS:
            raise
        raise invoices.refused(get_invoice(asked, invoice_id)["status"]) from None


@on("DELETE", "/v1/invoices/{invoice_id}", Scope.ORDERS_WRITE)
def delete_invoice(asked: Asked, invoice_id: str) -> list[Any]:
    invoices.delete(asked.merchant_id, invoice_id)
    return []


@on("POST", "/v1/invoices/{invoice_id}/notify_by/{way}", Scope.ORDERS_WRITE)
def notify_of_invoice(asked: Asked, invoice_id: str, way: str) -> Entity:
    """Answers as if the customer was told. A sandbox sends no mail and no message."""
    if way not in WAYS:
        raise Refusal("not a valid notification medium")
    invoices.find(asked.merchant_id, invoice_id)
    return {"success": True}
