"""A payment's life: pending -> success | failed; a success may be captured and refunded."""

from enum import StrEnum
from typing import Literal


class PaymentStatus(StrEnum):
    PENDING = "pending"
    SUCCESS = "success"
    FAILED = "failed"


class Method(StrEnum):
    UPI = "upi"
    CARD = "card"


TRANSITIONS = (
    (PaymentStatus.PENDING, PaymentStatus.SUCCESS),
    (PaymentStatus.PENDING, PaymentStatus.FAILED),
)
LIVE = frozenset(source for source, _ in TRANSITIONS)
SETTLED = frozenset(target for _, target in TRANSITIONS)

# The only state in which money may be captured or given back.
CAPTURABLE = REFUNDABLE = PaymentStatus.SUCCESS

DECLINED = "PAYMENT_FAILED"

RefundedShare = Literal["partial", "full"]


def refund_status(amount: int, amount_refunded: int) -> RefundedShare | None:
    """Pending refunds count as refunded: their amount cannot be given back twice."""
    if amount_refunded == 0:
        return None
    return "full" if amount_refunded == amount else "partial"
