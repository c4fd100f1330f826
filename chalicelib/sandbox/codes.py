"""Takes a card's code from a shop's server, in the place of the bank's page. The simulated bank sends no code."""

from typing import Any

from chalicelib.acquirers.simulated import payer
from chalicelib.domain.payments import LIVE, State
from chalicelib.domain.scopes import Scope
from chalicelib.persistence.payments import Payment
from chalicelib.razorpay import direct
from chalicelib.razorpay.asked import Asked
from chalicelib.razorpay.errors import BAD_REQUEST, Refusal
from chalicelib.razorpay.router import on
from chalicelib.services.payments import notifications, records

NO_CODE = "The payment awaits no OTP."
# Where a wrong code stands among the reasons of a payment's failure.
WRONG = {"source": "customer", "step": "payment_authentication", "reason": "incorrect_otp"}


@on("POST", "/v1/payments/{payment_id}/otp_generate", Scope.PAYMENTS_WRITE)
def generate_code(asked: Asked, payment_id: str) -> Any:
    """Answers how the code is handed in. Raises Refusal unless the bank awaits one."""
    return {"razorpay_payment_id": payment_id, "next": _next(_awaiting(asked, payment_id))}


@on("POST", "/v1/payments/{payment_id}/otp/resend", Scope.PAYMENTS_WRITE)
def resend_code(asked: Asked, payment_id: str) -> Any:
    return generate_code(asked, payment_id)


@on("POST", "/v1/payments/{payment_id}/otp/submit", Scope.PAYMENTS_WRITE)
def submit_code(asked: Asked, payment_id: str) -> Any:
    """Hands the code to the bank and waits for its decision. A wrong code may be followed by another."""
    code = asked.body.required_text("otp")
    payment = _awaiting(asked, payment_id)
    try:
        told = payer.act(payment_id, "challenge", code)
    except payer.WrongCode as wrong:
        return 400, _wrong(payment, str(wrong))
    except payer.ActRefused as refused:
        raise Refusal(str(refused)) from None
    for headers, body in told:
        notifications.receive(headers, body, asked.request_id)
    direct.wait(payment_id, LIVE)
    return direct.answer(asked, payment_id)


def _awaiting(asked: Asked, payment_id: str) -> Payment:
    """Returns the payment once the bank awaits a code for it. Raises Refusal or NotFound."""
    records.find(payment_id, asked.merchant_id)
    direct.wait(payment_id, {State.PENDING})
    payment = records.find(payment_id)
    if payment.state != State.REQUIRES_ACTION or payment.method != "card":
        raise Refusal(NO_CODE)
    return payment


def _next(payment: Payment) -> list[dict[str, str]]:
    url = f"/v1/payments/{payment.id}/otp"
    return [{"action": "otp_submit", "url": f"{url}/submit"}, {"action": "otp_resend", "url": f"{url}/resend"}]


def _wrong(payment: Payment, description: str) -> dict[str, Any]:
    metadata = {"payment_id": payment.id, "order_id": payment.order_id}
    error = {"code": BAD_REQUEST, "description": description, **WRONG, "metadata": metadata}
    return {"error": error, "next": _next(payment)}
