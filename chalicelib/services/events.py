"""Turns each event of an object into one delivery for each endpoint that subscribes to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.webhooks import DeliveryStatus, Event, body, delivery_id
from chalicelib.persistence import totals
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.transactions import Transaction
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.queues import DELIVERIES, Job, job

KEPT_DAYS = 30
KEPT_SECONDS = KEPT_DAYS * 24 * 3600


@dataclass(frozen=True, slots=True)
class NewEvent:
    """One event of an object. data: the webhook's `data`, {"payment": view}, say. occasion: see delivery_id."""

    event: Event
    merchant_id: str
    object_id: str
    data: dict[str, Any]
    request_id: str = ""
    occasion: str = ""


def new_delivery(new_event: NewEvent, endpoint: WebhookEndpoint) -> Delivery:
    now = clock.now()
    return Delivery(
        delivery_id(new_event.object_id, new_event.event, endpoint.id, new_event.occasion),
        merchant_id=new_event.merchant_id,
        endpoint_id=endpoint.id,
        event=new_event.event,
        object_id=new_event.object_id,
        url=endpoint.url,
        body=body(new_event.event, int(now), new_event.data),
        status=DeliveryStatus.PENDING,
        attempts=0,
        attempts_log=[],
        next_retry_at=now,
        request_id=new_event.request_id or None,
        created_at=clock.iso(now),
        expires_at=int(now) + KEPT_SECONDS,
    )


def deliveries_for(new_events: Iterable[NewEvent], endpoints: Sequence[WebhookEndpoint]) -> list[Delivery]:
    """Returns the deliveries of the events.

    Skips endpoints without a URL, switched-off ones, and other subscriptions.
    """
    return [
        new_delivery(new_event, endpoint)
        for new_event in new_events
        for endpoint in endpoints
        if endpoint.url and endpoint.enabled and new_event.event in endpoint.events
    ]


def put(transaction: Transaction, deliveries: Iterable[Delivery]) -> None:
    for delivery in deliveries:
        transaction.put(f"delivery {delivery.id}", delivery)


def count_changes(deliveries: Iterable[Delivery], currency: str) -> list[totals.Change]:
    """Returns what the deliveries add to the totals. currency: of the money in the deliveries.

    The count of deliveries is kept with that currency's totals, which costs no further write.
    """
    return [totals.Change(d.merchant_id, clock.day(d.created_at), currency, {"deliveries": 1}) for d in deliveries]


def jobs_of(delivery_ids: Iterable[str], request_id: str, merchant_id: str) -> list[Job]:
    """Returns the deliveries' jobs. merchant_id: their owner, for SQS to serve this merchant fairly beside others."""
    return [job(DELIVERIES, delivery_id, request_id, merchant_id=merchant_id) for delivery_id in delivery_ids]
