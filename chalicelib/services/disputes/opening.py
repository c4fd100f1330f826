"""Opens a dispute, as the payer's bank asks for it."""

import hashlib
from dataclasses import dataclass

from chalicelib import queues
from chalicelib.domain import clock, ids
from chalicelib.domain.disputes import DisputeStatus, Phase
from chalicelib.domain.errors import BadRequest, Reason
from chalicelib.domain.payments import State
from chalicelib.persistence.disputes import Dispute
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.transactions import Refused
from chalicelib.services.disputes import steps
from chalicelib.services.disputes.records import PREFIX
from chalicelib.services.payments import records as payments
from chalicelib.telemetry import count

TOO_MUCH = "Dispute amount exceeds what refunds and other disputes leave of the payment"
NOT_DISPUTABLE = "Only a captured payment can be disputed"


@dataclass(frozen=True, slots=True)
class Claim:
    """What the payer's bank claims. amount: minor units. respond_within: seconds.

    reference: the bank's id of the dispute. The same claim opens one dispute, whatever the number of requests. A claim
    on more than is left takes what is left: the bank does not know what the merchant has refunded.
    """

    amount: int
    reason: str
    phase: Phase
    respond_within: float
    reference: str


def id_of(payment_id: str, reference: str) -> str:
    """Returns the id of the dispute that the bank knows by this reference, which follows from both."""
    return ids.derived_id(PREFIX, hashlib.sha256(f"{payment_id}\n{reference}".encode()).digest())


def create(merchant_id: str, payment_id: str, claim: Claim, request_id: str) -> Dispute:
    """Opens a dispute and reserves its amount. Raises BadRequest and NotFound."""
    for _ in range(steps.MOST_TRIES):
        if stored := Dispute.find(id_of(payment_id, claim.reference)):
            return stored
        payment = payments.find(payment_id, merchant_id)
        step = steps.opened(_new(payment, claim), payment, request_id)
        queues.send(*step.jobs)
        try:
            step.transaction.commit()
        except Refused:
            continue
        count("DisputesOpened", phase=claim.phase)
        return step.dispute
    raise steps.contended()


def _new(payment: Payment, claim: Claim) -> Dispute:
    """Returns the dispute, unsaved. Raises BadRequest if the payment cannot give the amount."""
    now = clock.now()
    made = clock.iso(now)
    return Dispute(
        id_of(payment.id, claim.reference),
        payment_id=payment.id,
        merchant_id=payment.merchant_id,
        amount=_amount(payment, claim),
        currency=payment.currency,
        status=DisputeStatus.OPEN,
        phase=claim.phase,
        reason=claim.reason,
        bank_reference=claim.reference,
        respond_by=now + claim.respond_within,
        deadline_at=now + claim.respond_within,
        created_at=made,
        updated_at=made,
    )


def _amount(payment: Payment, claim: Claim) -> int:
    if payment.state != State.CAPTURED:
        raise BadRequest(NOT_DISPUTABLE, "payment_id", Reason.NOT_DISPUTABLE)
    amount = min(claim.amount, payments.left(payment))
    if amount <= 0:
        raise BadRequest(TOO_MUCH, "amount", Reason.DISPUTE_EXCEEDS_AVAILABLE)
    return amount
