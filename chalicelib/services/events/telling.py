"""Adds to a step's transaction the events of an object that only the Razorpay-compatible surface has."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.money import DEFAULT_CURRENCY
from chalicelib.domain.webhooks import SurfaceEvent
from chalicelib.persistence import totals
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.transactions import Transaction
from chalicelib.queues import Job
from chalicelib.services import views
from chalicelib.services.events import announcing
from chalicelib.services.events.announcing import NewEvent, NewEvents
from chalicelib.services.webhooks import endpoints


def tell(  # the step's transaction, its object, and what happened to it
    transaction: Transaction,
    record: Any,
    happened: Sequence[tuple[SurfaceEvent, Mapping[str, Any]]],
    paid: tuple[Payment, Order] | None,
    request_id: str,
) -> list[Job]:
    """Adds the events and their deliveries, and numbers the events in the record in memory.

    happened: each event with the parts that it shows, which the events of a step share. paid: the payment that caused the
    events, and its order. Returns the deliveries' jobs.
    """
    if not happened:
        return []
    first = int(record.sequence or 0) + 1
    told = [NewEvent(event, record.id, number, tuple(parts)) for number, (event, parts) in enumerate(happened, first)]
    shown = {name: part for _, parts in happened for name, part in parts.items()}
    facts: dict[str, Any] = {}
    if paid:
        shown |= {"payment": views.payment(paid[0]), "order": views.order(paid[1])}
        facts = views.facts(paid[0])
    new = NewEvents(record.merchant_id, clock.iso(clock.now()), told, shown, facts, request_id)
    announcement = announcing.announce(new, endpoints.current(record.merchant_id))
    announcing.number(record, announcement)
    record.delivery_ids = announcement.delivery_ids
    announcing.put(transaction, announcement)
    changes = announcing.count_changes(announcement.deliveries, DEFAULT_CURRENCY)
    totals.add(transaction, changes, shard_by=record.id)
    return announcing.jobs_of(announcement.delivery_ids, request_id, record.merchant_id)
