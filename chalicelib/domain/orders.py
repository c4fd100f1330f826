"""Defines an order's life: created, attempted, paid; or expired or cancelled, after which it takes no payment."""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from chalicelib.domain.errors import BadRequest
from chalicelib.domain.webhooks import Event

# The number of payment ids that an order's record keeps, the newest ones. An order may have more tries.
KEPT_PAYMENT_IDS = 100
# The failed payments in a row before a payer has to wait. Then the pauses grow, in seconds, up to the last one.
FREE_FAILURES = 5
PAUSES = (10, 30, 60, 120, 300)
# Seconds for which a merchant may ask a bank to hold the money. No card network holds money longer than a month.
SHORTEST_CAPTURE, LONGEST_CAPTURE = 60, 30 * 24 * 3600
# Seconds from now within which an order has to end.
LONGEST_LIFE = 366 * 24 * 3600
MAX_RETURN_URL = 2048  # characters
_PLAIN = re.compile(r"[!-\[\]-~]+")


class OrderStatus(StrEnum):
    CREATED = "created"
    ATTEMPTED = "attempted"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class CaptureMode(StrEnum):
    """How the held money is taken: the merchant captures it (manual), or the bank takes it at once (automatic)."""

    MANUAL = "manual"
    AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True)
class OrderEdge:
    """One legal step of an order. event: the event that subscribed endpoints get."""

    source: OrderStatus
    cause: str
    target: OrderStatus
    event: Event | None = None


EDGES = (
    OrderEdge(OrderStatus.CREATED, "payment made", OrderStatus.ATTEMPTED),
    OrderEdge(OrderStatus.ATTEMPTED, "payment made", OrderStatus.ATTEMPTED),
    OrderEdge(OrderStatus.ATTEMPTED, "payment succeeded", OrderStatus.PAID, Event.ORDER_PAID),
    OrderEdge(OrderStatus.ATTEMPTED, "part paid", OrderStatus.ATTEMPTED),
    OrderEdge(OrderStatus.PAID, "payment voided", OrderStatus.ATTEMPTED),
    OrderEdge(OrderStatus.CREATED, "expire", OrderStatus.EXPIRED, Event.ORDER_EXPIRED),
    OrderEdge(OrderStatus.ATTEMPTED, "expire", OrderStatus.EXPIRED, Event.ORDER_EXPIRED),
    OrderEdge(OrderStatus.CREATED, "cancel", OrderStatus.CANCELLED, Event.ORDER_CANCELLED),
    OrderEdge(OrderStatus.ATTEMPTED, "cancel", OrderStatus.CANCELLED, Event.ORDER_CANCELLED),
)
# An order in one of these states takes a payment, unless another payment is under way. It can expire and be cancelled.
OPEN = frozenset(edge.source for edge in EDGES if edge.cause == "payment made")


def check_part(amount: int, due: int, least: int) -> None:
    """Checks a payment of a part of an order. least: what this part must have; all that is due is always enough.

    Raises BadRequest.
    """
    if amount > due:
        raise BadRequest("Payment amount is greater than the amount due for order.", "amount")
    if amount < min(least, due):
        raise BadRequest(f"Payment amount must be at least {min(least, due)}.", "amount")


def pause_after(failures: int) -> int:
    """Returns the seconds that a payer waits after failed payments in a row. Failures never close an order."""
    if failures < FREE_FAILURES:
        return 0
    return PAUSES[min(failures - FREE_FAILURES, len(PAUSES) - 1)]


def check_return_url(url: str, *, allow_http: bool, field: str = "return_url") -> None:
    """Checks a URL that the payer's browser opens: the shop's after a payment, or a logo. Raises BadRequest.

    The gateway never opens the URL, so any host is allowed. But a script or a password in the URL could harm the payer.
    """
    schemes = {"https", "http"} if allow_http else {"https"}
    try:
        parts = urlsplit(url) if _PLAIN.fullmatch(url) else None
        well_formed = bool(parts and parts.hostname and parts.scheme in schemes and parts.port != 0)
    except ValueError:
        well_formed = False
    if not well_formed or parts is None or "@" in parts.netloc:
        raise BadRequest(f"{field} must be an https URL without a user name", field=field)


def check_expires_at(moment: float, now: float) -> None:
    """Raises BadRequest unless the order ends in the future and within LONGEST_LIFE. moment and now: Unix seconds."""
    if not now < moment <= now + LONGEST_LIFE:
        raise BadRequest("expires_at must lie in the future, and at most a year ahead", field="expires_at")
