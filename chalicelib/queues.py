"""Defines job messages: their types, and how they are written, sent and put off.

A message names a record and is only a wake-up: the record is the truth. A message never carries a card number or a
secret in clear.
"""

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, TypeVar

from chalicelib import aws, tracing
from chalicelib.config import settings
from chalicelib.domain import clock
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.traces import Trace, parse_own

PAYMENTS = "payments"
REFUNDS = "refunds"
DELIVERIES = "deliveries"
SETTLEMENTS = "settlements"
# The lane of merchants that used more than their share of the workers' time (services/webhooks/shares.py).
DELIVERIES_SLOW = "deliveries-slow"
QUEUES = (PAYMENTS, REFUNDS, SETTLEMENTS, DELIVERIES, DELIVERIES_SLOW)
VERSION = 1
# A message that fails this often is dead. The number is maxReceiveCount in infra/resources/queues.yaml.
MAX_RECEIVES = 5
# SQS's limit on the entries of one SendMessageBatch.
BATCH = 10
# The longest DelaySeconds that SQS takes. services/waits/wakeups.py handles longer waits.
LONGEST_DELAY = 900
OBJECT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{0,64}")
CARD_KEY = re.compile(r"[A-Za-z0-9+/=]{0,1024}")
MERCHANT_ID = re.compile(r"[A-Za-z0-9_-]{0,64}")

T = TypeVar("T")


class MalformedJob(ValueError):
    """The message is not the gateway's, or has a version that this code does not know."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job: the queue names the verb, object_id the object.

    due_at and sent_at are Unix seconds. sent_at is when the job was first sent; deferrals keep it.
    receives: how often SQS has handed this very message out. Above 1, an earlier worker may have died with the message.
    card_key: the value of services/payments/cards.py for the message, half of what opens the payment's card. It lives in
    messages only, never in a table or a log, so repr leaves it out.
    merchant_id: the group that SQS serves fairly beside the others; "" if the sender names none.
    trace: the place in a trace under which the job's work lies; the trace of the work that makes the job.
    """

    queue: str
    object_id: str
    due_at: float
    sent_at: float
    request_id: str = ""
    receives: int = 1
    card_key: str = field(default="", repr=False)
    merchant_id: str = ""
    trace: Trace | None = field(default_factory=tracing.current)

    @property
    def age(self) -> float:
        return clock.now() - self.sent_at


def job(queue: str, object_id: str, request_id: str, delay: float = 0, merchant_id: str = "") -> Job:
    """Returns a new job. delay: seconds from now until the job is due."""
    now = clock.now()
    return Job(queue, object_id, now + delay, now, request_id, merchant_id=merchant_id)


def job_at(queue: str, object_id: str, request_id: str, due_at: float) -> Job:
    """Returns a job for a moment that a record names. due_at: Unix seconds."""
    return Job(queue, object_id, due_at, clock.now(), request_id)


def encode(work: Job) -> str:
    fields = {"object_id": work.object_id, "due_at": work.due_at, "sent_at": work.sent_at}
    optional = {"card_key": work.card_key, "merchant_id": work.merchant_id}
    optional["traceparent"] = work.trace.traceparent if work.trace else ""
    given = {name: value for name, value in optional.items() if value}
    return json.dumps({"v": VERSION, "type": work.queue, **fields, "request_id": work.request_id, **given})


def decode(body: str, receives: int = 1) -> Job:
    """Reads a message. Raises MalformedJob.

    An id that no record can have is malformed, too, because it would fail the whole batch of its look-up. A trace that
    makes no sense is left out: it must not keep a payment from being worked on.
    """
    try:
        message = json.loads(body)
        work = Job(
            queue=message["type"],
            object_id=message["object_id"],
            due_at=float(message["due_at"]),
            sent_at=float(message["sent_at"]),
            request_id=message["request_id"],
            receives=receives,
            card_key=message.get("card_key", ""),
            merchant_id=message.get("merchant_id", ""),
            trace=parse_own(message.get("traceparent")),
        )
        if message["v"] == VERSION and _is_sound(work):
            return work
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise MalformedJob("not a job message") from error
    raise MalformedJob("unknown version or type, or an invalid field")


def _is_sound(work: Job) -> bool:
    patterns = (
        (OBJECT_ID, work.object_id),
        (REQUEST_ID, work.request_id),
        (CARD_KEY, work.card_key),
        (MERCHANT_ID, work.merchant_id),
    )
    times_are_finite = math.isfinite(work.due_at) and math.isfinite(work.sent_at)
    return work.queue in QUEUES and times_are_finite and all(pattern.fullmatch(text) for pattern, text in patterns)


@cache
def url(name: str) -> str:
    """Returns the URL of a queue by its short name, e.g. "payments" or "payments-dlq"."""
    answer: str = aws.client("sqs").get_queue_url(QueueName=f"{settings().stack_name}-{name}")["QueueUrl"]
    return answer


