"""Makes settlements: pays out what is available, in one transaction for each currency."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib.domain import clock, ids, ledger, settlements
from chalicelib.domain.business_days import ONE_DAY
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.ledger import Account, Movement, Posting
from chalicelib.domain.settlements import LOOK_SECONDS, Cut, SettlementStatus
from chalicelib.persistence import balances, postings, totals
from chalicelib.persistence.merchants import Merchant
from chalicelib.persistence.ownership import existing
from chalicelib.persistence.settlements import Settlement
from chalicelib.persistence.totals import Total
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.queues import SETTLEMENTS, Job, job, job_at
from chalicelib.services.books import balance, booking
from chalicelib.services.waits import wakeups
from chalicelib.telemetry import count, logger

# The most tries while refunds, disputes or another settlement change the balance.
MOST_TRIES = 5
# The part of the refusal's names that tells that the settlement was made before.
RECORD = "settlement"


@dataclass(frozen=True, slots=True)
class Run:
    """A run that settles a merchant. name: a run of this name makes one settlement of a currency at most.

    script: what a simulated bank does with the transfers. early: money that has not matured is paid out, too.
    """

    merchant_id: str
    name: str
    script: str = ""
    early: bool = False


def settle(run: Run) -> list[Settlement]:
    """Makes a settlement of each currency that has money available. Returns those of this run, made now or before.

    Raises NotFound and Unavailable.
    """
    currencies = sorted({row.currency for row in totals.all_time(run.merchant_id)})
    made = (_settle(run, currency) for currency in currencies)
    return [settlement for settlement in made if settlement]


def jobs_of(made: Settlement, request_id: str) -> list[Job]:
    """Returns the message that lets a worker ask the bank now."""
    return [job(SETTLEMENTS, made.id, request_id)] if made.status in settlements.LIVE else []


def id_of(run: Run, currency: str) -> str:
    """Returns the id of the settlement that a run makes of a currency, which follows from both."""
    text = f"{run.merchant_id}\n{run.name}\n{currency}"
    return ids.derived_id(settlements.PREFIX, hashlib.sha256(text.encode()).digest())


def _settle(run: Run, currency: str) -> Settlement | None:
    """Settles one currency. The conditions decide: whatever changed the balance since it was read leads to a new try."""
    for _ in range(MOST_TRIES):
        if stored := Settlement.find(id_of(run, currency)):
            return stored
        merchant = existing(Merchant.find(run.merchant_id), "Merchant")
        to, seen = clock.iso(clock.now()), balance.read(merchant)
        amount = _payable(run, seen.balances.get(currency))
        if amount <= 0:
            return None
        day = _tomorrow(to) if run.early else seen.first_pending
        made = _new(run, currency, amount, merchant.cut(currency), Cut(to, day))
        try:
            _commit(made, merchant, [row for row in seen.rows if row.currency == currency])
        except Refused:
            continue
        logger.info("settlement made", settlement_id=made.id, merchant_id=made.merchant_id, amount=amount)
        count("SettlementsMade")
        return made
    raise Unavailable("The balance is being changed by too many requests at once")


def _payable(run: Run, found: balance.Balance | None) -> int:
    """Returns what the run pays out, in minor units."""
    if found is None:
        return 0
    return found.available + found.pending if run.early else found.available


def _tomorrow(to: str) -> str:
    return (date.fromisoformat(clock.day(to)) + ONE_DAY).isoformat()


def _new(run: Run, currency: str, amount: int, before: Cut, until: Cut) -> Settlement:
    """Returns the settlement of what became available between two cuts. A cut's day never goes back."""
    now = clock.now()
    after = Cut(until.to, max(before.matured_before, until.matured_before))
    paid = list(between(run.merchant_id, currency, before, after))
    tax = -sum(posting.on(Account.TAX) for posting in paid)
    return Settlement(
        id_of(run, currency),
        merchant_id=run.merchant_id,
        amount=amount,
        fees=tax - sum(posting.on(Account.FEES) for posting in paid),
        tax=tax,
        currency=currency,
        status=SettlementStatus.CREATED,
        paid_from=[before.to, before.matured_before],
        paid_to=[after.to, after.matured_before],
        script=run.script or None,
        deadline_at=now + LOOK_SECONDS,
        created_at=clock.iso(now),
        updated_at=clock.iso(now),
    )


def between(merchant_id: str, currency: str, before: Cut, after: Cut) -> Iterator[Posting]:
    """Yields the postings that a settlement between two cuts pays out, oldest first.

    A posting that was pending at the first cut is not older than the day that was pending then.
    """
    start = min(before.to, before.matured_before) or "0"
    for posting in postings.between(merchant_id, start, after.to):
        if posting.currency == currency and settlements.is_paid_between(before, after, posting):
            yield posting


def _commit(made: Settlement, merchant: Merchant, rows: list[Total]) -> None:
    """Commits the settlement. Raises Refused if the balance fell, or if another settlement came first."""
    transaction = Transaction()
    transaction.put(RECORD, made, Settlement.id.does_not_exist())
    settled = {**(merchant.settled or {}), made.currency: list(made.paid_to)}
    unmoved: Any = Merchant.settled.does_not_exist()
    if merchant.settled is not None:
        unmoved = Merchant.settled == merchant.settled
    transaction.update("merchant", Merchant(merchant.id), [Merchant.settled.set(settled)], unmoved)
    changes = [booking.post(transaction, posting_of(Movement.SETTLEMENT_MADE, made))]
    totals.add(transaction, changes, shard_by=made.id)
    balances.hold(transaction, made.merchant_id, made.currency, rows)
    wakeups.plan(transaction, job_at(SETTLEMENTS, made.id, "", float(made.deadline_at)))
    transaction.commit()


def posting_of(movement: Movement, made: Settlement) -> Posting:
    """Returns the posting of a settlement's step. Its time is the settlement's updated_at."""
    lines = ledger.lines(movement, int(made.amount))
    return Posting(movement, made.id, made.merchant_id, made.currency, made.updated_at, lines)
