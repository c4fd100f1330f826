"""Shows what an event tells as entities at the moment of the event. Reads no record: the event keeps what is needed."""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.counterparts import COUNTERPARTS, LINK, QR, SUBSCRIPTION
from chalicelib.domain.events import StoredEvent
from chalicelib.domain.payments import State
from chalicelib.domain.webhooks import Event
from chalicelib.persistence.disputes import Dispute
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payment_links import PaymentLink
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.persistence.settlements import Settlement
from chalicelib.services.entities import disputes, links, orders, payments, refunds, settlements
from chalicelib.services.entities.common import Entity
from chalicelib.services.refunds import voided

_PAYMENT = (
    "id", "order_id", "merchant_id", "amount", "currency", "method", "amount_refunded", "fee", "tax", "error_code", "late",
    "created_at", "updated_at",
)  # fmt: skip
_FACTS = ("state", "instrument", "bank_reference", "payer", "notes", "owner_id")
_ORDER = (
    "id", "merchant_id", "amount", "currency", "receipt", "notes", "status", "amount_paid", "attempts", "description",
    "customer", "created_at", "updated_at",
)  # fmt: skip
_DISPUTE = (
    "id", "payment_id", "amount", "currency", "status", "phase", "reason", "evidence", "submitted_at", "created_at",
)  # fmt: skip
_SETTLEMENT = ("id", "amount", "fees", "tax", "status", "utr", "created_at")
_REFUND = ("id", "payment_id", "amount", "status", "created_at", "processed_at", "currency")


def webhook(event: StoredEvent, name: str) -> Entity:
    """Returns the body of a webhook in Razorpay's format. name: Razorpay's name of the event."""
    contains = COUNTERPARTS[name].contains
    return {
        "entity": "event",
        "account_id": f"acc_{event.merchant_id}",
        "event": name,
        "contains": list(contains),
        "payload": {part: {"entity": _SHOWN[part](event)} for part in contains},
        "created_at": event.timestamp,
    }


def _payment_record(event: StoredEvent) -> Payment:
    shown, facts = event.parts["payment"], event.facts
    kept: dict[str, Any] = {name: facts.get(name) for name in _FACTS} | {name: shown[name] for name in _PAYMENT}
    record = Payment(**kept)
    if event.event == Event.PAYMENT_SUCCESS:  # a capture in the same step comes after the authorization
        record.state, record.fee, record.tax = State.AUTHORIZED, None, None
    return record


def _order_record(event: StoredEvent) -> Order | None:
    shown = event.parts.get("order")
    if shown is None:
        return None
    ends = shown["expires_at"]
    return Order(**{name: shown[name] for name in _ORDER}, expires_at=None if ends is None else clock.seconds(ends))


def _payment(event: StoredEvent) -> Entity:
    """Shows the payment with its card and with the fields that only webhooks have."""
    record = _payment_record(event)
    return {
        **payments.payment(record, _order_record(event), card_shown=True),
        "base_amount": record.amount,
        "amount_transferred": 0,
        "fee_bearer": "platform",
        "late_authorized": bool(record.late),
        "provider": None,
        "reward": None,
    }


def _order(event: StoredEvent) -> Entity:
    return orders.order(_known_order(event), captured=True)


def _known_order(event: StoredEvent) -> Order:
    record = _order_record(event)
    if record is None:
        raise LookupError(f"event {event.id} has no order")
    return record


def _refund(event: StoredEvent) -> Entity:
    if event.event == Event.PAYMENT_VOIDED:
        payment = _payment_record(event)
        payment.voided_at = event.parts["payment"]["voided_at"]
        return refunds.refund(voided.refund_of(payment), payment.currency)
    shown, currency = event.parts["refund"], event.parts["payment"]["currency"]
    record = Refund(**{name: shown[name] for name in _REFUND}, **event.facts.get("refund", {}))
    return refunds.refund(record, currency)


def _link(event: StoredEvent) -> Entity:
    paying = [_payment_record(event)] if "payment" in event.parts else []
    return links.link(PaymentLink(**event.facts[LINK]), _known_order(event), paying)


def _dispute(event: StoredEvent) -> Entity:
    shown = event.parts["dispute"]
    respond_by = clock.seconds(shown["respond_by"])
    return disputes.dispute(Dispute(**{name: shown[name] for name in _DISPUTE}, respond_by=respond_by))


def _settlement(event: StoredEvent) -> Entity:
    shown = event.parts["settlement"]
    return settlements.settlement(Settlement(**{name: shown[name] for name in _SETTLEMENT}))


_SHOWN: Mapping[str, Callable[[StoredEvent], Entity]] = {
    "payment": _payment,
    "order": _order,
    "refund": _refund,
    "dispute": _dispute,
    "settlement": _settlement,
    LINK: _link,
    QR: lambda event: event.parts[QR],
    SUBSCRIPTION: lambda event: event.parts[SUBSCRIPTION],
}
