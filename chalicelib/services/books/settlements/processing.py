"""The settlements worker: settles merchants whose day has come, asks the bank, commits, sends, acknowledges."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from chalicelib import queues, tracing
from chalicelib.acquirers.base import Working
from chalicelib.acquirers.transfers import transfer_bank
from chalicelib.acquirers.transfers.base import Paid, Returned, Transfer, TransferOutcome
from chalicelib.domain import clock
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.settlements import BY_TARGET, LIVE, PREFIX, SettlementStatus, next_wait
from chalicelib.persistence import totals
from chalicelib.persistence.base import unchanged
from chalicelib.persistence.merchants import Merchant
from chalicelib.persistence.settlements import Settlement
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.queues import SETTLEMENTS, Job, job_at
from chalicelib.services import asking, jobs
from chalicelib.services.books import booking
from chalicelib.services.books.settlements import making, schedule
from chalicelib.services.books.settlements.announcing import announce
from chalicelib.services.books.settlements.making import Run
from chalicelib.services.events import announcing
from chalicelib.services.waits import wakeups
from chalicelib.telemetry import count, logger


@dataclass(frozen=True, slots=True)
class Work:
    """A message, and the settlement that the message names."""

    job: Job
    settlement: Settlement


def process(work: Sequence[Job], context: object = None) -> list[Job]:
    """Works off a batch. Returns the jobs that failed, for SQS to hand out again. context: Lambda's context."""
    left = asking.stopwatch(context)
    of_banks = [item for item in work if item.object_id.startswith(f"{PREFIX}_")]
    runs = [item for item in work if item not in of_banks]
    found = jobs.load(Settlement, of_banks)
    jobs.put_off_or_drop([item for item in of_banks if item.object_id not in found])
    known = [Work(item, found[item.object_id]) for item in of_banks if item.object_id in found]
    now = clock.now()
    due = [item for item in known if item.settlement.status in LIVE and asking.is_due(_due_at(item), now)]
    said = asking.ask({item.settlement.id: _call(item) for item in due}, left(), asking.traces_of(work))
    done = [(item.job, _traced(item.job, partial(_finish, item, said.get(item.settlement.id), now))) for item in known]
    done += [(item, _traced(item, partial(_run, item, now))) for item in runs]
    wakeups.send(*(wake for _, wakes in done for wake in wakes or ()))
    return [item for item, wakes in done if wakes is None]


def _traced(work: Job, finish: Callable[[], list[Job] | None]) -> list[Job] | None:
    with tracing.within(work.trace):
        return finish()


def _run(work: Job, now: float) -> list[Job] | None:
    """Settles a merchant, then arms its next settlement. Returns None if the job failed.

    The merchant's record says when it is due. A message for another time was overtaken, because that time has a row.
    The bank's questions are sent before the record moves on: a run that failed in between is repeated as a whole.
    """
    try:
        merchant = Merchant.find(work.object_id)
        if merchant and merchant.settle_at is not None and asking.is_due(float(merchant.settle_at), now):
            made = making.settle(Run(merchant.id, f"day {clock.iso(float(merchant.settle_at))}"))
            wakeups.send(*(wake for each in made for wake in making.jobs_of(each, work.request_id)))
            schedule.arm(merchant)
    except Unavailable:
        logger.exception("could not settle a merchant", merchant_id=work.object_id)
        return None
    return []


def _due_at(item: Work) -> float:
    """Returns when to ask: at the settlement's deadline if the bank was asked before, else at its message's time."""
    return float(item.settlement.deadline_at) if item.settlement.inquiries else item.job.due_at


def _call(item: Work) -> asking.Call[TransferOutcome]:
    made = item.settlement
    transfer = Transfer(made.id, made.merchant_id, int(made.amount), made.currency, made.script or "")
    return partial(transfer_bank().transfer, transfer)


def _finish(item: Work, outcome: TransferOutcome | None, now: float) -> list[Job] | None:
    """Returns the wake-ups to send; None if the job failed. A failure with one settlement does not affect the others."""
    try:
        if item.settlement.status not in LIVE:
            return _jobs_of(item.settlement, item.job)
        if outcome is None:
            return [queues.postponed_until(item.job, _due_at(item))]
        return _end(item, outcome) if isinstance(outcome, Paid | Returned) else _ask_again(item, outcome, now)
    except Unavailable:
        logger.exception("could not finish a settlement", settlement_id=item.settlement.id)
        return None


def _ask_again(item: Work, outcome: TransferOutcome, now: float) -> list[Job] | None:
    """Plans another question after a growing time, because the bank has not told the outcome."""
    inquiries = int(item.settlement.inquiries or 0)
    told = outcome.ask_again_in if isinstance(outcome, Working) else None
    at = now + (next_wait(inquiries) if told is None else told)
    transaction = Transaction()
    actions = [Settlement.deadline_at.set(at), Settlement.inquiries.set(inquiries + 1)]
    transaction.update("settlement", item.settlement, actions, _unchanged(item.settlement))
    waits = wakeups.plan(transaction, job_at(SETTLEMENTS, item.settlement.id, item.job.request_id, at))
    try:
        transaction.commit()
    except Refused:
        return None
    return waits


def _end(item: Work, outcome: Paid | Returned) -> list[Job] | None:
    """Commits the bank's answer."""
    made = _ended(item.settlement, outcome)
    edge = BY_TARGET[SettlementStatus(made.status)]
    told = announce(edge.event, made, item.job.request_id)
    transaction = Transaction()
    transaction.put("settlement", made, _unchanged(made))
    changes = [booking.post(transaction, making.posting_of(edge.movement, made))]
    changes += announcing.count_changes(told.deliveries, made.currency)
    totals.add(transaction, changes, shard_by=made.id)
    announcing.put(transaction, told)
    try:
        transaction.commit()
    except Refused:
        stored = Settlement.find(made.id)
        return _jobs_of(stored, item.job) if stored and stored.status not in LIVE else None
    logger.info("settlement finished", settlement_id=made.id, status=made.status, request_id=item.job.request_id)
    count("SettlementsFinished", status=str(made.status))
    return _jobs_of(made, item.job)


def _unchanged(made: Settlement) -> Any:
    """Returns the condition that nobody ended the settlement, or changed what the bank was asked with, meanwhile."""
    return (Settlement.status == SettlementStatus.CREATED) & unchanged(Settlement.script, made.script)


def _jobs_of(made: Settlement, work: Job) -> list[Job]:
    return announcing.jobs_of(made.delivery_ids or (), work.request_id, made.merchant_id)


def _ended(before: Settlement, outcome: Paid | Returned) -> Settlement:
    made = Settlement(**before.attribute_values)
    made.updated_at, made.deadline_at, made.inquiries = clock.iso(clock.now()), None, None
    if isinstance(outcome, Paid):
        made.status, made.utr, made.processed_at = SettlementStatus.PROCESSED, outcome.utr, made.updated_at
    else:
        made.status, made.reason = SettlementStatus.RETURNED, outcome.reason
    return made
