"""Sends an event again, to one endpoint or to all endpoints that subscribe to it, and to every poller that asks for it."""

from typing import Any

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.events import StoredEvent, is_early, position
from chalicelib.domain.money import NO_CURRENCY
from chalicelib.persistence import events, totals
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.services.events import announcing, reading
from chalicelib.services.webhooks import bounds, endpoints, log
from chalicelib.telemetry import logger


def resend(merchant_id: str, identifier: str, endpoint_id: str | None, request_id: str) -> dict[str, Any]:
    """Sends an event again, under its id. Raises NotFound, BadRequest or TooManyRequests.

    endpoint_id: an endpoint, which need not subscribe to the event; None means every endpoint that subscribes to it.
    """
    event = reading.find(merchant_id, identifier)
    receivers = _receivers(event, endpoint_id)
    _tell_pollers(event, request_id)
    deliveries = [_send(event, endpoint, name, request_id) for endpoint, names in receivers for name in names]
    logger.info("event sent again", event_id=event.id, merchant_id=merchant_id, deliveries=[d.id for d in deliveries])
    return {"id": event.id, "deliveries": [{"id": d.id, "endpoint_id": d.endpoint_id} for d in deliveries]}


def _tell_pollers(event: StoredEvent, request_id: str) -> None:
    """Writes the repetition under the rule of new events, so that a poller misses none (ADR 30)."""
    now = clock.now()
    transaction = Transaction()
    transaction.begin_by(now + announcing.COMMIT_SECONDS)
    where = position(clock.iso(now), f"{event.id} {request_id}", event.sequence)
    transaction.put("repetition", events.repetition(event, where, int(now) + events.KEPT_SECONDS))
    transaction.commit()


def _receivers(event: StoredEvent, endpoint_id: str | None) -> list[tuple[WebhookEndpoint, list[str | None]]]:
    """Returns the endpoints, each with the event's names in its format."""
    if endpoint_id is None:
        mine = endpoints.current(event.merchant_id)
        return [(each, announcing.wanted_names(event, each)) for each in mine if each.url and each.enabled]
    endpoint = endpoints.find(event.merchant_id, endpoint_id)
    if not endpoint.url or not endpoint.enabled:
        raise BadRequest("The endpoint is disabled or has no URL", field="endpoint_id")
    names = announcing.wanted_names(event, endpoint) or announcing.names_for(event, endpoint)
    if not names:
        raise BadRequest("The endpoint's format has no such event", field="endpoint_id")
    return [(endpoint, names)]


def _send(event: StoredEvent, endpoint: WebhookEndpoint, name: str | None, request_id: str) -> Delivery:
    """Starts the endpoint's delivery of the event again, or makes it. The condition decides which, in any race."""
    bounds.take(bounds.BY_HAND, endpoint)
    delivery = announcing.new_delivery(event, endpoint, request_id, name)
    queues.send(*announcing.jobs_of([delivery.id], request_id, event.merchant_id))
    transaction = Transaction()
    transaction.put("delivery", delivery, Delivery.id.does_not_exist())
    if not is_early(event.id):
        events.keep(transaction, event)
    totals.add(transaction, announcing.count_changes([delivery], NO_CURRENCY), shard_by=delivery.id)
    try:
        transaction.commit()
    except Refused:
        log.send_again([delivery], Delivery.id.exists(), request_id)
    return delivery