def _delay(work: Job) -> int:
    """Returns DelaySeconds, which are whole: a wait is rounded up, so that no message is early.

    A wait beyond SQS's limit is cut, so that SQS does not refuse the message. The receiver puts an early message off.
    """
    return min(max(0, math.ceil(work.due_at - clock.now() - 0.001)), LONGEST_DELAY)


def send(*jobs: Job) -> None:
    """Sends each job to its own queue, ten in a call. Raises Unavailable if a job may not have been sent."""
    for queue in QUEUES:
        mine = [work for work in jobs if work.queue == queue]
        for chunk in chunks(mine, BATCH):
            _send_chunk(queue, chunk)


def _send_chunk(queue: str, jobs: Sequence[Job]) -> None:
    started = clock.wall()
    _send_entries(queue, [_entry(work) for work in jobs])
    for work in jobs:
        tracing.record("send", work.trace, started, queue=queue, object_id=work.object_id)


def _send_entries(queue: str, entries: Sequence[dict[str, Any]]) -> None:
    with aws.unavailable_on_failure("queue"):
        if len(entries) == 1:
            aws.client("sqs").send_message(QueueUrl=url(queue), **entries[0])
            return
        numbered = [{"Id": str(i), **entry} for i, entry in enumerate(entries)]
        answer = aws.client("sqs").send_message_batch(QueueUrl=url(queue), Entries=numbered)
    if answer.get("Failed"):
        raise Unavailable("The queue did not take every message")


def _entry(work: Job) -> dict[str, Any]:
    return {"MessageBody": encode(work), "DelaySeconds": _delay(work), **_group(work)}


def _group(work: Job) -> dict[str, str]:
    """Returns the message's group.

    On a standard queue a group orders nothing: SQS hands out the messages of quiet groups before those of a busy group.
    """
    return {"MessageGroupId": work.merchant_id} if work.merchant_id else {}


def postponed(work: Job, seconds: float) -> Job:
    """Returns the same job, due `seconds` from now. The caller sends it."""
    return postponed_until(work, clock.now() + seconds)


def postponed_until(work: Job, due_at: float) -> Job:
    """Returns the same job, due at a moment in Unix seconds. The caller sends it."""
    return replace(work, due_at=due_at)


def chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[i : i + size] for i in range(0, len(items), size))


def counts(name: str) -> dict[str, int]:
    """Returns {"waiting", "delayed", "in_flight"} of a queue as SQS counts them (approximately, on AWS).

    Raises Unavailable.
    """
    names = {
        "waiting": "ApproximateNumberOfMessages",
        "delayed": "ApproximateNumberOfMessagesDelayed",
        "in_flight": "ApproximateNumberOfMessagesNotVisible",
    }
    with aws.unavailable_on_failure("queue"):
        answer = aws.client("sqs").get_queue_attributes(QueueUrl=url(name), AttributeNames=list(names.values()))
    return {ours: int(answer["Attributes"].get(theirs, 0)) for ours, theirs in names.items()}


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it lies in a queue. job: None if the message is malformed."""

    id: str
    receipt: str
    body: str
    job: Job | None


def _message(raw: dict[str, Any]) -> Message:
    try:
        work = decode(raw["Body"])
    except MalformedJob:
        work = None
    return Message(raw["MessageId"], raw["ReceiptHandle"], raw["Body"], work)


def look(name: str, limit: int, hidden_seconds: int, patience: int = 0) -> list[Message]:
    """Returns up to about `limit` of a queue's messages, hidden from other readers for a while. Raises Unavailable.

    patience: seconds to wait for more. Without it SQS asks only some of its servers and may overlook messages.
    """
    seen: dict[str, Message] = {}
    while len(seen) < limit:
        found = [message for message in _receive(name, hidden_seconds, patience) if message.id not in seen]
        if not found:
            break
        seen |= {message.id: message for message in found}
    return list(seen.values())


def _receive(name: str, hidden_seconds: int, patience: int) -> list[Message]:
    with aws.unavailable_on_failure("queue"):
        answer = aws.client("sqs").receive_message(
            QueueUrl=url(name),
            MaxNumberOfMessages=BATCH,
            VisibilityTimeout=hidden_seconds,
            WaitTimeSeconds=patience,
        )
    return [_message(raw) for raw in answer.get("Messages", [])]


def send_back(name: str, messages: Sequence[Message]) -> int:
    """Sends messages from the dead-letter queue back to their queue. Returns their number. Raises Unavailable.

    Each message is sent before it is deleted, so that none is lost.
    """
    with aws.unavailable_on_failure("queue"):
        for message in messages:
            group = _group(message.job) if message.job else {}
            aws.client("sqs").send_message(QueueUrl=url(name), MessageBody=message.body, **group)
            aws.client("sqs").delete_message(QueueUrl=url(f"{name}-dlq"), ReceiptHandle=message.receipt)
    return len(messages)
