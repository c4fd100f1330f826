"""An order's life: created -> attempted -> paid."""

from enum import StrEnum

# Bounds the list of payment ids on the order's record.
MAX_ATTEMPTS = 100


class OrderStatus(StrEnum):
    CREATED = "created"
    ATTEMPTED = "attempted"
    PAID = "paid"


TRANSITIONS = (
    (OrderStatus.CREATED, OrderStatus.ATTEMPTED),
    (OrderStatus.ATTEMPTED, OrderStatus.ATTEMPTED),
    (OrderStatus.ATTEMPTED, OrderStatus.PAID),
)
PAYABLE = frozenset(source for source, target in TRANSITIONS if target is OrderStatus.ATTEMPTED)
