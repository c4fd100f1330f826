"""Opens disputes and decides their outcome, as the payer's bank does: by signed notices."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import uuid4

from msgspec import Meta, Struct

from chalicelib.acquirers.base import DisputeNotice, Verdict
from chalicelib.acquirers.simulated.notifications import signed_dispute
from chalicelib.api.call import Call
from chalicelib.api.schemas import Amount, Text
from chalicelib.config import settings
from chalicelib.domain import clock
from chalicelib.domain.disputes import DAY_SECONDS, EDGES, LONGEST_RESPONSE, Cause, DisputeStatus, Phase
from chalicelib.domain.errors import BadRequest, Reason
from chalicelib.persistence.disputes import Dispute
from chalicelib.sandbox.acts import Act, refuse
from chalicelib.services import views
from chalicelib.services.disputes import deciding, opening, records
from chalicelib.services.payments import notifications
from chalicelib.services.payments import records as payments

VERDICTS = {Cause.WIN: Verdict.WON, Cause.LOSE: Verdict.LOST}
OF_BANK = (*VERDICTS, Cause.EXPIRE)
ACTS: Mapping[str, Mapping[str, Cause]] = {
    status: {str(edge.cause): edge.cause for edge in EDGES if edge.source == status and edge.cause in OF_BANK}
    for status in DisputeStatus
}


class NewDispute(Struct, frozen=True):
    """amount: none means all that is left of the payment. respond_within: seconds."""

    payment_id: Text
    amount: Amount | None = None
    reason: Annotated[str, Meta(min_length=1, max_length=255)] = "goods_not_received"
    phase: Phase = Phase.CHARGEBACK
    respond_within: Annotated[int, Meta(ge=1, le=LONGEST_RESPONSE)] = 7 * DAY_SECONDS


def create(wanted: NewDispute, call: Call) -> dict[str, Any]:
    """Opens a dispute and shows it. Raises BadRequest and NotFound."""
    payment = payments.find(wanted.payment_id, call.merchant_id)
    left = payments.left(payment)
    amount = left if wanted.amount is None else wanted.amount
    if not 0 < amount <= left:
        raise BadRequest(opening.TOO_MUCH, "amount", Reason.DISPUTE_EXCEEDS_AVAILABLE)
    reference, respond_by = f"case_{uuid4().hex}", clock.now() + wanted.respond_within
    notice = DisputeNotice(reference, payment.id, amount, wanted.reason, wanted.phase, respond_by, Verdict.OPEN)
    _tell(notice, call.request_id)
    return views.dispute(records.find(opening.id_of(payment.id, reference), call.merchant_id))


def act(dispute_id: str, wanted: Act, call: Call) -> object:
    """Performs an act and shows the dispute. Raises BadRequest that names the legal acts, and NotFound."""
    dispute = records.find(dispute_id, call.merchant_id)
    legal = ACTS[dispute.status]
    if wanted.action not in legal:
        raise refuse(f"A dispute that is {dispute.status.replace('_', ' ')}", wanted.action, legal)
    decide(dispute, legal[wanted.action], call.request_id)
    return views.dispute(records.find(dispute_id, call.merchant_id))


def decide(dispute: Dispute, cause: Cause, request_id: str) -> None:
    """Lets the payer's bank send its verdict; Cause.EXPIRE does what the deadline does. Raises BadRequest."""
    if cause not in VERDICTS or not dispute.bank_reference:  # one from before the notices
        deciding.decide(dispute.merchant_id, dispute.id, cause, request_id)
        return
    notice = DisputeNotice(
        dispute.bank_reference,
        dispute.payment_id,
        int(dispute.amount),
        dispute.reason,
        Phase(dispute.phase),
        float(dispute.respond_by),
        VERDICTS[cause],
    )
    _tell(notice, request_id)


def _tell(notice: DisputeNotice, request_id: str) -> None:
    """Signs a notice as the bank does, and receives it as the bank's route does."""
    signed = signed_dispute(notice, f"ntf_{uuid4().hex}", settings().bank_notification_secret)
    notifications.receive(*signed, request_id)
