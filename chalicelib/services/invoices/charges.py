"""Makes the invoices of a subscription's paid charges. No record holds them: the payment of a charge tells all."""

from collections.abc import Sequence

from chalicelib.domain.errors import NotFound
from chalicelib.domain.lists import ListQuery
from chalicelib.domain.payments import State
from chalicelib.persistence.invoices import Invoice
from chalicelib.persistence.listing import Listing
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.services import invoices
from chalicelib.services.invoices import Status
from chalicelib.services.payments import records

PAYMENTS = Listing(Payment, Payment.by_owner)


def page(query: ListQuery) -> Sequence[Invoice]:
    """Returns the invoices of a page of a subscription's payments. query.owner: the subscription's id."""
    return _of_payments(PAYMENTS.page(query).rows)


def find(merchant_id: str, invoice_id: str) -> Invoice:
    """Reads an invoice of the merchant, or makes that of a charge. Raises NotFound."""
    try:
        return invoices.find(merchant_id, invoice_id)
    except NotFound:
        payment = Payment.find(f"pay_{invoice_id.partition('_')[2]}")
    found = _of_payments([payment] if payment and payment.merchant_id == merchant_id else [])
    if not found:
        raise NotFound("Invoice")
    return found[0]


def _of_payments(payments: Sequence[Payment]) -> list[Invoice]:
    charges = [each for each in payments if records.pays_subscription(each) and each.state == State.CAPTURED]
    orders = Order.find_many([each.order_id for each in charges])
    return [_invoice(each, orders[each.order_id]) for each in charges]


def _invoice(payment: Payment, order: Order) -> Invoice:
    """Returns the invoice of a charge: one line with the plan's name and the whole amount.

    Its id has the letters of the payment's id.
    """
    letters = payment.id.partition("_")[2]
    line = {"id": f"li_{letters}", "item_id": None, "name": order.description, "description": None}
    return Invoice(
        f"{invoices.PREFIX}_{letters}",
        merchant_id=payment.merchant_id,
        status=Status.ISSUED,
        order_id=order.id,
        subscription_id=payment.owner_id,
        customer_id=(order.customer or {}).get("id"),
        customer=order.customer,
        lines=[{**line, "amount": int(payment.amount), "quantity": 1}],
        currency=payment.currency,
        notes=order.notes or None,
        issued_at=order.created_at,
        created_at=order.created_at,
        updated_at=payment.updated_at,
    )
