"""Ends disputes: as the payer's bank decides, or at their deadline."""

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.domain.disputes import LIVE, Cause, edge
from chalicelib.domain.errors import BadRequest, Reason
from chalicelib.persistence.disputes import Dispute
from chalicelib.persistence.transactions import Refused
from chalicelib.queues import Job
from chalicelib.services import jobs
from chalicelib.services.disputes import records, steps
from chalicelib.services.events import announcing
from chalicelib.services.payments import records as payments
from chalicelib.services.waits import wakeups
from chalicelib.telemetry import count, logger


def decide(merchant_id: str, dispute_id: str, cause: Cause, request_id: str) -> Dispute:
    """Ends a dispute as the payer's bank says. Raises NotFound, and BadRequest if the dispute has ended."""
    for _ in range(steps.MOST_TRIES):
        dispute = records.find(dispute_id, merchant_id)
        taken = edge(dispute.status, cause)
        if taken is None:
            raise BadRequest(f"Dispute is {dispute.status}", reason=Reason.DISPUTE_NOT_OPEN)
        step = steps.moved(dispute, taken, payments.find(dispute.payment_id), request_id)
        queues.send(*step.jobs)
        try:
            step.transaction.commit()
        except Refused:  # the dispute has another status now, and the next look at it tells which
            continue
        _report(step.dispute, cause, request_id)
        return step.dispute
    raise steps.contended()


def look(work: Job) -> bool:
    """Ends the dispute whose deadline the job is. Returns False if SQS has to hand the job out again.

    An ended dispute needs no deadline, but a worker may have died before it sent the webhooks. Raises Unavailable.
    """
    dispute = Dispute.find(work.object_id)
    if dispute is None:
        jobs.put_off_or_drop([work])
    elif dispute.status not in LIVE:
        queues.send(*announcing.jobs_of(dispute.delivery_ids or (), work.request_id, dispute.merchant_id))
    else:
        return _expire(dispute, work)
    return True


def _expire(dispute: Dispute, work: Job) -> bool:
    early = float(dispute.deadline_at or 0) - clock.now()
    taken = edge(dispute.status, Cause.EXPIRE)
    if early > 0 or taken is None:
        wakeups.send(queues.postponed(work, early))
        return True
    step = steps.moved(dispute, taken, payments.find(dispute.payment_id), work.request_id)
    try:
        step.transaction.commit()
    except Refused:  # answered or decided meanwhile
        return False
    queues.send(*step.jobs)
    _report(step.dispute, Cause.EXPIRE, work.request_id)
    return True


def _report(dispute: Dispute, cause: Cause, request_id: str) -> None:
    logger.info("dispute ended", dispute_id=dispute.id, status=dispute.status, cause=cause, request_id=request_id)
    count("DisputesEnded", status=str(dispute.status))
