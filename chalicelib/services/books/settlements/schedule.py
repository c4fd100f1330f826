"""Arms the next settlement of a merchant: one deadline for each business day."""

from typing import Any

from chalicelib.domain import clock, settlements
from chalicelib.persistence.merchants import Merchant
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.queues import SETTLEMENTS, job_at
from chalicelib.services.waits import wakeups


def arm(merchant: Merchant) -> None:
    """Arms the next settlement, unless another process has just done so. Raises Unavailable.

    The deadline is a row of the same transaction, so a merchant whose record names a time is woken at that time.
    """
    at = settlements.next_run(merchant.id, clock.now())
    same: Any = Merchant.settle_at.does_not_exist()
    if merchant.settle_at is not None:
        same = Merchant.settle_at == merchant.settle_at
    transaction = Transaction()
    transaction.update("merchant", merchant, [Merchant.settle_at.set(at)], same)
    wakeups.plan(transaction, job_at(SETTLEMENTS, merchant.id, "", at))
    try:
        transaction.commit()
    except Refused:
        return
    merchant.settle_at = at
