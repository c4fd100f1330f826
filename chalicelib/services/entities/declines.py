"""Explains a failed payment in the words of the Razorpay-compatible surface."""

from typing import Any, NamedTuple

from chalicelib.domain import declines

BAD_REQUEST, GATEWAY = "BAD_REQUEST_ERROR", "GATEWAY_ERROR"


class Failure(NamedTuple):
    """The error fields of a failed payment, less the description."""

    code: str
    source: str
    step: str
    reason: str


_AUTHORIZATION, _AUTHENTICATION = "payment_authorization", "payment_authentication"
_UNEXPLAINED = Failure(BAD_REQUEST, "gateway", "payment_response", "payment_failed")
_FAILURES = {
    declines.PAYMENT_FAILED: _UNEXPLAINED,
    "PAYMENT_DECLINED": Failure(BAD_REQUEST, "issuer_bank", _AUTHORIZATION, "payment_declined"),
    "PAYMENT_CANCELLED": Failure(BAD_REQUEST, "customer", _AUTHENTICATION, "payment_cancelled"),
    "PAYMENT_EXPIRED": Failure(BAD_REQUEST, "customer", _AUTHENTICATION, "payment_timed_out"),
    "PAYMENT_TIMED_OUT": Failure(BAD_REQUEST, "customer", _AUTHENTICATION, "payment_timed_out"),
    "AUTHENTICATION_FAILED": Failure(GATEWAY, "issuer_bank", _AUTHENTICATION, "authentication_failed"),
    "INSUFFICIENT_FUNDS": Failure(BAD_REQUEST, "customer", _AUTHORIZATION, "insufficient_fund"),
    "INCORRECT_PIN": Failure(BAD_REQUEST, "customer", _AUTHENTICATION, "incorrect_pin"),
    "CARD_DECLINED": Failure(BAD_REQUEST, "issuer_bank", _AUTHORIZATION, "card_declined"),
    "LOST_CARD": Failure(BAD_REQUEST, "issuer_bank", _AUTHORIZATION, "card_declined"),
    "CARD_EXPIRED": Failure(BAD_REQUEST, "customer", _AUTHENTICATION, "card_expired"),
    "CARD_NOT_ENABLED": Failure(BAD_REQUEST, "issuer_bank", _AUTHORIZATION, "card_disabled_for_online_payments"),
    "CARD_NUMBER_INVALID": Failure(BAD_REQUEST, "customer", _AUTHENTICATION, "card_number_invalid"),
    "INCORRECT_CVC": Failure(BAD_REQUEST, "customer", _AUTHENTICATION, "incorrect_cvv"),
    "PROCESSING_ERROR": Failure(GATEWAY, "gateway", _AUTHORIZATION, "gateway_technical_error"),
    "BANK_TECHNICAL_ERROR": Failure(GATEWAY, "gateway", _AUTHORIZATION, "gateway_technical_error"),
}
# UPI has another step and other words for the same thing.
_UPI = {"INSUFFICIENT_FUNDS": Failure(GATEWAY, "customer", "payment_debit_request", "insufficient_funds")}


def fields(code: str | None, method: str) -> dict[str, str | None]:
    """Returns the five error fields of a payment, which are null unless it failed."""
    if code is None:
        return dict.fromkeys(("error_code", "error_description", "error_source", "error_step", "error_reason"))
    failure = (_UPI if method == "upi" else {}).get(code) or _FAILURES.get(code, _UNEXPLAINED)
    return {
        "error_code": failure.code,
        "error_description": declines.payer_text(code),
        "error_source": failure.source,
        "error_step": failure.step,
        "error_reason": failure.reason,
    }


def told(code: str | None, method: str, payment_id: str, order_id: str) -> dict[str, Any]:
    """Returns the error of a failed payment as the payer's window hands it to the shop's page."""
    error = {name.removeprefix("error_"): value for name, value in fields(code, method).items()}
    return {**error, "metadata": {"payment_id": payment_id, "order_id": order_id}}
