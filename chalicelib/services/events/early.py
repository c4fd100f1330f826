"""Reads the two events of every payment that its own record holds: payment.created and payment.pending.

Both follow from what a payment never changes. A copy of them would cost a million payments $1.25 (ADR 20).
"""

from collections.abc import Iterable

from chalicelib.domain.events import EARLY_PLACES, StoredEvent, event_id, is_early, moment_of, position
from chalicelib.domain.payments import State
from chalicelib.domain.webhooks import Event
from chalicelib.persistence import payments
from chalicelib.persistence.payments import Payment
from chalicelib.services import views

SEQUENCES = {Event.PAYMENT_CREATED: 1, Event.PAYMENT_PENDING: 2}
# What a payment's record counts when the payment is made.
NUMBER = len(SEQUENCES)
_UNCHANGING = ("id", "order_id", "merchant_id", "amount", "currency", "method", "instrument", "created_at")


def events_of(payment: Payment) -> list[StoredEvent]:
    """Returns the payment's first two events. They show the payment as it was made."""
    parts = {"payment": views.payment(_as_made(payment))}
    where = position(payment.created_at, payment.id, 1)
    return [
        StoredEvent(
            event_id(where, EARLY_PLACES[event]), event, payment.merchant_id, payment.id, sequence,
            payment.created_at, ("payment",), parts,
        )
        for event, sequence in SEQUENCES.items()
    ]  # fmt: skip


def _as_made(payment: Payment) -> Payment:
    kept = {name: getattr(payment, name) for name in _UNCHANGING}
    return Payment(**kept, state=State.PENDING, amount_refunded=0, updated_at=payment.created_at)


def fetch(wanted: Iterable[tuple[str, str]]) -> dict[str, StoredEvent]:
    """Reads early events by (payment id, event id). Leaves out missing events and other events."""
    pairs = [(payment_id, identifier) for payment_id, identifier in wanted if is_early(identifier)]
    found = Payment.find_many([payment_id for payment_id, _ in pairs])
    events = {event.id: event for payment in found.values() for event in events_of(payment)}
    return {identifier: events[identifier] for _, identifier in pairs if identifier in events}


def find(merchant_id: str, identifier: str) -> StoredEvent | None:
    """Finds an early event by its id alone: the id tells when its payment was made."""
    at = moment_of(identifier)
    made = payments.made_between(merchant_id, at, at, limit=10, oldest_first=True)
    same = (event for payment in made for event in events_of(payment) if event.id == identifier)
    return next(same, None)
