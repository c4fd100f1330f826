"""Delivers webhooks: decides which messages need an attempt now, and which worker makes it."""

import random
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from secrets import token_urlsafe

from chalicelib import queues, tracing
from chalicelib.domain import clock
from chalicelib.domain.events import StoredEvent
from chalicelib.domain.webhooks import DeliveryStatus
from chalicelib.outbound import Attempt
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.queues import DELIVERIES, DELIVERIES_SLOW, Job
from chalicelib.services import jobs
from chalicelib.services.events import reading
from chalicelib.services.waits import wakeups
from chalicelib.services.webhooks import attempts, receivers, shares, slots
from chalicelib.services.webhooks.attempts import TOLERANCE
from chalicelib.services.webhooks.slots import Slot
from chalicelib.telemetry import logger

# Longer than the function may run (15 s). So an expired lease belongs to a worker that is gone.
LEASE_SECONDS = 16
# Enough bytes to tell one claim from every other. A delivery under 1 KB costs less.
LEASE_BYTES = 8
# A Lambda invocation gets ten messages. The local worker runs thirty invocations in one process, ten of them in the
# slow lane.
THREADS = 300
# Seconds that a batch waits for slots of busy merchants. SLOT_RETRY: seconds until deliveries without a slot come
# again.
SLOT_PATIENCE = 0.25
SLOT_RETRY = (1.0, 2.0)

EndpointKey = tuple[str, str]
Endpoints = Mapping[EndpointKey, WebhookEndpoint]


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="attempt")


class Step(StrEnum):
    DROP = "drop"  # nothing is left to do, or another message does it
    ATTEMPT = "attempt"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a message needs. due_at: for WAIT, the Unix seconds at which the message comes again."""

    step: Step
    due_at: float = 0


DROP, ATTEMPT = Verdict(Step.DROP), Verdict(Step.ATTEMPT)


@dataclass(frozen=True, slots=True)
class Wake:
    """A message and the delivery that the message names."""

    job: Job
    delivery: Delivery

    @property
    def endpoint_key(self) -> EndpointKey:
        return (self.delivery.merchant_id, self.delivery.endpoint_id)

    @property
    def lane_key(self) -> tuple[str, str]:
        return (self.job.queue, self.delivery.merchant_id)

    def until(self, due_at: float) -> Job:
        """Returns the same message for another time, in its merchant's group. due_at: Unix seconds."""
        return replace(self.job, due_at=due_at, merchant_id=self.delivery.merchant_id)

    def after(self, seconds: float) -> Job:
        return self.until(clock.now() + seconds)


Admitted = tuple[Wake, Slot]


def process(work: Sequence[Job]) -> list[Job]:
    """Works off a batch. Returns the jobs that failed, for SQS to hand out again."""
    unique = _one_for_each(work)
    records = jobs.load(Delivery, unique)
    jobs.put_off_or_drop([item for item in unique if item.object_id not in records])
    known = [Wake(item, records[item.object_id]) for item in unique if item.object_id in records]
    verdicts = [(item, _verdict(item.job, item.delivery)) for item in known]
    wakeups.send(*(item.until(verdict.due_at) for item, verdict in verdicts if verdict.step is Step.WAIT))
    due = _keep_to_lane([item for item, verdict in verdicts if verdict.step is Step.ATTEMPT])
    endpoints = WebhookEndpoint.find_many([item.endpoint_key for item in due])
    events = reading.of_deliveries(item.delivery for item in due)
    return _attempt_all(_begin(*_admit(due, endpoints), endpoints), endpoints, events)


def _one_for_each(work: Sequence[Job]) -> list[Job]:
    """Picks one message for each delivery: a redelivered message first, because it may be the last one alive."""
    return list({item.object_id: item for item in sorted(work, key=lambda item: item.receives)}.values())


def _verdict(work: Job, delivery: Delivery) -> Verdict:
    """Decides from the record what the message needs.

    A message that is too early waits, even a duplicate: it may be the last message alive, because a worker may have
    died between its commit and its send. A worker that makes an attempt has a message of its own. So a fresh message
    that finds a lease is dropped. A redelivered message waits, because it may be the message of a worker that has died.
    A message that was put off until the lease's end waits, too: it may come a moment early by a clock that is a little
    behind.
    """
    now = clock.now()
    if delivery.status != DeliveryStatus.PENDING:
        return DROP
    next_at, leased_until = float(delivery.next_retry_at), float(delivery.lease_until or 0)
    if next_at > now + TOLERANCE:
        return Verdict(Step.WAIT, next_at)
    if leased_until > now:
        waited_for_it = work.due_at >= leased_until - TOLERANCE
        return Verdict(Step.WAIT, leased_until) if work.receives > 1 or waited_for_it else DROP
    return ATTEMPT


