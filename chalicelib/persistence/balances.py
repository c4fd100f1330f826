"""Guards balances. A balance is spread over shards, so a condition on it is one condition on each shard."""

from collections.abc import Iterable

from chalicelib.persistence.totals import ALL_TIME, SHARDS, Total
from chalicelib.persistence.transactions import Transaction

NAME = "balance"


def hold(transaction: Transaction, merchant_id: str, currency: str, rows: Iterable[Total]) -> None:
    """Lets the transaction commit only if nothing has lowered the merchant's payable since `rows` were read.

    rows: what totals.of_days or totals.all_time returned. Postings that raise the payable do not refuse the transaction.
    Call it after totals.add: a shard that the transaction itself changes gets the condition on that write, because a
    transaction may name an item only once. A refusal has the names "balance 0" to "balance 7" or the total's own name.
    """
    debits = {row.period: int(row.merchant_payable_debits) for row in rows}
    for shard in range(SHARDS):
        period = f"{ALL_TIME}#{currency}#{shard}"
        counter = Total.merchant_payable_debits
        same = counter == debits.get(period, 0)
        if not debits.get(period):
            same = counter.does_not_exist() | same
        item = Total(merchant_id, period)
        if not transaction.require(item, same):
            transaction.update(f"{NAME} {shard}", item, [counter.add(0)], same)
