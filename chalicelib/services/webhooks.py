"""The log of deliveries, and sending again what did not arrive."""

from collections.abc import Sequence
from typing import Any

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.domain.errors import NotFound
from chalicelib.domain.lists import ListQuery
from chalicelib.domain.webhooks import DeliveryStatus
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.queues import DELIVERIES, Job, job
from chalicelib.services import bounds, endpoints, lists, views
from chalicelib.services.jobs import EDGE_SECONDS

# What one request can start again in its time.
REPLAY_MAX = 1000
SCHEDULED = "Webhook retry scheduled"


def find(merchant_id: str, delivery_id: str) -> Delivery:
    delivery = Delivery.find(delivery_id)
    if delivery is None or delivery.merchant_id != merchant_id:
        raise NotFound("Webhook")
    return delivery


def show(merchant_id: str, delivery_id: str) -> dict[str, Any]:
    return views.delivery_detail(find(merchant_id, delivery_id))


def retry(merchant_id: str, delivery_id: str, request_id: str) -> dict[str, Any]:
    """Attempts start at 0 again, now. An attempt that a worker is making meanwhile is the first of them.

    Raises TooManyRequests.
    """
    delivery = find(merchant_id, delivery_id)
    if endpoint := WebhookEndpoint.find(merchant_id, delivery.endpoint_id):
        bounds.take(bounds.BY_HAND, endpoint)
    _send_again([delivery], Delivery.id.exists(), request_id)
    return {"id": delivery_id, "status": DeliveryStatus.PENDING, "message": SCHEDULED}


def _send_again(deliveries: Sequence[Delivery], condition: Any, request_id: str) -> int:
    """Returns how many start again: those that meet the condition.

    A message that came before the commit would find nothing to do, so it is sent after; the one sent before, delayed
    until this request is over in any case, is for the crash between.
    """
    queues.send(*(_job(delivery, request_id, EDGE_SECONDS) for delivery in deliveries))
    started = [delivery for delivery in deliveries if _start_again(delivery, condition)]
    queues.send(*(_job(delivery, request_id) for delivery in started))
    return len(started)


def _job(delivery: Delivery, request_id: str, delay: float = 0) -> Job:
    return job(DELIVERIES, delivery.id, request_id, delay, delivery.merchant_id)


def _start_again(delivery: Delivery, condition: Any) -> bool:
    """A lease is left alone: who holds it sees that the attempts were set back."""
    actions = [
        Delivery.status.set(DeliveryStatus.PENDING),
        Delivery.attempts.set(0),
        Delivery.next_retry_at.set(clock.now()),
        Delivery.created_at_if_failed.remove(),
    ]
    return delivery.change(actions, condition)


def replay(merchant_id: str, endpoint_id: str, start: str, end: str, request_id: str) -> dict[str, Any]:
    """Sends again the failed deliveries of one endpoint, made between two ISO times (both included), the newest first.

    At most REPLAY_MAX; "more" says whether there are others, which the same request sends next. Raises
    TooManyRequests.
    """
    endpoint = endpoints.find(merchant_id, endpoint_id)
    failed = lists.FAILED_DELIVERIES_OF_ENDPOINT.page(ListQuery(endpoint.id, REPLAY_MAX, start=start, end=end))
    bounds.take(bounds.REPLAYED, endpoint, len(failed.rows))
    # Another replay may have been here since they were read, and what it sent again may have arrived.
    replayed = _send_again(failed.rows, Delivery.status == DeliveryStatus.FAILED, request_id)
    return {"id": endpoint.id, "replayed": replayed, "more": failed.next_cursor is not None}
