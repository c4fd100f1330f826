"""Defines a refund's life as data: pending, then processed or failed. A failed refund frees its amount."""

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.ledger import Movement
from chalicelib.domain.webhooks import Event


class RefundStatus(StrEnum):
    PENDING = "pending"
    PROCESSED = "processed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RefundEdge:
    """One legal step. event: for subscribed endpoints. movement: in the books. frees: the amount can be refunded again."""

    source: RefundStatus
    target: RefundStatus
    event: Event
    movement: Movement
    frees: bool = False


EDGES = (
    RefundEdge(RefundStatus.PENDING, RefundStatus.PROCESSED, Event.REFUND_PROCESSED, Movement.REFUND_PROCESSED),
    RefundEdge(RefundStatus.PENDING, RefundStatus.FAILED, Event.REFUND_FAILED, Movement.REFUND_FAILED, frees=True),
)
LIVE = frozenset(edge.source for edge in EDGES)
BY_TARGET = {edge.target: edge for edge in EDGES}
# Seconds after which a refund is looked at, whatever became of its message. A refund is never given up: the bank may
# have paid, so it is asked until it answers.
LOOK_SECONDS = 3600
