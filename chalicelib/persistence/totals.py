"""Running totals, so that statistics and list totals are read and not counted.

The settling transaction adds to them. Writers of one merchant are spread over SHARDS items for each period, since
DynamoDB lets one transaction at a time change an item; readers add the shards up.
"""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action

from chalicelib.persistence.base import Table, table_name, unavailable_on_failure
from chalicelib.persistence.transactions import Transaction

SHARDS = 8
ALL_TIME = "all"


class Total(Table):
    """period: a UTC day or "all", and the shard: 2026-11-23#5. Amounts are minor units.

    A period census#orders holds instead how many rows (counted) a list had up to a moment (through).
    """

    class Meta:
        table_name = table_name("totals")

    merchant_id = UnicodeAttribute(hash_key=True)
    period = UnicodeAttribute(range_key=True)
    succeeded = NumberAttribute(default=0)
    succeeded_amount = NumberAttribute(default=0)
    failed = NumberAttribute(default=0)
    refunds = NumberAttribute(default=0)
    refunded_amount = NumberAttribute(default=0)
    deliveries = NumberAttribute(default=0)
    counted = NumberAttribute(default=0)
    through = UnicodeAttribute(null=True)

    def key(self) -> tuple[str, str]:
        return (self.merchant_id, self.period)

    def advance(self, closed: int, through: str) -> None:
        """Moves a census on, unless another reader just has."""
        unmoved = Total.through == self.through if self.through else Total.through.does_not_exist()
        self.change([Total.counted.add(closed), Total.through.set(through)], unmoved)


Change = Mapping[str, int]


def add(transaction: Transaction, changes: Iterable[tuple[str, str, Change]], shard_by: str) -> None:
    """Adds (merchant id, day, counter -> amount) to the day's and the all-time total within a transaction."""
    shard = zlib.crc32(shard_by.encode()) % SHARDS
    sums: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for merchant_id, day, change in changes:
        for period in (day, ALL_TIME):
            for counter, amount in change.items():
                sums[merchant_id, f"{period}#{shard}"][counter] += amount
    for (merchant_id, period), change in sums.items():
        actions: list[Action] = [getattr(Total, counter).add(amount) for counter, amount in change.items()]
        transaction.update(f"total {merchant_id} {period}", Total(merchant_id, period), actions)


def all_time(merchant_id: str) -> list[Total]:
    keys = [(merchant_id, f"{ALL_TIME}#{shard}") for shard in range(SHARDS)]
    return list(Total.find_many(keys).values())


def of_days(merchant_id: str, first: str, last: str) -> list[Total]:
    """Both days included."""
    with unavailable_on_failure():
        condition = Total.period.between(f"{first}#", f"{last}#~")
        return list(Total.query(merchant_id, condition, consistent_read=True))
