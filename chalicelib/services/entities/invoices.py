"""Shows invoices. Taxes and addresses are not kept."""

from collections.abc import Sequence
from urllib.parse import urlencode

from chalicelib.config import settings
from chalicelib.domain.orders import OrderStatus
from chalicelib.domain.payments import State
from chalicelib.persistence.invoices import Invoice
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.services.entities.common import Entity, epoch, notes
from chalicelib.services.invoices.lines import Line, total
from chalicelib.services.payments import records

PAID = "paid"
ENDED = (OrderStatus.CANCELLED, OrderStatus.EXPIRED)
SYMBOLS = {"INR": "₹", "USD": "$", "EUR": "€", "GBP": "£"}
_ABSENT = ("idempotency_key", "billing_start", "billing_end")
_NO_TAXES = ("ref_id", "ref_type", "hsn_code", "sac_code", "tax_rate", "unit")


def shown(found: Sequence[Invoice]) -> list[Entity]:
    """Shows invoices. Reads their orders and the orders' payments."""
    orders = Order.find_many([each.order_id for each in found if each.order_id])
    payments = records.of_orders(orders.values())
    return [_invoice(each, orders.get(each.order_id or ""), payments.get(each.order_id or "", [])) for each in found]


def _invoice(record: Invoice, order: Order | None, payments: Sequence[Payment]) -> Entity:
    taken = next((payment for payment in payments if payment.state == State.CAPTURED), None)
    status = PAID if taken else _status(record, order)
    return {
        "id": record.id,
        "entity": "invoice",
        "type": "invoice",
        "receipt": record.receipt,
        "invoice_number": record.receipt,
        "customer_id": record.customer_id,
        "customer_details": _customer(record),
        "order_id": record.order_id,
        **({"subscription_id": record.subscription_id} if record.subscription_id else {}),
        "line_items": [_line(line, record.currency) for line in record.lines],
        "payment_id": taken.id if taken else None,
        "status": status,
        **_times(record, order, status),
        "paid_at": epoch(taken.captured_at) if taken else None,
        **_ways(record),
        "date": int(record.date or epoch(record.created_at) or 0),
        "terms": record.terms,
        "partial_payment": False,
        **_amounts(total(record.lines), is_paid=taken is not None),
        "currency": record.currency,
        "currency_symbol": SYMBOLS.get(record.currency, record.currency),
        "description": record.description,
        "notes": notes(record.notes),
        "comment": record.comment,
        "short_url": _short_url(record),
        "view_less": True,
        "group_taxes_discounts": False,
        "created_at": epoch(record.created_at),
        **dict.fromkeys(_ABSENT),
    }


def _status(record: Invoice, order: Order | None) -> str:
    return str(order.status) if order and order.status in ENDED else str(record.status)


def _times(record: Invoice, order: Order | None, status: str) -> Entity:
    ends = order.expires_at if order else record.expire_by
    ended = epoch(order.updated_at) if order and status in ENDED else None
    return {
        "expire_by": int(ends) if ends else None,
        "issued_at": epoch(record.issued_at),
        "cancelled_at": ended if status == OrderStatus.CANCELLED else None,
        "expired_at": ended if status == OrderStatus.EXPIRED else None,
    }


def _amounts(amount: int, *, is_paid: bool) -> Entity:
    return {
        "gross_amount": amount,
        "tax_amount": 0,
        "taxable_amount": amount,
        "amount": amount,
        "amount_paid": amount if is_paid else 0,
        "amount_due": 0 if is_paid else amount,
    }


def _ways(record: Invoice) -> Entity:
    """Returns by which ways the merchant wanted the customer told. Nothing is sent, so no way is ever `sent`."""
    wanted = record.notify or {}
    return {f"{way}_status": "pending" if wanted.get(way) else None for way in ("sms", "email")}


def _customer(record: Invoice) -> Entity:
    known = record.customer or {}
    told = {name: known.get(name) for name in ("id", "name", "email", "contact", "gstin")}
    named = {f"customer_{name}": known.get(name) for name in ("name", "email", "contact")}
    return {**told, "billing_address": None, "shipping_address": None, **named}


def _line(line: Line, currency: str) -> Entity:
    cost = total([line])
    return {
        "id": line["id"],
        "item_id": line["item_id"],
        "name": line["name"],
        "description": line["description"],
        "amount": line["amount"],
        "unit_amount": line["amount"],
        "gross_amount": cost,
        "tax_amount": 0,
        "taxable_amount": cost,
        "net_amount": cost,
        "currency": currency,
        "type": "invoice",
        "tax_inclusive": False,
        "quantity": line["quantity"],
        "taxes": [],
        **dict.fromkeys(_NO_TAXES),
    }


def _short_url(record: Invoice) -> str | None:
    """Returns the address of the page on which the invoice is paid: the checkout of its order. A draft has none."""
    if record.order_id is None:
        return None
    parameters = {"order_id": record.order_id, **({"key": record.key_id} if record.key_id else {})}
    return f"{settings().checkout}/checkout?{urlencode(parameters)}"
