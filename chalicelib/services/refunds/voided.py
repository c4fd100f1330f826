"""Shows the money of a voided payment as the refund that Razorpay would make of it. No record holds that refund."""

from collections.abc import Sequence

from chalicelib.domain.errors import NotFound
from chalicelib.domain.payments import State
from chalicelib.domain.refunds import RefundStatus
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.services.payments import records as payments
from chalicelib.services.refunds import records
from chalicelib.services.refunds.accept import PREFIX


def refund_of(payment: Payment) -> Refund:
    """Returns the refund of a voided payment, whose money was held and went back as a whole.

    Its id has the letters of the payment's id.
    """
    return Refund(
        f"{PREFIX}_{payment.id.partition('_')[2]}",
        payment_id=payment.id,
        merchant_id=payment.merchant_id,
        amount=payment.amount,
        currency=payment.currency,
        status=RefundStatus.PROCESSED,
        created_at=payment.voided_at,
        updated_at=payment.voided_at,
        processed_at=payment.voided_at,
    )


def of_payment(merchant_id: str, payment_id: str) -> Sequence[Refund]:
    """Returns the refund of the payment if it is voided. Raises NotFound."""
    payment = payments.find(payment_id, merchant_id)
    return [refund_of(payment)] if payment.state == State.VOIDED else []


def find(merchant_id: str, refund_id: str) -> Refund:
    """Reads a refund of the merchant, or makes that of a voided payment. Raises NotFound."""
    try:
        return records.find(refund_id, merchant_id)
    except NotFound:
        found = of_payment(merchant_id, f"pay_{refund_id.partition('_')[2]}")
    if not found:
        raise NotFound("Refund")
    return found[0]
