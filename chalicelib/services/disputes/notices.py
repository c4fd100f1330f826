"""Receives the bank's notices of disputes, which come twice and in any order.

Each notice holds the whole dispute. A verdict that comes before the opening opens the dispute first, and an opening
that comes after the verdict finds the dispute ended. So each order of the notices leads to the same dispute.
"""

from chalicelib.acquirers.base import DisputeNotice, Verdict
from chalicelib.domain import clock
from chalicelib.domain.disputes import LIVE, LONGEST_RESPONSE, Cause
from chalicelib.domain.errors import BadRequest
from chalicelib.persistence.disputes import Dispute
from chalicelib.persistence.payments import Payment
from chalicelib.services.disputes import deciding, opening
from chalicelib.services.disputes.opening import Claim
from chalicelib.telemetry import count, logger

# A notice that comes after its own `respond_by` leaves this time, in seconds, for the verdict that may follow it.
LEAST_RESPONSE = 3600.0
CAUSES = {Verdict.WON: Cause.WIN, Verdict.LOST: Cause.LOSE}


def receive(notice: DisputeNotice, request_id: str) -> None:
    """Opens and decides the dispute as far as the notice says.

    The bank repeats a notice without a good answer, so a process that dies in between leaves nothing undone. Ignores an
    unknown payment. Raises BadRequest if the payment cannot be disputed (yet), and Unavailable.
    """
    payment = Payment.find(notice.payment_id)
    if payment is None:
        return
    dispute = opening.create(payment.merchant_id, payment.id, _claim(notice), request_id)
    cause = CAUSES.get(notice.verdict)
    if cause and dispute.status in LIVE:
        dispute = _decide(dispute, cause, request_id)
    if cause and dispute.status != notice.verdict:
        # The merchant has accepted, or let the time pass, or the bank contradicts itself. An ended dispute stays so.
        logger.error("the bank contradicts an ended dispute", dispute_id=dispute.id, verdict=notice.verdict)
        count("DisputesContradicted")


def _decide(dispute: Dispute, cause: Cause, request_id: str) -> Dispute:
    try:
        return deciding.decide(dispute.merchant_id, dispute.id, cause, request_id)
    except BadRequest:  # it has ended meanwhile
        return Dispute.find(dispute.id) or dispute


def _claim(notice: DisputeNotice) -> Claim:
    left = notice.respond_by - clock.now()
    left = min(left, LONGEST_RESPONSE) if left > 0 else LEAST_RESPONSE
    return Claim(notice.amount, notice.reason, notice.phase, left, notice.reference)
