"""Shows the result of a payment as the payer's window hands it to a shop's page that is written for Razorpay."""

from typing import Any

from chalicelib.domain.declines import PAYMENT_FAILED
from chalicelib.domain.payments import LIVE, State
from chalicelib.persistence.payments import Payment
from chalicelib.services import views
from chalicelib.services.entities import declines
from chalicelib.services.payments import records, signatures


def result(merchant_id: str, key: str, payment_id: str) -> dict[str, Any]:
    """Returns the ids and the signature of a payment that succeeded, or the error of one that did not.

    A payment that is open has neither. key: the API key of the payer's page, whose secret signs. Only who knows the
    payment's id gets the signature, and it says no more than that this payment of this order succeeded. Raises NotFound.
    """
    payment = records.find(payment_id, merchant_id)
    named = {"razorpay_payment_id": payment.id, **_paid_for(payment)}
    if payment.state in {State.AUTHORIZED, State.CAPTURED}:
        return named | {"razorpay_signature": _signature(merchant_id, key, payment)}
    return named if payment.state in LIVE else {"error": _error(payment)}


def _paid_for(payment: Payment) -> dict[str, str]:
    if records.pays_subscription(payment):
        return {"razorpay_subscription_id": payment.owner_id}
    return {"razorpay_order_id": payment.order_id}


def _signature(merchant_id: str, key: str, payment: Payment) -> str:
    if records.pays_subscription(payment):
        return signatures.of_subscription(merchant_id, key, payment.id, payment.owner_id)
    return signatures.of_payment(merchant_id, key, payment.order_id, payment.id)


def _error(payment: Payment) -> dict[str, Any]:
    """Returns the error with no more than a payer may know of the reason."""
    code = views.public(views.payment(payment))["error_code"] or PAYMENT_FAILED
    return declines.told(code, payment.method, payment.id, payment.order_id)
