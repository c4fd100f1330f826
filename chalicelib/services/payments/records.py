"""Reads payments."""

from chalicelib.domain.errors import NotFound
from chalicelib.persistence.payments import Payment


def find(payment_id: str, merchant_id: str | None = None) -> Payment:
    """Reads a payment. merchant_id: the owner that the payment must have; None accepts any. Raises NotFound."""
    payment = Payment.find(payment_id)
    if payment is None or merchant_id not in {None, payment.merchant_id}:
        raise NotFound("Payment")
    return payment