def _keep_to_lane(due: Sequence[Wake]) -> list[Wake]:
    """Returns the deliveries that stay in their lane.

    Sends the others' jobs to the slow lane before they wait for a slot.
    """
    first_lane = {item.delivery.merchant_id for item in due if item.job.queue == DELIVERIES}
    leaving = {(DELIVERIES, merchant_id) for merchant_id in first_lane if shares.is_over(merchant_id)}
    queues.send(*(replace(item.after(0), queue=DELIVERIES_SLOW) for item in due if item.lane_key in leaving))
    return [item for item in due if item.lane_key not in leaving]


def _admit(due: Sequence[Wake], endpoints: Endpoints) -> tuple[list[Admitted], list[Job]]:
    """Splits due deliveries into (admitted deliveries, each with its merchant's slot; jobs to send later).

    The refused deliveries are not changed: their messages wait in SQS, and no worker waits for a receiver that hangs.
    """
    by_merchant: defaultdict[tuple[str, str], list[Wake]] = defaultdict(list)
    refused: list[Job] = []
    for item in due:
        endpoint = endpoints.get(item.endpoint_key)
        if receivers.is_open(endpoint):
            refused.append(item.after(receivers.pause(endpoint)))
        else:
            by_merchant[item.lane_key].append(item)
    patience_ends = time.monotonic() + SLOT_PATIENCE
    admitted: list[Admitted] = []
    for key, items in by_merchant.items():
        if slot := slots.take(*key, len(items), max(0, patience_ends - time.monotonic())):
            admitted += [(item, slot) for item in items]
        else:
            refused += [item.after(random.uniform(*SLOT_RETRY)) for item in items]  # noqa: S311  # spreads the load
    return admitted, refused


def _begin(admitted: Sequence[Admitted], refused: Sequence[Job], endpoints: Endpoints) -> list[Admitted]:
    """Sends the refused jobs and claims the admitted deliveries.

    Returns the claimed ones; the others leave their slots.
    """
    ours: set[str] = set()
    try:
        ready, late = _probe([item for item, _ in admitted], endpoints)
        queues.send(*refused, *late)
        ours = {item.delivery.id for item in _claim(ready)}
    finally:
        for item, slot in admitted:
            if item.delivery.id not in ours:
                slot.leave()
    return [(item, slot) for item, slot in admitted if item.delivery.id in ours]


def _probe(items: Sequence[Wake], endpoints: Endpoints) -> tuple[list[Wake], list[Job]]:
    """Splits deliveries into (deliveries that this batch may try; jobs of deliveries whose receiver another batch probes)."""
    may_try = {item.endpoint_key: True for item in items}
    for key in may_try:
        may_try[key] = receivers.claim_probe(endpoints.get(key))
    late = [item for item in items if not may_try[item.endpoint_key]]
    return (
        [item for item in items if may_try[item.endpoint_key]],
        [item.after(receivers.pause(endpoints.get(item.endpoint_key))) for item in late],
    )


def _claim(due: Sequence[Wake]) -> list[Wake]:
    """Claims deliveries: a delivery has one attempt at a time, however many messages name it.

    All claims share one transaction. If the transaction is refused, each half is tried on its own.
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


def _attempt_all(claimed: Sequence[Admitted], endpoints: Endpoints, events: Mapping[str, StoredEvent]) -> list[Job]:
    """Makes all attempts at the same time, so that the batch takes as long as its slowest receiver.

    Returns the failed jobs.
    Each attempt records its outcome and sends its follow-up as it ends, without waiting for the slowest.
    """
    under_way = [
        (
            item,
            _pool().submit(_attempt, item, events.get(item.delivery.event_id), endpoints.get(item.endpoint_key), slot),
        )
        for item, slot in claimed
    ]
    made = [(item, _made(item, future)) for item, future in under_way]
    _charge([(item.delivery.merchant_id, attempt) for item, attempt in made if attempt])
    return [item.job for item, attempt in made if attempt is None]


def _attempt(item: Wake, event: StoredEvent | None, endpoint: WebhookEndpoint | None, slot: Slot) -> Attempt:
    try:
        if event is None:
            raise LookupError(f"delivery {item.delivery.id} has lost its event {item.delivery.event_id}")
        with tracing.within(item.job.trace):
            return attempts.make(item.job, item.delivery, event, endpoint)
    finally:
        slot.leave()


def _made(item: Wake, future: Future[Attempt]) -> Attempt | None:
    """Returns the attempt; None if it failed.

    Only that delivery's message comes again, and ends among the dead letters.
    """
    try:
        return future.result()
    except Exception:  # noqa: BLE001  # an unforeseen error must not fail the batch either
        logger.exception("could not finish an attempt", delivery_id=item.delivery.id)
        return None


def _charge(made: Sequence[tuple[str, Attempt]]) -> None:
    """Charges each merchant for the time for which its slowest receiver held this worker."""
    longest: Counter[str] = Counter()
    for merchant_id, attempt in made:
        longest[merchant_id] = max(longest[merchant_id], attempt.duration_ms)
    for merchant_id, milliseconds in longest.items():
        shares.charge(merchant_id, milliseconds / 1000)
