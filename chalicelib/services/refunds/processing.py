"""The refunds worker: asks the bank, commits, sends, acknowledges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from chalicelib import queues, tracing
from chalicelib.acquirers import acquirer
from chalicelib.acquirers.base import Approved, Declined, Outcome, RefundRequest, Working
from chalicelib.domain import clock
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.payments import State
from chalicelib.domain.refunds import BY_TARGET, LIVE, RefundStatus
from chalicelib.persistence import totals
from chalicelib.persistence.base import unchanged
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.queues import PAYMENTS, REFUNDS, Job, job_at
from chalicelib.services import asking, jobs
from chalicelib.services.books import booking
from chalicelib.services.events import announcing
from chalicelib.services.payments import tasks
from chalicelib.services.refunds.announcing import announce
from chalicelib.services.waits import wakeups
from chalicelib.telemetry import count, logger


@dataclass(frozen=True, slots=True)
class Work:
    """A message, the refund that the message names, and the refund's payment."""

    job: Job
    refund: Refund
    payment: Payment


def process(work: Sequence[Job], context: object = None) -> list[Job]:
    """Works off a batch. Returns the jobs that failed, for SQS to hand out again. context: Lambda's context."""
    left = asking.stopwatch(context)
    refunds = jobs.load(Refund, work)
    jobs.put_off_or_drop([item for item in work if item.object_id not in refunds])
    known = _with_payments({item.object_id: item for item in work if item.object_id in refunds}, refunds)
    now = clock.now()
    due = [item for item in known if item.refund.status in LIVE and _is_due(item, now)]
    said = asking.ask({item.refund.id: _call(item) for item in due}, left(), asking.traces_of(work))
    done = {item.refund.id: _traced(item, said.get(item.refund.id), now) for item in known}
    wakeups.send(*(wake for wakes in done.values() for wake in wakes or ()))
    return [item for item in work if item.object_id in refunds and done[item.object_id] is None]


def _with_payments(known: Mapping[str, Job], refunds: Mapping[str, Refund]) -> list[Work]:
    payments = Payment.find_many([refunds[refund_id].payment_id for refund_id in known])
    return [Work(item, refunds[rid], payments[refunds[rid].payment_id]) for rid, item in known.items()]


def _is_due(item: Work, now: float) -> bool:
    return asking.is_due(_due_at(item), now)


def _due_at(item: Work) -> float:
    """Returns when the refund is due: at its deadline if the bank was asked before, else at its message's time."""
    return float(item.refund.deadline_at) if item.refund.inquiries else item.job.due_at


def _call(item: Work) -> asking.Call[Outcome]:
    refund, payment = item.refund, item.payment
    reference, script = payment.bank_reference or "", refund.script or ""
    request = RefundRequest(refund.id, payment.id, int(refund.amount), payment.currency, reference, script)
    return partial(acquirer().refund, request)


def _traced(item: Work, outcome: Outcome | None, now: float) -> list[Job] | None:
    with tracing.within(item.job.trace):
        return _finish(item, outcome, now)


def _finish(item: Work, outcome: Outcome | None, now: float) -> list[Job] | None:
    """Returns the wake-ups to send; None if the job failed. A failure with one refund does not affect the others."""
    try:
        if item.refund.status not in LIVE:
            return [] if tasks.is_overtaken(item.refund, item.job) else _follow_up(item, item.refund)
        if outcome is None:
            return [queues.postponed_until(item.job, _due_at(item))]
        return _settle(item, outcome) if isinstance(outcome, Approved | Declined) else _ask_again(item, outcome, now)
    except Unavailable:
        logger.exception("could not finish a refund", refund_id=item.refund.id)
        return None


def _ask_again(item: Work, outcome: Outcome, now: float) -> list[Job] | None:
    """Plans another question after a growing time, because the bank has not told the outcome."""
    inquiries = int(item.refund.inquiries or 0)
    told = outcome.ask_again_in if isinstance(outcome, Working) else None
    wait = asking.next_wait(inquiries) if told is None else told
    transaction = Transaction()
    actions = [Refund.deadline_at.set(now + wait), Refund.inquiries.set(inquiries + 1)]
    transaction.update("refund", item.refund, actions, _unchanged(item.refund))
    waits = wakeups.plan(transaction, job_at(REFUNDS, item.refund.id, item.job.request_id, now + wait))
    try:
        transaction.commit()
    except Refused:
        return None
    return waits


