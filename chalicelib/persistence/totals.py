"""Running totals, so that statistics and list totals are read and not counted.

The settling transaction adds to them. Writers of one merchant are spread over SHARDS items for each period, since
DynamoDB lets one transaction at a time change an item; readers add the shards up.
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
    """period: a UTC day or "all", the currency, and the shard: 2026-11-23#INR#5. Amounts are minor units.

    Counters only grow: voided payments have succeeded before, and recovered ones have failed before, so the ones that
    are successful now are succeeded less voided, and those that failed are failed less recovered.
    A period census#orders holds instead how many rows (counted) a list had up to a moment (through).
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
        """Moves a census on, unless another reader just has."""
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
    """Both days included."""
    with unavailable_on_failure():
        condition = Total.period.between(f"{first}#", f"{last}#~")
        return list(Total.query(merchant_id, condition, consistent_read=True))
