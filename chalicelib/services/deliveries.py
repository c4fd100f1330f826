"""Delivers webhooks: which messages call for an attempt now, and who makes it."""

import random
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from secrets import token_urlsafe

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.domain.webhooks import DeliveryStatus
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.queues import Job
from chalicelib.services import attempts, jobs, receivers, wakeups
from chalicelib.services.attempts import TOLERANCE
from chalicelib.services.receivers import Place
from chalicelib.telemetry import logger

# Longer than the function may run (15 s): a lease that has passed belongs to a worker that is gone.
LEASE_SECONDS = 16
# Enough to tell one claim from every other; a delivery that stays under 1 KB costs less.
LEASE_BYTES = 8
# A Lambda invocation gets ten messages; the local worker runs twenty invocations in one process.
THREADS = 200
# How long a batch waits for places at receivers that are busy, and when those it got none for come again (seconds).
PLACE_PATIENCE = 0.25
PLACE_RETRY = (1.0, 2.0)

EndpointKey = tuple[str, str]
Endpoints = Mapping[EndpointKey, WebhookEndpoint]


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="attempt")


@dataclass(frozen=True, slots=True)
class Wake:
    """A message and the delivery it speaks of."""

    job: Job
    delivery: Delivery

    @property
    def endpoint_key(self) -> EndpointKey:
        return (self.delivery.merchant_id, self.delivery.endpoint_id)


Admitted = tuple[Wake, Place]


def process(work: Sequence[Job]) -> list[Job]:
    """Returns the jobs that failed and are to be handed out again."""
    unique = _one_for_each(work)
    records = jobs.load(Delivery, unique)
    jobs.put_off_or_drop([item for item in unique if item.object_id not in records])
    known = [Wake(item, records[item.object_id]) for item in unique if item.object_id in records]
    waits = {item.job.object_id: _wait(item.job, item.delivery) for item in known}
    early = [_put_off(item, wait) for item in known if (wait := waits[item.job.object_id])]
    wakeups.send(*early)
    due = [item for item in known if waits[item.job.object_id] == 0]
    endpoints = WebhookEndpoint.find_many([item.endpoint_key for item in due])
    admitted, refused = _admit(due, endpoints)
    return _attempt_all(_begin(admitted, refused), endpoints)


def _one_for_each(work: Sequence[Job]) -> list[Job]:
    """Of two messages for one delivery the one that was handed out before: it may be the last one alive."""
    return list({item.object_id: item for item in sorted(work, key=lambda item: item.receives)}.values())


def _wait(work: Job, delivery: Delivery) -> float | None:
    """Seconds until this message is to come again: 0 is now, None is never.

    One that is too early waits, even if it is a duplicate: it may as well be the last one alive, for a worker may have
    died between its commit and its send. Whoever makes an attempt has a message of its own, so a fresh one that finds
    a lease is not needed; one handed out before may be that very message, of a worker that has died, and so may one
    that was put off until the lease's end and comes a moment early, by a clock that is a little behind.
    """
    now = clock.now()
    if delivery.status != DeliveryStatus.PENDING:
        return None
    remaining = float(delivery.next_retry_at) - now
    if remaining > TOLERANCE:
        return remaining
    leased_for = float(delivery.lease_until or 0) - now
    if leased_for > 0:
        waited_for_it = work.due_at >= now + leased_for - TOLERANCE
        return leased_for if work.receives > 1 or waited_for_it else None
    return 0


def _put_off(item: Wake, wait: float) -> Job:
    """Until its attempt is due, to the microsecond: all messages that wait for one attempt keep one row between them."""
    due_at = float(item.delivery.next_retry_at)
    if due_at > clock.now() + TOLERANCE:
        return queues.put_off_until(item.job, due_at)
    return queues.put_off(item.job, wait)


def _admit(due: Sequence[Wake], endpoints: Endpoints) -> tuple[list[Admitted], list[Job]]:
    """Those whose receiver can be tried now, with the batch's place at it; and the jobs of the others, put off.

    The refused are not touched: their messages wait in SQS, and no worker waits for a receiver that hangs.
    """
    by_receiver: defaultdict[EndpointKey, list[Wake]] = defaultdict(list)
    for item in due:
        by_receiver[item.endpoint_key].append(item)
    pauses = {key: receivers.pause(endpoints.get(key)) for key in by_receiver}
    patience_ends = time.monotonic() + PLACE_PATIENCE
    admitted: list[Admitted] = []
    refused: list[Job] = []
    for key, items in by_receiver.items():
        patience = max(0, patience_ends - time.monotonic())
        place = None if pauses[key] else receivers.take_place(key[1], len(items), patience)
        if place:
            admitted += [(item, place) for item in items]
        else:
            refused += [queues.put_off(item.job, pauses[key] or _soon()) for item in items]
    return admitted, refused


def _soon() -> float:
    return random.uniform(*PLACE_RETRY)  # noqa: S311  # spreads the load


def _begin(admitted: Sequence[Admitted], refused: Sequence[Job]) -> list[Admitted]:
    """Sends the refused and claims the rest: returns those that are now ours; the others leave their places."""
    ours: set[str] = set()
    try:
        queues.send(*refused)
        ours = {item.delivery.id for item in _claim([item for item, _ in admitted])}
    finally:
        for item, place in admitted:
            if item.delivery.id not in ours:
                place.leave()
    return [(item, place) for item, place in admitted if item.delivery.id in ours]


def _claim(due: Sequence[Wake]) -> list[Wake]:
    """One attempt at a time, whatever messages there are.

    All claims in one transaction; where one refuses, each half on its own.
    """
    if not due:
        return []
    lease, now = token_urlsafe(LEASE_BYTES), clock.now()
    transaction = Transaction()
    for item in due:
        _add_claim(transaction, item.delivery, lease, now)
    try:
        transaction.commit()
    except Refused:
        middle = len(due) // 2
        return _claim(due[:middle]) + _claim(due[middle:]) if len(due) > 1 else []
    for item in due:
        item.delivery.lease = lease
    return list(due)


def _add_claim(transaction: Transaction, delivery: Delivery, lease: str, now: float) -> None:
    pending = (Delivery.status == DeliveryStatus.PENDING) & (Delivery.next_retry_at <= now + TOLERANCE)
    free = Delivery.lease_until.does_not_exist() | (Delivery.lease_until <= now)
    actions = [Delivery.lease.set(lease), Delivery.lease_until.set(now + LEASE_SECONDS)]
    transaction.update(
        f"delivery {delivery.id}",
        delivery,
        actions,
        pending & free & (Delivery.attempts == delivery.attempts),
    )


def _attempt_all(claimed: Sequence[Admitted], endpoints: Endpoints) -> list[Job]:
    """All at the same time, so that the batch takes as long as its slowest receiver and no longer.

    Each records its outcome and sends its follow-up as it ends: neither waits for the slowest.
    """
    attempted = [
        (item.job, _pool().submit(attempts.make, item.job, item.delivery, endpoints.get(item.endpoint_key), place))
        for item, place in claimed
    ]
    return [job for job, attempt in attempted if _failed(job, attempt)]


def _failed(job: Job, attempt: Future[None]) -> bool:
    """Whatever goes wrong with one delivery, its message alone comes again, and ends among the dead letters."""
    try:
        attempt.result()
    except Exception:  # noqa: BLE001  # also what nobody thought of: it must not fail the batch
        logger.exception("could not finish an attempt", delivery_id=job.object_id)
        return True
    return False
