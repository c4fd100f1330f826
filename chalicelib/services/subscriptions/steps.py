"""Writes one step of a subscription: its record, its events and its deadline, in one transaction."""

from collections.abc import Sequence
from typing import Any

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.domain.webhooks import SurfaceEvent
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.subscriptions import Subscription
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.queues import PAYMENTS, Job, job_at
from chalicelib.services.entities.subscriptions import subscription as shown
from chalicelib.services.events import announcing, telling
from chalicelib.services.waits import wakeups

# The most deliveries that a record keeps, to send them again for a worker that died.
KEPT_DELIVERIES = 100
# The most tries of a step that other steps of the same subscription overtake.
MOST_TRIES = 5


def copy(before: Subscription, **changes: Any) -> Subscription:
    """Returns the record as a step leaves it, in memory."""
    after = Subscription(**before.attribute_values)
    for name, value in {**changes, "updated_at": clock.iso(clock.now()), "version": before.version + 1}.items():
        setattr(after, name, value)
    return after


def write(  # the step's transaction, the record as it will be, and what to tell of it
    transaction: Transaction,
    after: Subscription,
    happened: Sequence[SurfaceEvent],
    request_id: str,
    *,
    paid: tuple[Payment, Order] | None = None,
) -> list[Job]:
    """Adds the record, its events and its deadline. Returns the jobs to send.

    The condition is that no other step was taken since the record was read.
    """
    told, kept = [(event, {"subscription": shown(after)}) for event in happened], after.delivery_ids or ()
    work = telling.tell(transaction, after, told, paid, request_id)
    if told:
        after.delivery_ids = [*kept, *after.delivery_ids][-KEPT_DELIVERIES:]
    same = Subscription.id.does_not_exist() if after.version == 1 else Subscription.version == after.version - 1
    transaction.put("subscription", after, same)
    return work + wakeups.plan(transaction, *deadline(after, request_id))


def deadline(record: Subscription, request_id: str) -> list[Job]:
    """Returns the job of the record's deadline, if it has one."""
    at = record.deadline_at
    return [] if at is None else [job_at(PAYMENTS, record.id, request_id, float(at))]


def take(  # a worker's whole step
    after: Subscription,
    happened: Sequence[SurfaceEvent],
    request_id: str,
    *,
    paid: tuple[Payment, Order] | None = None,
    transaction: Transaction | None = None,
) -> bool:
    """Commits a worker's step, then sends its jobs. Returns False if another step came first."""
    whole = transaction or Transaction()
    work = write(whole, after, happened, request_id, paid=paid)
    try:
        whole.commit()
    except Refused:
        return False
    queues.send(*work)
    return True


def repeat(record: Subscription, request_id: str) -> None:
    """Sends the jobs of earlier steps again, which their workers may not have sent before they died."""
    repeat_deliveries(record, request_id)
    wakeups.send(*deadline(record, request_id))


def repeat_deliveries(record: Subscription, request_id: str) -> None:
    """Sends the deliveries of earlier steps again, also of steps that others have followed."""
    queues.send(*announcing.jobs_of(record.delivery_ids or (), request_id, record.merchant_id))
