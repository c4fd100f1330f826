"""A refund's life: pending -> processed | failed; a failed one frees its amount."""

from enum import StrEnum


class RefundStatus(StrEnum):
    PENDING = "pending"
    PROCESSED = "processed"
    FAILED = "failed"


TRANSITIONS = (
    (RefundStatus.PENDING, RefundStatus.PROCESSED),
    (RefundStatus.PENDING, RefundStatus.FAILED),
)
LIVE = frozenset(source for source, _ in TRANSITIONS)
