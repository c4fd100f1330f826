"""Messages that failed five times: seeing them and sending them back."""

from collections.abc import Sequence
from typing import Any

from chalicelib import queues
from chalicelib.domain.errors import BadRequest
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.queues import Message
from chalicelib.services.caching import TimedCache
from chalicelib.telemetry import logger

RECORDS: dict[str, type[Payment | Refund | Delivery]] = {
    queues.PAYMENTS: Payment,
    queues.REFUNDS: Refund,
    queues.DELIVERIES: Delivery,
}
# How many messages of a queue are looked at, and how long they are hidden from others meanwhile.
LOOK = 50
LOOK_SECONDS = 1
REDRIVE_SECONDS = 30
# Who sends back waits for messages that somebody has just looked at.
REDRIVE_PATIENCE = LOOK_SECONDS + 1

# What was looked at is remembered for as long as it is hidden.
_looked: TimedCache[list[Message]] = TimedCache(LOOK_SECONDS)


def show(merchant_id: str) -> dict[str, Any]:
    """The merchant's own, of the first LOOK messages of each queue; they stay where they are."""
    rows = [
        {"queue": name, "id": m.id, "object_id": m.object_id, "received": m.receives, "sent_at": m.sent_at}
        for name in queues.QUEUES
        for m in _mine(name, merchant_id, _look(name))
    ]
    return {"data": rows, "total": len(rows)}


def _look(name: str) -> list[Message]:
    known = _looked.get(name)
    return _looked.put(name, queues.look(f"{name}-dlq", LOOK, LOOK_SECONDS)) if known is None else known


def _take(name: str) -> list[Message]:
    _looked.forget(name)
    return queues.look(f"{name}-dlq", LOOK, REDRIVE_SECONDS, REDRIVE_PATIENCE)


def _mine(name: str, merchant_id: str, messages: Sequence[Message]) -> list[Message]:
    records = RECORDS[name].find_many(sorted({message.object_id for message in messages if message.object_id}))
    mine = {key for key, record in records.items() if record.merchant_id == merchant_id}
    return [message for message in messages if message.object_id in mine]


def redrive(merchant_id: str, name: str) -> dict[str, Any]:
    """Sends the merchant's own dead letters back to their queue. Raises BadRequest for an unknown queue."""
    if name not in queues.QUEUES:
        raise BadRequest(f"queue must be one of {', '.join(queues.QUEUES)}", field="queue")
    moved = queues.send_back(name, _mine(name, merchant_id, _take(name)))
    logger.info("dead letters sent back", queue=name, moved=moved, merchant_id=merchant_id)
    return {"queue": name, "redriven": moved}


def redrive_all(name: str) -> int:
    """For the operator: every message of the dead-letter queue, whosever it is. Returns how many."""
    moved = 0
    while messages := _take(name):
        moved += queues.send_back(name, messages)
    return moved
