"""Shows disputes as entities."""

from chalicelib.domain.disputes import DisputeStatus
from chalicelib.persistence.disputes import Dispute
from chalicelib.services.entities.common import Entity, epoch

# The documents that evidence may name, each a list of ids.
DOCUMENTS = (
    "shipping_proof", "billing_proof", "cancellation_proof", "customer_communication", "proof_of_service",
    "explanation_letter", "refund_confirmation", "access_activity_log", "refund_cancellation_policy",
    "term_and_conditions", "others",
)  # fmt: skip


def dispute(record: Dispute) -> Entity:
    """Shows a dispute. amount_deducted: what the merchant has lost."""
    return {
        "id": record.id,
        "entity": "dispute",
        "payment_id": record.payment_id,
        "amount": record.amount,
        "currency": record.currency,
        "amount_deducted": record.amount if record.status == DisputeStatus.LOST else 0,
        "gateway_dispute_id": None,
        "reason_code": record.reason,
        "respond_by": int(record.respond_by),
        "status": record.status,
        "phase": record.phase,
        "created_at": epoch(record.created_at),
        "evidence": _evidence(record),
    }


def _evidence(record: Dispute) -> Entity:
    """Shows the evidence by the surface's names, with null for what was not submitted."""
    given = record.evidence or {}
    return {
        "amount": given.get("amount", record.amount),
        "summary": given.get("summary"),
        **{name: given.get(name) for name in DOCUMENTS},
        "submitted_at": epoch(record.submitted_at),
    }
