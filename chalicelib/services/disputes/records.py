"""Reads disputes."""

from chalicelib.persistence.disputes import Dispute
from chalicelib.persistence.ownership import owned

PREFIX = "disp"


def find(dispute_id: str, merchant_id: str) -> Dispute:
    """Reads a dispute of the merchant. Raises NotFound."""
    return owned(Dispute.find(dispute_id), merchant_id, "Dispute")
