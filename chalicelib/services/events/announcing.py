"""Stores the events of a step, and turns each into one delivery for each endpoint that subscribes to it.

Both are written in the transaction of the step.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain import clock, counterparts
from chalicelib.domain.events import StoredEvent, position
from chalicelib.domain.webhooks import DeliveryStatus, Event, Format, SurfaceEvent, delivery_id
from chalicelib.persistence import events, totals
from chalicelib.persistence.base import unchanged
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.events import EventRow, HasEvents
from chalicelib.persistence.transactions import Transaction
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.queues import DELIVERIES, Job, job

KEPT_DAYS = 30
KEPT_SECONDS = KEPT_DAYS * 24 * 3600
# An event is committed soon after its time or never: no try begins later than this many seconds after it (ADR 20).
COMMIT_SECONDS = 2.0
# The most event ids that a record keeps.
KEPT_EVENT_IDS = 100
# Seconds between the webhooks of one step in a format without a sequence, so that they arrive in order as a rule.
IN_ORDER_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class NewEvent:
    """One event of a step. sequence: the object's own number of it. shown: the names of the parts that `data` shows."""

    event: Event | SurfaceEvent
    object_id: str
    sequence: int
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewEvents:
    """The events of one step at one time (ISO). parts and facts: see StoredEvent."""

    merchant_id: str
    created_at: str
    told: Sequence[NewEvent]
    parts: Mapping[str, Any]
    facts: Mapping[str, Any] = field(default_factory=dict)
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a step writes about its events. row: None if there is nothing to store beside the records."""

    events: Sequence[StoredEvent] = ()
    deliveries: Sequence[Delivery] = ()
    row: EventRow | None = None

    @property
    def delivery_ids(self) -> list[str]:
        return [delivery.id for delivery in self.deliveries]


NOTHING = Announcement()


def announce(new: NewEvents, endpoints: Sequence[WebhookEndpoint]) -> Announcement:
    """Returns what to write about the events of a step: their row, and the deliveries to the merchant's endpoints."""
    if not new.told:
        return NOTHING
    first = new.told[0]
    row = events.row(
        new.merchant_id,
        position(new.created_at, first.object_id, first.sequence),
        [(str(each.event), each.object_id, each.sequence, each.shown) for each in new.told],
        {"parts": new.parts, "facts": new.facts},
        int(clock.seconds(new.created_at)) + events.KEPT_SECONDS,
    )
    stored = row.events()
    return Announcement(stored, deliveries_for(stored, endpoints, new.request_id), row)


def new_delivery(
    event: StoredEvent, endpoint: WebhookEndpoint, request_id: str, name: str | None = None, wait: float = 0
) -> Delivery:
    """Returns a delivery that is not saved yet. name: of names_for(); wait: seconds before its first attempt."""
    now = clock.now()
    return Delivery(
        delivery_id(event.object_id, event.sequence, endpoint.id, name),
        merchant_id=event.merchant_id,
        endpoint_id=endpoint.id,
        event=counterparts.COUNTERPARTS[name].event if name else event.event,
        object_id=event.object_id,
        url=endpoint.url,
        event_id=event.id,
        format=None if endpoint.format in {None, Format.NATIVE} else endpoint.format,
        named=name,
        status=DeliveryStatus.PENDING,
        attempts=0,
        attempts_log=[],
        next_retry_at=now + wait,
        request_id=request_id or None,
        created_at=clock.iso(now),
        expires_at=int(now) + KEPT_SECONDS,
    )


def deliveries_for(
    happened: Iterable[StoredEvent], endpoints: Sequence[WebhookEndpoint], request_id: str
) -> list[Delivery]:
    """Returns the deliveries of the events.

    Skips endpoints without a URL, switched-off ones, and other subscriptions.
    """
    told = list(happened)
    receivers = [endpoint for endpoint in endpoints if endpoint.url and endpoint.enabled]
    return [delivery for endpoint in receivers for delivery in _in_order(told, endpoint, request_id)]


def _in_order(told: Sequence[StoredEvent], endpoint: WebhookEndpoint, request_id: str) -> list[Delivery]:
    wanted = [(event, name) for event in told for name in wanted_names(event, endpoint)]
    return [
        new_delivery(event, endpoint, request_id, name, place * IN_ORDER_SECONDS if name else 0)
        for place, (event, name) in enumerate(wanted)
    ]


def names_for(event: StoredEvent, endpoint: WebhookEndpoint) -> list[str | None]:
    """Returns the names under which the event exists in the endpoint's format: None stands for the native name.

    A format may have no counterpart of the event, or several.
    """
    return [*counterparts.made_from(event)] if endpoint.format == Format.RAZORPAY else [None]


def wanted_names(event: StoredEvent, endpoint: WebhookEndpoint) -> list[str | None]:
    """Returns those of names_for() to which the endpoint subscribes."""
    subscribed = subscriptions(endpoint)
    return [name for name in names_for(event, endpoint) if (name or event.event) in subscribed]


def subscriptions(endpoint: WebhookEndpoint) -> Sequence[str]:
    """Returns the names of the events that the endpoint gets, as its format has them."""
    if endpoint.format != Format.RAZORPAY:
        return list(endpoint.events)
    return (endpoint.subscribed or {}).get("events") or counterparts.names_of(list(endpoint.events))


def number(record: HasEvents, announcement: Announcement) -> None:
    """Counts the events of an object in its record in memory."""
    mine = [event for event in announcement.events if event.object_id == record.key()]
    if mine:
        record.sequence = mine[-1].sequence
        record.event_ids = [*(record.event_ids or ()), *(event.id for event in mine)][-KEPT_EVENT_IDS:]


def unnumbered(model: type[HasEvents], record: HasEvents) -> Any:
    """Returns the condition that nobody has numbered an event of the object since its record was read."""
    return unchanged(model.sequence, record.sequence)


def put(transaction: Transaction, announcement: Announcement) -> None:
    """Adds the events and their deliveries to a step's transaction, which then commits soon or not at all."""
    for event in announcement.events[:1]:
        transaction.begin_by(clock.seconds(event.created_at) + COMMIT_SECONDS)
    if announcement.row:
        transaction.put(f"events {announcement.row.position}", announcement.row)
    for delivery in announcement.deliveries:
        transaction.put(f"delivery {delivery.id}", delivery)


def count_changes(deliveries: Iterable[Delivery], currency: str) -> list[totals.Change]:
    """Returns what the deliveries add to the totals. currency: of the money in the deliveries.

    The count of deliveries is kept with that currency's totals, which costs no further write.
    """
    return [totals.Change(d.merchant_id, clock.day(d.created_at), currency, {"deliveries": 1}) for d in deliveries]


def jobs_of(delivery_ids: Iterable[str], request_id: str, merchant_id: str) -> list[Job]:
    """Returns the deliveries' jobs. merchant_id: their owner, for SQS to serve this merchant fairly beside others."""
    return [job(DELIVERIES, delivery_id, request_id, merchant_id=merchant_id) for delivery_id in delivery_ids]
