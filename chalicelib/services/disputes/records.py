"""Reads disputes."""

from chalicelib.domain.errors import NotFound
from chalicelib.persistence.disputes import Dispute

PREFIX = "disp"


def find(dispute_id: str, merchant_id: str) -> Dispute:
    """Reads a dispute of the merchant. Raises NotFound."""
    dispute = Dispute.find(dispute_id)
    if dispute is None or dispute.merchant_id != merchant_id:
        raise NotFound("Dispute")
    return dispute
