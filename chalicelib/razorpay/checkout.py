"""What the payer's window hands to the shop's page after a payment."""

from typing import Any

from chalicelib.domain.declines import PAYMENT_FAILED
from chalicelib.domain.payments import LIVE, State
from chalicelib.persistence.payments import Payment
from chalicelib.razorpay.asked import Asked
from chalicelib.razorpay.router import on
from chalicelib.services import views
from chalicelib.services.entities import declines
from chalicelib.services.payments import records, signatures


@on("GET", "/v1/checkout/payments/{payment_id}", None)
def get_result(asked: Asked, payment_id: str) -> dict[str, Any]:
    """Shows the result of a payment; without a signature or an error while it is open.

    Only who knows the payment's id gets the signature: the window that made the payment, and the merchant. It says no
    more than that this payment of this order succeeded.
    """
    payment = records.find(payment_id, asked.merchant_id)
    if payment.state in {State.AUTHORIZED, State.CAPTURED}:
        signature = signatures.of_payment(asked.merchant_id, asked.public_key, payment.order_id, payment.id)
        return _named(payment) | {"razorpay_signature": signature}
    return _named(payment) if payment.state in LIVE else {"error": _error(payment)}


def _named(payment: Payment) -> dict[str, str]:
    return {"razorpay_payment_id": payment.id, "razorpay_order_id": payment.order_id}


def _error(payment: Payment) -> dict[str, Any]:
    """Returns the error with no more than a payer may know of the reason."""
    code = views.public(views.payment(payment))["error_code"] or PAYMENT_FAILED
    return declines.told(code, payment.method, payment.id, payment.order_id)
