"""A world for the delivery of webhooks: its clock, its queue, its schedule and its receivers do what a test says.

The records are in moto's DynamoDB, so the conditions are real; attempts run one after the other, because moto is not
safe under threads.
"""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from itertools import count
from math import inf
from typing import Any

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.domain.webhooks import Event
from chalicelib.outbound import Attempt, ErrorClass
from chalicelib.persistence import deadlines
from chalicelib.persistence.deadlines import Deadline
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.transactions import Transaction
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.queues import DELIVERIES, DELIVERIES_SLOW, Job, job
from chalicelib.services.events import announcing
from chalicelib.services.events.announcing import NewEvent, NewEvents
from chalicelib.services.webhooks import endpoints
from functions import deliver_webhook

MERCHANT = "merchant-1"
_make_row = deadlines.row
STARTED = 1_800_000_000.0
VISIBILITY = 90


class Killed(BaseException):
    """The worker's process is gone; nothing after this line of it happens."""


class SameThread:
    def submit(self, call: Callable[..., Any], *args: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(call(*args))
        except Killed:
            raise
        except BaseException as failure:  # noqa: BLE001  # as an executor does
            future.set_exception(failure)
        return future


def answered(status: int, retry_after: str | None = None) -> Attempt:
    ok = status in range(200, 300)
    error, detail = (None, "") if ok else (ErrorClass.STATUS, f"the receiver answered {status}")
    return Attempt(status, error, detail, duration_ms=3, response_body="", retry_after=retry_after)


def hung() -> Attempt:
    return Attempt(None, ErrorClass.TIMEOUT, "timed out", duration_ms=5000, response_body="", retry_after=None)


def slowly(status: int) -> Attempt:
    """Within the time limit, but hardly."""
    return replace(answered(status), duration_ms=4900)


@dataclass
class Message:
    visible_at: float
    body: str
    delay: int
    number: int
    receives: int = 0


class World:
    def __init__(self) -> None:
        self.now = STARTED
        self.messages: list[Message] = []
        self.rows: list[Deadline] = []
        self.sent: list[Message] = []
        self.posts: list[tuple[float, str, dict[str, str]]] = []
        self.answer: Callable[[str], Attempt] = lambda _url: answered(200)
        self.on_send: Callable[[], None] = lambda: None
        self.on_keep: Callable[[Deadline], None] = lambda _row: None
        self._numbers = count()

    # ------------------------------------------------------------ stands in for the outside

    def clock(self) -> float:
        return self.now

    def send_chunk(self, queue: str, jobs: Sequence[Job]) -> None:
        assert queue in (DELIVERIES, DELIVERIES_SLOW)
        self.on_send()
        for work in jobs:
            delay = queues._delay(work)
            message = Message(self.now + delay, queues.encode(work), delay, next(self._numbers))
            self.messages.append(message)
            self.sent.append(message)

    def new_row(self, queue: str, object_id: str, due_at: float, message: str) -> Deadline:
        """The application is about to keep a deadline; what stands in for its schedule knows of it."""
        self.on_send()
        row = _make_row(queue, object_id, due_at, message)
        self.on_keep(row)
        self.rows = [other for other in self.rows if other.key() != row.key()] + [row]
        return row

    def post(self, url: str, _body: str, headers: dict[str, str], **_limits: object) -> Attempt:
        self.posts.append((self.now - STARTED, url, headers))
        attempt = self.answer(url)
        self.now += attempt.duration_ms / 1000
        return attempt

    # ------------------------------------------------------------ what a test does

    def endpoint(self, url: str = "http://receiver.example/hook", merchant_id: str = MERCHANT) -> WebhookEndpoint:
        endpoint = endpoints.new(merchant_id, url)
        endpoint.write()
        return endpoint

    def event(self, endpoint: WebhookEndpoint, object_id: str = "pay_1", data: dict[str, Any] | None = None) -> str:
        """An event has happened; its message is on the queue. Returns the delivery's id."""
        told = [NewEvent(Event.PAYMENT_SUCCESS, object_id, 3, ("payment",))]
        new = NewEvents(endpoint.merchant_id, clock.iso(self.now), told, data or {"payment": {}}, request_id="req-1")
        happened = announcing.announce(new, [endpoint])
        transaction = Transaction()
        announcing.put(transaction, happened)
        transaction.commit()
        (delivery,) = happened.deliveries
        queues.send(job(DELIVERIES, delivery.id, "req-1"))
        return delivery.id

    def run(self, seconds: float = 12 * 3600, step: Callable[[], None] | None = None) -> None:
        """Works off every message that becomes visible within so many seconds."""
        end = self.now + seconds
        while (next_at := self._next()) <= end:
            self.now = max(self.now, next_at)
            self._dispatch()
            self.invoke()
            if step:
                step()
        self.now = max(self.now, end)

    def _next(self) -> float:
        return min(
            [*(m.visible_at for m in self.messages), *(clock.seconds(_moment(row)) for row in self.rows)], default=inf
        )

    def _dispatch(self) -> None:
        """What the schedule does, at the second of each deadline."""
        due = [row for row in self.rows if clock.seconds(_moment(row)) <= self.now]
        self.rows = [row for row in self.rows if row not in due]
        for row in due:
            self.messages.append(Message(self.now, row.job, 0, next(self._numbers)))

    def invoke(self) -> None:
        """One batch, as Lambda hands it out and deletes what did not fail."""
        visible = sorted((m for m in self.messages if m.visible_at <= self.now), key=lambda m: m.visible_at)[:10]
        for message in visible:
            message.receives += 1
            message.visible_at = self.now + VISIBILITY
        try:
            failed = self._handle(visible)
        except Killed:
            return
        self.messages = [m for m in self.messages if m not in visible or str(m.number) in failed]

    def _handle(self, batch: Sequence[Message]) -> set[str]:
        records = [
            {
                "messageId": str(m.number),
                "body": m.body,
                "attributes": {"ApproximateReceiveCount": str(m.receives)},
            }
            for m in batch
        ]
        answer = deliver_webhook.handler({"Records": records}, None)
        return {item["itemIdentifier"] for item in answer["batchItemFailures"]}

    def duplicate(self, message: Message) -> None:
        """SQS delivers at least once."""
        self.messages.append(Message(self.now, message.body, 0, next(self._numbers)))

    def times(self) -> list[float]:
        """Of the attempts, in seconds since the start."""
        return [round(at, 1) for at, *_ in self.posts]


def _moment(row: Deadline) -> str:
    return str(row.due).partition("#")[0]


def delivery(delivery_id: str) -> Delivery:
    found = Delivery.find(delivery_id)
    assert found is not None
    return found


def stored(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    found = WebhookEndpoint.find(endpoint.merchant_id, endpoint.id)
    assert found is not None
    return found


def log_of(delivery_id: str) -> list[dict[str, Any]]:
    return json.loads(json.dumps(delivery(delivery_id).attempts_log, default=str))
