"""Reads refunds, and changes their notes."""

from chalicelib.domain import clock
from chalicelib.persistence.ownership import owned
from chalicelib.persistence.refunds import Refund


def find(refund_id: str, merchant_id: str) -> Refund:
    """Reads a refund of the merchant. Raises NotFound."""
    return owned(Refund.find(refund_id), merchant_id, "Refund")


def set_notes(merchant_id: str, refund_id: str, notes: dict[str, str]) -> Refund:
    """Replaces a refund's notes. Raises NotFound."""
    refund = find(refund_id, merchant_id)
    refund.change([Refund.notes.set(notes), Refund.updated_at.set(clock.iso(clock.now()))], Refund.id.exists())
    return refund
