"""Shows the log of deliveries, and sends failed deliveries again."""

from collections.abc import Sequence
from typing import Any

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.domain.lists import ListQuery
from chalicelib.domain.webhooks import DeliveryStatus
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.ownership import owned
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.queues import DELIVERIES, Job, job
from chalicelib.services import lists, views
from chalicelib.services.events import reading
from chalicelib.services.jobs import EDGE_SECONDS
from chalicelib.services.webhooks import bounds, endpoints, formats

# The most deliveries that one request can send again in its time.
REPLAY_MAX = 1000
SCHEDULED = "Webhook retry scheduled"


def find(merchant_id: str, delivery_id: str) -> Delivery:
    return owned(Delivery.find(delivery_id), merchant_id, "Webhook")


def show(merchant_id: str, delivery_id: str) -> dict[str, Any]:
    delivery = find(merchant_id, delivery_id)
    return views.delivery_detail(delivery, sent_body(delivery))


def sent_body(delivery: Delivery) -> str | None:
    """Returns the exact text that the delivery sends; None if its event is gone."""
    event = reading.of_deliveries([delivery]).get(delivery.event_id)
    return formats.form(delivery.format).body(event, delivery.named) if event else None


def retry(merchant_id: str, delivery_id: str, request_id: str) -> dict[str, Any]:
    """Sends a delivery again, now, with its attempts set back to 0. Raises TooManyRequests or NotFound.

    An attempt that a worker is making meanwhile counts as the first attempt.
    """
    delivery = find(merchant_id, delivery_id)
    if endpoint := WebhookEndpoint.find(merchant_id, delivery.endpoint_id):
        bounds.take(bounds.BY_HAND, endpoint)
    send_again([delivery], Delivery.id.exists(), request_id)
    return {"id": delivery_id, "status": DeliveryStatus.PENDING, "message": SCHEDULED}


def send_again(deliveries: Sequence[Delivery], condition: Any, request_id: str) -> int:
    """Sends again the deliveries that meet the condition. Returns their number.

    A message that came before the commit would find nothing to do, so a message is sent afterwards. The message before
    the commit covers a crash in between; its delay outlasts this request in any case.
    """
    queues.send(*(_job(delivery, request_id, EDGE_SECONDS) for delivery in deliveries))
    started = [delivery for delivery in deliveries if _start_again(delivery, condition)]
    queues.send(*(_job(delivery, request_id) for delivery in started))
    return len(started)


def _job(delivery: Delivery, request_id: str, delay: float = 0) -> Job:
    return job(DELIVERIES, delivery.id, request_id, delay, delivery.merchant_id)


def _start_again(delivery: Delivery, condition: Any) -> bool:
    """Sets a delivery back to pending.

    Keeps its lease: the worker that holds it sees that the attempts were set back.
    """
    actions = [
        Delivery.status.set(DeliveryStatus.PENDING),
        Delivery.attempts.set(0),
        Delivery.next_retry_at.set(clock.now()),
        Delivery.created_at_if_failed.remove(),
    ]
    return delivery.change(actions, condition)


def replay(merchant_id: str, endpoint_id: str, start: str, end: str, request_id: str) -> dict[str, Any]:
    """Sends again one endpoint's failed deliveries created between two ISO times (both included), newest first.

    Sends at most REPLAY_MAX; "more" tells whether others are left, which the same request sends next. Raises
    TooManyRequests or NotFound.
    """
    endpoint = endpoints.find(merchant_id, endpoint_id)
    failed = lists.FAILED_DELIVERIES_OF_ENDPOINT.page(ListQuery(endpoint.id, REPLAY_MAX, start=start, end=end))
    bounds.take(bounds.REPLAYED, endpoint, len(failed.rows))
    # Another replay may have sent some of them again since they were read, and those may have arrived.
    replayed = send_again(failed.rows, Delivery.status == DeliveryStatus.FAILED, request_id)
    return {"id": endpoint.id, "replayed": replayed, "more": failed.next_cursor is not None}
