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
class Happening:
    """One event of an object. data: the webhook's `data`, {"payment": view}, say. occasion: see delivery_id."""

    event: Event
    merchant_id: str
    object_id: str
    data: dict[str, Any]
    request_id: str = ""
    occasion: str = ""


def new_delivery(happening: Happening, endpoint: WebhookEndpoint) -> Delivery:
    now = clock.now()
    return Delivery(
        delivery_id(happening.object_id, happening.event, endpoint.id, happening.occasion),
        merchant_id=happening.merchant_id,
        endpoint_id=endpoint.id,
        event=happening.event,
        object_id=happening.object_id,
        url=endpoint.url,
        body=body(happening.event, int(now), happening.data),
        status=DeliveryStatus.PENDING,
        attempts=0,
        attempts_log=[],
        next_retry_at=now,
        request_id=happening.request_id or None,
        created_at=clock.iso(now),
        expires_at=int(now) + KEPT_SECONDS,
    )


def deliveries_of(happenings: Iterable[Happening], endpoints: Sequence[WebhookEndpoint]) -> list[Delivery]:
    """Returns the deliveries of the events.

    Skips endpoints without a URL, switched-off ones, and other subscriptions.
    """
    return [
        new_delivery(happening, endpoint)
        for happening in happenings
        for endpoint in endpoints
        if endpoint.url and endpoint.enabled and happening.event in endpoint.events
    ]


def put(transaction: Transaction, deliveries: Iterable[Delivery]) -> None:
    for delivery in deliveries:
        transaction.put(f"delivery {delivery.id}", delivery)


def tally(deliveries: Iterable[Delivery], currency: str) -> list[totals.Change]:
    """Returns what the deliveries add to the totals. currency: of the money in the deliveries.

    The count of deliveries is kept with that currency's totals, which costs no further write.
    """
    return [totals.Change(d.merchant_id, clock.day(d.created_at), currency, {"deliveries": 1}) for d in deliveries]


def jobs_of(delivery_ids: Iterable[str], request_id: str, merchant_id: str) -> list[Job]:
    """Returns the deliveries' jobs. merchant_id: their owner, for SQS to serve this merchant fairly beside others."""
    return [job(DELIVERIES, delivery_id, request_id, merchant_id=merchant_id) for delivery_id in delivery_ids]
