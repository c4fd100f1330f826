"""Pairs the events of Razorpay's format with the gateway's own.

Razorpay's order.paid and payment_link.paid follow the capture, and the gateway's order.paid follows the authorization.
So a name has two columns: the event that the format is made from, and the event to which its subscribers subscribe.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from chalicelib.domain.events import StoredEvent
from chalicelib.domain.webhooks import Event, SurfaceEvent

LINK = "payment_link"
QR = "qr_code"
SUBSCRIPTION = "subscription"


@dataclass(frozen=True, slots=True)
class Counterpart:
    """One of Razorpay's events. sources: the events it is made from. event: what its subscribers subscribe to.

    contains: the entities of its payload, in order. whole: whether the order must be paid as a whole, or only in part;
    None: either.
    """

    sources: tuple[Event | SurfaceEvent, ...]
    event: Event | SurfaceEvent
    contains: tuple[str, ...]
    whole: bool | None = None


def _same(event: Event | SurfaceEvent, *contains: str) -> Counterpart:
    return Counterpart((event,), event, contains)


def _refund(event: Event) -> Counterpart:
    """Pairs an event of refunds. Held money that goes back without one is a refund for Razorpay."""
    return Counterpart((event, Event.PAYMENT_VOIDED), event, ("refund", "payment"))


def _capture(*contains: str, whole: bool) -> Counterpart:
    return Counterpart((Event.PAYMENT_CAPTURED,), Event.ORDER_PAID, contains, whole)


# In the order in which the events of one step are sent.
COUNTERPARTS: Mapping[str, Counterpart] = {
    "payment.authorized": _same(Event.PAYMENT_SUCCESS, "payment"),
    "payment.captured": _same(Event.PAYMENT_CAPTURED, "payment"),
    "order.paid": _capture("payment", "order", whole=True),
    "payment_link.paid": _capture(LINK, "order", "payment", whole=True),
    "payment_link.partially_paid": _capture(LINK, "order", "payment", whole=False),
    "payment.failed": _same(Event.PAYMENT_FAILED, "payment"),
    "refund.created": _refund(Event.REFUND_CREATED),
    "refund.processed": _refund(Event.REFUND_PROCESSED),
    "refund.failed": _same(Event.REFUND_FAILED, "refund", "payment"),
    "payment_link.cancelled": _same(Event.ORDER_CANCELLED, LINK),
    "payment_link.expired": _same(Event.ORDER_EXPIRED, LINK),
    "qr_code.created": _same(SurfaceEvent.QR_CREATED, QR),
    "qr_code.credited": _same(SurfaceEvent.QR_CREDITED, "payment", QR),
    "qr_code.closed": _same(SurfaceEvent.QR_CLOSED, QR),
    "subscription.authenticated": _same(SurfaceEvent.SUB_AUTHENTICATED, SUBSCRIPTION),
    "subscription.activated": _same(SurfaceEvent.SUB_ACTIVATED, SUBSCRIPTION),
    "subscription.charged": _same(SurfaceEvent.SUB_CHARGED, SUBSCRIPTION, "payment"),
    "subscription.pending": _same(SurfaceEvent.SUB_PENDING, SUBSCRIPTION),
    "subscription.halted": _same(SurfaceEvent.SUB_HALTED, SUBSCRIPTION),
    "subscription.paused": _same(SurfaceEvent.SUB_PAUSED, SUBSCRIPTION),
    "subscription.resumed": _same(SurfaceEvent.SUB_RESUMED, SUBSCRIPTION),
    "subscription.updated": _same(SurfaceEvent.SUB_UPDATED, SUBSCRIPTION),
    "subscription.cancelled": _same(SurfaceEvent.SUB_CANCELLED, SUBSCRIPTION),
    "subscription.completed": _same(SurfaceEvent.SUB_COMPLETED, SUBSCRIPTION),
    "payment.dispute.created": _same(Event.DISPUTE_CREATED, "payment", "dispute"),
    "payment.dispute.under_review": _same(Event.DISPUTE_UNDER_REVIEW, "payment", "dispute"),
    "payment.dispute.won": _same(Event.DISPUTE_WON, "payment", "dispute"),
    "payment.dispute.lost": _same(Event.DISPUTE_LOST, "payment", "dispute"),
    "settlement.processed": _same(Event.SETTLEMENT_PROCESSED, "settlement"),
}


def events_of(names: Iterable[str]) -> list[str]:
    """Returns the gateway's events for subscribers of these names. Leaves out names that never happen here."""
    found = (COUNTERPARTS[name].event for name in names if name in COUNTERPARTS)
    return list(dict.fromkeys(map(str, found)))


def names_of(events: Collection[str]) -> list[str]:
    """Returns Razorpay's names for subscribers of the gateway's events."""
    return [name for name, pair in COUNTERPARTS.items() if pair.event in events]


def made_from(event: StoredEvent) -> list[str]:
    """Returns the names of Razorpay's events that the event brings. Those of links need the link of the event."""
    is_whole = not event.parts.get("order", {}).get("amount_due")
    mine = {name: pair for name, pair in COUNTERPARTS.items() if event.event in pair.sources}
    fitting = {name: pair for name, pair in mine.items() if pair.whole in {None, is_whole}}
    return [name for name, pair in fitting.items() if LINK not in pair.contains or LINK in event.facts]


def event_id(event: StoredEvent, name: str) -> str:
    """Returns the id of Razorpay's event: the event's own, or a longer one if the event brings it beside another."""
    return event.id if COUNTERPARTS[name].event == event.event else f"{event.id}.{name}"
