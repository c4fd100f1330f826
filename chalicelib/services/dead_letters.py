"""Messages that failed five times: seeing them and sending them back."""

from typing import Any

from chalicelib import queues
from chalicelib.domain.errors import BadRequest
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.telemetry import logger

RECORDS: dict[str, type[Payment | Refund | Delivery]] = {
    queues.PAYMENTS: Payment,
    queues.REFUNDS: Refund,
    queues.DELIVERIES: Delivery,
}
PEEK = 50


def show(merchant_id: str) -> dict[str, Any]:
    """The merchant's own, of the first PEEK messages of each queue; they stay where they are."""
    rows = [row for name in queues.QUEUES for row in _rows(name, merchant_id)]
    return {"data": rows, "total": len(rows)}


def _rows(name: str, merchant_id: str) -> list[dict[str, Any]]:
    messages = queues.peek(f"{name}-dlq", PEEK)
    jobs = {message.id: message.job for message in messages if message.job}
    records = RECORDS[name].find_many(sorted({work.object_id for work in jobs.values()}))
    mine = {key for key, record in records.items() if record.merchant_id == merchant_id}
    return [
        {
            "queue": name,
            "id": message.id,
            "object_id": message.job.object_id,
            "received": message.receives,
            "sent_at": message.sent_at,
        }
        for message in messages
        if message.job and message.job.object_id in mine
    ]


def redrive(name: str) -> dict[str, Any]:
    """Sends everything in a dead-letter queue back to its queue. Raises BadRequest for an unknown queue."""
    if name not in queues.QUEUES:
        raise BadRequest(f"queue must be one of {', '.join(queues.QUEUES)}", field="queue")
    moved = queues.redrive(name)
    logger.info("dead letters sent back", queue=name, moved=moved)
    return {"queue": name, "redriven": moved}
