"""Keeps running totals, so that statistics and list totals are read and not counted.

The settling transaction adds to the totals. DynamoDB lets only one transaction at a time change an item. So the writers
of one merchant are spread over SHARDS items for each period, and readers add the shards up.
"""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action

from chalicelib.domain.ledger import Account, Line
from chalicelib.persistence.base import Table, table_name, unavailable_on_failure
from chalicelib.persistence.transactions import Transaction

SHARDS = 8
ALL_TIME = "all"


class Total(Table):
    """A running total. period: a UTC day or "all", the currency, and the shard: 2026-11-23#INR#5.

    Amounts are minor units.
    Counters only grow. A voided payment has succeeded before, and a recovered payment has failed before. So the
    the successful payments are succeeded less voided, and the failed payments are failed less recovered.
    A period census#orders holds the number of rows (counted) that a list had up to a moment (through).
    The all-time totals hold the balance of each account of the books (domain/ledger.py) as two sums: its debits and its
    credits. earned: what the payments captured on a day changed in merchant_payable so far; it alone may fall.
    """

    class Meta:
        table_name = table_name("totals")

    merchant_id = UnicodeAttribute(hash_key=True)
    period = UnicodeAttribute(range_key=True)
    succeeded = NumberAttribute(default=0)
    succeeded_amount = NumberAttribute(default=0)
    failed = NumberAttribute(default=0)
    voided = NumberAttribute(default=0)
    voided_amount = NumberAttribute(default=0)
    recovered = NumberAttribute(default=0)
    refunds = NumberAttribute(default=0)
    refunded_amount = NumberAttribute(default=0)
    deliveries = NumberAttribute(default=0)
    earned = NumberAttribute(default=0)
    acquirer_receivable_debits = NumberAttribute(default=0)
    acquirer_receivable_credits = NumberAttribute(default=0)
    merchant_payable_debits = NumberAttribute(default=0)
    merchant_payable_credits = NumberAttribute(default=0)
    fees_debits = NumberAttribute(default=0)
    fees_credits = NumberAttribute(default=0)
    tax_debits = NumberAttribute(default=0)
    tax_credits = NumberAttribute(default=0)
    refunds_in_flight_debits = NumberAttribute(default=0)
    refunds_in_flight_credits = NumberAttribute(default=0)
    disputes_reserved_debits = NumberAttribute(default=0)
    disputes_reserved_credits = NumberAttribute(default=0)
    settlements_in_transit_debits = NumberAttribute(default=0)
    settlements_in_transit_credits = NumberAttribute(default=0)
    merchant_bank_debits = NumberAttribute(default=0)
    merchant_bank_credits = NumberAttribute(default=0)
    counted = NumberAttribute(default=0)
    through = UnicodeAttribute(null=True)

    def key(self) -> tuple[str, str]:
        return (self.merchant_id, self.period)

    @property
    def day(self) -> str:
        """Returns the UTC day of the period, or ALL_TIME."""
        return str(self.period).split("#")[0]

    @property
    def currency(self) -> str:
        return str(self.period).split("#")[1]

    def balance(self, account: Account) -> int:
        """Returns the signed balance of an account in these totals. A debit is positive."""
        return int(getattr(self, f"{account}_debits") - getattr(self, f"{account}_credits"))

    def advance(self, closed: int, through: str) -> None:
        """Advances a cached count, unless another reader has just done so."""
        unmoved = Total.through == self.through if self.through else Total.through.does_not_exist()
        self.change([Total.counted.add(closed), Total.through.set(through)], unmoved)


@dataclass(frozen=True, slots=True)
class Change:
    """What to add to the totals of one day and of all time: counter -> amount. lines: added to all time only."""

    merchant_id: str
    day: str
    currency: str
    counters: Mapping[str, int]
    lines: Sequence[Line] = ()


def add(transaction: Transaction, changes: Iterable[Change], shard_by: str) -> None:
    """Adds to the days' and the all-time totals within a transaction."""
    shard = zlib.crc32(shard_by.encode()) % SHARDS
    sums: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for change in changes:
        day, all_time = ((change.merchant_id, f"{p}#{change.currency}#{shard}") for p in (change.day, ALL_TIME))
        for counter, amount in change.counters.items():
            sums[day][counter] += amount
            sums[all_time][counter] += amount
        for line in change.lines:
            sums[all_time][counter_of(line)] += abs(line.amount)
    for (merchant_id, period), counters in sums.items():
        actions: list[Action] = [getattr(Total, counter).add(amount) for counter, amount in counters.items()]
        transaction.update(f"total {merchant_id} {period}", Total(merchant_id, period), actions)


def counter_of(line: Line) -> str:
    """Returns the counter that a line raises."""
    return f"{line.account}_{'debits' if line.amount > 0 else 'credits'}"


def all_time(merchant_id: str) -> list[Total]:
    return of_days(merchant_id, ALL_TIME, ALL_TIME)


def of_days(merchant_id: str, first: str, last: str) -> list[Total]:
    """Returns the totals from the first to the last day, both included."""
    with unavailable_on_failure():
        condition = Total.period.between(f"{first}#", f"{last}#~")
        return list(Total.query(merchant_id, condition, consistent_read=True))
