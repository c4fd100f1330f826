"""Shows refunds as entities."""

from collections.abc import Sequence

from chalicelib.domain import clock
from chalicelib.domain.refunds import RefundStatus
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.services.entities.common import Entity, epoch, notes

NORMAL, OPTIMUM, INSTANT = "normal", "optimum", "instant"
SPEEDS = (NORMAL, OPTIMUM)
# A bank that takes longer has fallen back to its slow way.
INSTANT_SECONDS = 20


def refund(record: Refund, currency: str) -> Entity:
    """Shows a refund. currency: its payment's."""
    return {
        "id": record.id,
        "entity": "refund",
        "amount": record.amount,
        "currency": currency,
        "payment_id": record.payment_id,
        "notes": notes(record.notes),
        "receipt": record.receipt,
        "acquirer_data": {"arn": None},
        "created_at": epoch(record.created_at),
        "batch_id": None,
        "status": record.status,
        "speed_processed": _processed(record),
        "speed_requested": record.speed or NORMAL,
    }


def shown(found: Sequence[Refund]) -> list[Entity]:
    """Shows refunds. Reads their payments."""
    payments = Payment.find_many([each.payment_id for each in found])
    return [refund(each, payments[each.payment_id].currency) for each in found]


def _processed(record: Refund) -> str:
    """Returns how fast the refund was: instant only where the bank took no longer than INSTANT_SECONDS."""
    if record.speed != OPTIMUM or record.status != RefundStatus.PROCESSED or not record.processed_at:
        return NORMAL
    took = clock.seconds(record.processed_at) - clock.seconds(record.created_at)
    return INSTANT if took <= INSTANT_SECONDS else NORMAL
