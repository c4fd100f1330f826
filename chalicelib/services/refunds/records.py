"""Reads refunds."""

from chalicelib.domain.errors import NotFound
from chalicelib.persistence.refunds import Refund


def find(refund_id: str, merchant_id: str) -> Refund:
    """Reads a refund of the merchant. Raises NotFound."""
    refund = Refund.find(refund_id)
    if refund is None or refund.merchant_id != merchant_id:
        raise NotFound("Refund")
    return refund
