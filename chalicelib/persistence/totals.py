"""Keeps running totals, so that statistics and list totals are read and not counted.

The settling transaction adds to the totals. DynamoDB lets only one transaction at a time change an item. So the writers
of one merchant are spread over SHARDS items for each period, and readers add the shards up.
"""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action

from chalicelib.persistence.base import Table, table_name, unavailable_on_failure
from chalicelib.persistence.transactions import Transaction

SHARDS = 8
ALL_TIME = "all"


class Total(Table):
    """A running total. period: a UTC day or "all", the currency, and the shard: 2026-11-23#INR#5.

    Amounts are minor units.
    Counters only grow. A voided payment has succeeded before, and a recovered payment has failed before. So the
    payments that are successful now are succeeded less voided, and those that are failed now are failed less recovered.
    A period census#orders holds the number of rows (counted) that a list had up to a moment (through).
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
    counted = NumberAttribute(default=0)
    through = UnicodeAttribute(null=True)

    def key(self) -> tuple[str, str]:
        return (self.merchant_id, self.period)

    @property
    def currency(self) -> str:
        return str(self.period).split("#")[1]

    def advance(self, closed: int, through: str) -> None:
        """Advances a cached count, unless another reader has just done so."""
        unmoved = Total.through == self.through if self.through else Total.through.does_not_exist()
        self.change([Total.counted.add(closed), Total.through.set(through)], unmoved)


@dataclass(frozen=True, slots=True)
class Change:
    """What to add to the totals of one day: counter -> amount."""

    merchant_id: str
    day: str
    currency: str
    counters: Mapping[str, int]


def add(transaction: Transaction, changes: Iterable[Change], shard_by: str) -> None:
    """Adds to the days' and the all-time totals within a transaction."""
    shard = zlib.crc32(shard_by.encode()) % SHARDS
    sums: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for change in changes:
        for period in (change.day, ALL_TIME):
            for counter, amount in change.counters.items():
                sums[change.merchant_id, f"{period}#{change.currency}#{shard}"][counter] += amount
    for (merchant_id, period), counters in sums.items():
        actions: list[Action] = [getattr(Total, counter).add(amount) for counter, amount in counters.items()]
        transaction.update(f"total {merchant_id} {period}", Total(merchant_id, period), actions)


def all_time(merchant_id: str) -> list[Total]:
    return of_days(merchant_id, ALL_TIME, ALL_TIME)


def of_days(merchant_id: str, first: str, last: str) -> list[Total]:
    """Returns the totals from the first to the last day, both included."""
    with unavailable_on_failure():
        condition = Total.period.between(f"{first}#", f"{last}#~")
        return list(Total.query(merchant_id, condition, consistent_read=True))
