"""Delivers webhooks: which messages call for an attempt now, who makes it, and what its outcome means."""

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from uuid import uuid4

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.domain.errors import Unavailable
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.queues import Job
from chalicelib.services import attempts, jobs
from chalicelib.telemetry import logger

# SQS delays are whole seconds and clocks differ a little; a message this early is on time.
TOLERANCE = 0.5
# Longer than the function may run (15 s): a lease that has passed belongs to a worker that is gone.
LEASE_SECONDS = 16
# A Lambda invocation gets ten messages; the local worker runs several invocations in one process.
THREADS = 64


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="attempt")


@dataclass(frozen=True, slots=True)
class Due:
    """A message whose delivery is due, with the records that the attempt needs."""

    job: Job
    delivery: Delivery
    endpoint: WebhookEndpoint | None


def process(work: Sequence[Job]) -> list[Job]:
    """Returns the jobs that failed and are to be handed out again."""
    unique = list({item.object_id: item for item in work}.values())
    records = jobs.load(Delivery, unique)
    jobs.put_off_or_drop([item for item in unique if item.object_id not in records])
    known = [item for item in unique if item.object_id in records]
    endpoints = WebhookEndpoint.find_many([_endpoint_key(d) for d in records.values()])
    due, later = [], []
    for item in known:
        delivery = records[item.object_id]
        endpoint = endpoints.get(_endpoint_key(delivery))
        wait = _wait(item, delivery, endpoint)
        if wait == 0:
            due.append(Due(item, delivery, endpoint))
        elif wait is not None:
            later.append(queues.put_off(item, wait))
    queues.send(*later)
    return _attempt_all(_claim(due))


def _endpoint_key(delivery: Delivery) -> tuple[str, str]:
    return (delivery.merchant_id, delivery.endpoint_id)


def _wait(work: Job, delivery: Delivery, endpoint: WebhookEndpoint | None) -> float | None:
    """Seconds until this message is to come again: 0 is now, None is never.

    A message handed out before (receives > 1) may be the last one alive, since its worker may have died between
    its commit and its send; a fresh one that finds another attempt planned is a duplicate.
    """
    now = clock.now()
    if delivery.status != "pending":
        return None
    remaining = float(delivery.next_retry_at) - now
    if remaining > TOLERANCE:
        stale = work.due_at < float(delivery.next_retry_at) - TOLERANCE
        return None if stale and work.receives == 1 else remaining
    if (delivery.lease_until or 0) > now:
        return float(delivery.lease_until) - now if work.receives > 1 else None
    if endpoint and (endpoint.open_until or 0) > now:
        return float(endpoint.open_until) - now + random.uniform(0, 2)  # noqa: S311  # spreads the probes
    return 0


def _claim(due: Sequence[Due]) -> list[Due]:
    """Those that are now ours: one attempt at a time, whatever messages there are.

    All claims in one transaction; where one refuses, each half on its own.
    """
    if not due:
        return []
    lease, now = str(uuid4()), clock.now()
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
    pending = (Delivery.status == "pending") & (Delivery.next_retry_at <= now + TOLERANCE)
    free = Delivery.lease_until.does_not_exist() | (Delivery.lease_until <= now)
    actions = [Delivery.lease.set(lease), Delivery.lease_until.set(now + LEASE_SECONDS)]
    transaction.update(
        f"delivery {delivery.id}",
        delivery,
        actions,
        pending & free & (Delivery.attempts == delivery.attempts),
    )


def _attempt_all(due: Sequence[Due]) -> list[Job]:
    """All at the same time, so that the batch takes as long as its slowest receiver and no longer."""
    futures = [(item, _pool().submit(attempts.make, item.delivery, item.endpoint)) for item in due]
    follow_ups, failed = [], []
    for item, future in futures:
        try:
            next_at = future.result()
        except Unavailable:
            logger.exception("could not record an attempt", delivery_id=item.delivery.id)
            failed.append(item.job)
            continue
        if next_at is not None:
            follow_ups.append(queues.put_off(item.job, next_at - clock.now()))
    queues.send(*follow_ups)
    return failed
