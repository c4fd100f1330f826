"""Reads all records of a merchant. Only the operator's commands do so: the cost grows with the merchant."""

from collections.abc import Iterator
from typing import Any

from chalicelib.persistence.base import unavailable_on_failure
from chalicelib.persistence.events import EventRow, streams
from chalicelib.persistence.idempotency import IdempotencyRecord

BATCH = 100


def of_merchant(model: Any, merchant_id: str) -> Iterator[Any]:
    """Yields the merchant's records of a model with the index by_merchant. Raises Unavailable."""
    return _fetched(model, model.by_merchant, merchant_id)


def of_payment(model: Any, payment_id: str) -> Iterator[Any]:
    """Yields the payment's records of a model with the index by_payment. Raises Unavailable."""
    return _fetched(model, model.by_payment, payment_id)


def _fetched(model: Any, index: Any, owner: str) -> Iterator[Any]:
    with unavailable_on_failure():
        ids = [key.id for key in index.query(owner)]
    for start in range(0, len(ids), BATCH):
        yield from model.find_many(ids[start : start + BATCH]).values()


def event_rows(merchant_id: str) -> Iterator[EventRow]:
    """Yields the rows of the merchant's stored events. Raises Unavailable."""
    with unavailable_on_failure():
        for stream in streams(merchant_id):
            yield from EventRow.query(stream, consistent_read=True)


def answers() -> Iterator[IdempotencyRecord]:
    """Yields the kept first answers of all merchants: they are not found by merchant. Raises Unavailable."""
    with unavailable_on_failure():
        yield from IdempotencyRecord.scan(consistent_read=True)
