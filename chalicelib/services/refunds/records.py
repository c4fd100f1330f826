"""Reads refunds, and changes their notes."""

from chalicelib.domain import clock
from chalicelib.domain.errors import NotFound
from chalicelib.persistence.refunds import Refund


def find(refund_id: str, merchant_id: str) -> Refund:
    """Reads a refund of the merchant. Raises NotFound."""
    refund = Refund.find(refund_id)
    if refund is None or refund.merchant_id != merchant_id:
        raise NotFound("Refund")
    return refund


def set_notes(merchant_id: str, refund_id: str, notes: dict[str, str]) -> Refund:
    """Replaces a refund's notes. Raises NotFound."""
    refund = find(refund_id, merchant_id)
    refund.change([Refund.notes.set(notes), Refund.updated_at.set(clock.iso(clock.now()))], Refund.id.exists())
    return refund
