"""An order's life: created, attempted, paid; or expired or cancelled, after which no payment is taken."""

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.webhooks import Event

# Bounds the list of payment ids on the order's record.
MAX_ATTEMPTS = 100


class OrderStatus(StrEnum):
    CREATED = "created"
    ATTEMPTED = "attempted"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class CaptureMode(StrEnum):
    """Who takes the money that the bank holds: the merchant by a request, or the bank at once."""

    MANUAL = "manual"
    AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True)
class OrderEdge:
    """One legal step of an order. event: what subscribed endpoints are told."""

    source: OrderStatus
    cause: str
    target: OrderStatus
    event: Event | None = None


EDGES = (
    OrderEdge(OrderStatus.CREATED, "payment made", OrderStatus.ATTEMPTED),
    OrderEdge(OrderStatus.ATTEMPTED, "payment made", OrderStatus.ATTEMPTED),
    OrderEdge(OrderStatus.ATTEMPTED, "payment succeeded", OrderStatus.PAID, Event.ORDER_PAID),
    OrderEdge(OrderStatus.PAID, "payment voided", OrderStatus.ATTEMPTED),
    OrderEdge(OrderStatus.CREATED, "expire", OrderStatus.EXPIRED, Event.ORDER_EXPIRED),
    OrderEdge(OrderStatus.ATTEMPTED, "expire", OrderStatus.EXPIRED, Event.ORDER_EXPIRED),
    OrderEdge(OrderStatus.CREATED, "cancel", OrderStatus.CANCELLED, Event.ORDER_CANCELLED),
    OrderEdge(OrderStatus.ATTEMPTED, "cancel", OrderStatus.CANCELLED, Event.ORDER_CANCELLED),
)
# An order in one of these states takes a payment, unless one is under way; it can expire and be cancelled.
OPEN = frozenset(edge.source for edge in EDGES if edge.cause == "payment made")
