"""Takes the merchant's answer to a dispute: it accepts the loss, or contests with evidence."""

import json
from typing import Any

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.domain.disputes import MAX_EVIDENCE, Cause, edge
from chalicelib.domain.errors import BadRequest, Reason
from chalicelib.persistence.disputes import Dispute
from chalicelib.persistence.transactions import Refused
from chalicelib.services import idempotency, views
from chalicelib.services.disputes import records, steps
from chalicelib.services.idempotency import OK, Answer, IdempotentRequest
from chalicelib.services.payments import records as payments
from chalicelib.telemetry import count

Evidence = dict[str, Any]


def accept(merchant_id: str, dispute_id: str, once: IdempotentRequest | None, request_id: str) -> Answer:
    """Gives the disputed money to the payer. Raises BadRequest and NotFound."""
    return _answer(merchant_id, dispute_id, Cause.ACCEPT, once, request_id)


def contest(
    merchant_id: str, dispute_id: str, evidence: Evidence, once: IdempotentRequest | None, request_id: str
) -> Answer:
    """Hands the evidence to the payer's bank, which decides. Raises BadRequest and NotFound."""
    _check(evidence)
    submitted = {"evidence": evidence, "submitted_at": clock.iso(clock.now())}
    return _answer(merchant_id, dispute_id, Cause.CONTEST, once, request_id, **submitted)


def _check(evidence: Evidence) -> None:
    size = len(json.dumps(evidence, ensure_ascii=False, separators=(",", ":")).encode())
    if not evidence or size > MAX_EVIDENCE:
        raise BadRequest(f"evidence must have a field, and at most {MAX_EVIDENCE} bytes as JSON", field="evidence")


def _answer(  # the request's parts, and whose it is
    merchant_id: str, dispute_id: str, cause: Cause, once: IdempotentRequest | None, request_id: str, **brings: Any
) -> Answer:
    """Commits the answer. A rival step changes the status for good, so that the next try sees why it is refused."""
    for _ in range(steps.MOST_TRIES):
        dispute = records.find(dispute_id, merchant_id)
        if replay := idempotency.recorded(once):
            return replay
        taken = edge(dispute.status, cause)
        if taken is None or not _in_time(dispute):
            raise _closed(dispute)
        step = steps.moved(dispute, taken, payments.find(dispute.payment_id), request_id, **brings)
        queues.send(*step.jobs)
        try:
            answer = idempotency.commit(step.transaction, once, idempotency.answer(OK, views.dispute(step.dispute)))
        except Refused:
            continue
        count("DisputesAnswered", cause=cause)
        return answer
    raise steps.contended()


def _in_time(dispute: Dispute) -> bool:
    return clock.now() <= float(dispute.respond_by)


def _closed(dispute: Dispute) -> BadRequest:
    why = f"Dispute is {dispute.status.replace('_', ' ')}"
    if edge(dispute.status, Cause.CONTEST):
        why = "The time to respond to the dispute is over"
    return BadRequest(why, reason=Reason.DISPUTE_NOT_OPEN)
