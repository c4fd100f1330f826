"""Sends a payer back to the shop, with a result that the shop's server can verify."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from chalicelib.domain.payments import LIVE, State, face
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payment_links import PaymentLink
from chalicelib.persistence.payments import Payment
from chalicelib.services import orders
from chalicelib.services.entities import links
from chalicelib.services.merchants import credentials
from chalicelib.services.payments import records, signatures


def link(payment_id: str, key: str) -> dict[str, Any]:
    """Returns the address at which the shop awaits the payer of a settled payment; None while there is none.

    The shop of a payment link awaits the payer at the link's address, after a captured payment only.

    key: the API key of the payer's page, whose secret signs. Only who knows the payment's id gets the signature, and it
    covers nothing but the payment's true result. Raises NotFound or AuthenticationFailed.
    """
    payment = records.find(payment_id, credentials.merchant_of(key))
    order = orders.find(payment.order_id)
    if order.link_id:
        return {"url": _of_link(PaymentLink.find(order.link_id), order, payment, key)}
    address = order.return_url
    if not address or payment.state in LIVE:
        return {"url": None}
    return {"url": _with(address, _result(payment, key))}


def _of_link(shown: PaymentLink | None, order: Order, payment: Payment, key: str) -> str | None:
    if shown is None or not shown.callback_url or payment.state != State.CAPTURED:
        return None
    told = (shown.id, shown.reference_id or "", links.status(order), payment.id)
    result = {
        "razorpay_payment_id": payment.id,
        "razorpay_payment_link_id": shown.id,
        "razorpay_payment_link_reference_id": shown.reference_id or "",
        "razorpay_payment_link_status": links.status(order),
        "razorpay_signature": signatures.of_link(payment.merchant_id, key, *told),
    }
    return _with(shown.callback_url, result)


def _result(payment: Payment, key: str) -> dict[str, str]:
    told = {"order_id": payment.order_id, "payment_id": payment.id, "status": face(payment.state).status.value}
    return told | {"signature": credentials.sign(key, "|".join(told.values()).encode())}


def _with(address: str, result: dict[str, str]) -> str:
    """Adds the result to the address's own parameters."""
    parts = urlsplit(address)
    return parts._replace(query="&".join(filter(None, (parts.query, urlencode(result))))).geturl()