def _settle(item: Work, outcome: Approved | Declined) -> list[Job] | None:
    """Commits the bank's answer."""
    refund = _ended(item.refund, outcome)
    payment = _freed(item.payment, refund)
    told = announce(BY_TARGET[RefundStatus(refund.status)].event, refund, payment, item.job.request_id)
    transaction = Transaction()
    _write_end(transaction, refund, item.payment)
    waits = wakeups.plan(transaction, *_release(item, refund))
    changes = [_total_change(refund, payment.currency), *announcing.count_changes(told.deliveries, payment.currency)]
    if posting := booking.of_refund(BY_TARGET[RefundStatus(refund.status)].movement, refund, payment):
        changes.append(booking.post(transaction, posting))
    totals.add(transaction, changes, shard_by=refund.id)
    announcing.put(transaction, told)
    try:
        transaction.commit()
    except Refused:
        stored = Refund.find(refund.id)
        return _follow_up(item, stored) if stored and stored.status not in LIVE else None
    logger.info("refund finished", refund_id=refund.id, status=refund.status, request_id=item.job.request_id)
    count("RefundsFinished", status=str(refund.status))
    return [*waits, *_jobs_of(refund, item.job)]


def _freed(payment: Payment, refund: Refund) -> Payment:
    """Returns the payment as the refund's end leaves it."""
    if not BY_TARGET[RefundStatus(refund.status)].frees:
        return payment
    after = Payment(**payment.attribute_values)
    after.amount_refunded, after.updated_at = payment.amount_refunded - refund.amount, refund.updated_at
    return after


def _jobs_of(refund: Refund, work: Job) -> list[Job]:
    return announcing.jobs_of(refund.delivery_ids or (), work.request_id, refund.merchant_id)


def _ended(before: Refund, outcome: Approved | Declined) -> Refund:
    refund = Refund(**before.attribute_values)
    refund.updated_at, refund.deadline_at, refund.inquiries = clock.iso(clock.now()), None, None
    if isinstance(outcome, Approved):
        refund.status, refund.processed_at = RefundStatus.PROCESSED, refund.updated_at
    else:
        refund.status, refund.error_code = RefundStatus.FAILED, outcome.code
    return refund


def _follow_up(item: Work, ended: Refund) -> list[Job]:
    """Returns the wake-ups of a finished refund that a worker may have left unsent when it died."""
    return [*_release(item, ended), *_jobs_of(ended, item.job)]


def _release_due(payment: Payment) -> float | None:
    """Returns when to release an authorisation after a refused refund, in Unix seconds; None if no deadline applies."""
    if payment.state != State.AUTHORIZED or not payment.capture_within:
        return None
    return clock.seconds(payment.settled_at) + float(payment.capture_within)


def _release(item: Work, refund: Refund) -> list[Job]:
    """Returns the authorisation's deadline again after a refused refund: it had passed while the refund was pending."""
    due_at = _release_due(item.payment) if BY_TARGET[RefundStatus(refund.status)].frees else None
    return [] if due_at is None else [job_at(PAYMENTS, item.payment.id, item.job.request_id, due_at)]


def _write_end(transaction: Transaction, refund: Refund, payment: Payment) -> None:
    """Writes the refund's end. A refused refund frees its amount in the same transaction."""
    transaction.put("refund", refund, _unchanged(refund))
    if BY_TARGET[RefundStatus(refund.status)].frees:
        actions = [Payment.amount_refunded.add(-refund.amount), Payment.updated_at.set(refund.updated_at)]
        if refund.fee_returned:
            actions += [Payment.fee_returned.add(-refund.fee_returned)]
            actions += [Payment.tax_returned.add(-(refund.tax_returned or 0))]
        due_at = _release_due(payment)
        if due_at is not None:
            actions.append(Payment.deadline_at.set(due_at))
        transaction.update("payment", Payment(refund.payment_id), actions, Payment.amount_refunded >= refund.amount)


def _unchanged(refund: Refund) -> Any:
    """Returns the condition that nobody ended the refund, or changed what the bank was asked with, since it was read."""
    return (Refund.status == RefundStatus.PENDING) & unchanged(Refund.script, refund.script)


def _total_change(refund: Refund, currency: str) -> totals.Change:
    processed = refund.status == RefundStatus.PROCESSED
    counters = {"refunds": 1, "refunded_amount": int(refund.amount) if processed else 0}
    return totals.Change(refund.merchant_id, clock.day(refund.created_at), currency, counters)
