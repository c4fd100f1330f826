"""Runs the whole gateway in this process: API, functions, queues with a test's clock, a merchant and its server."""

import itertools
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import uuid4

import boto3
from chalice.test import Client

import app as application
from chalicelib import aws
from chalicelib.config import settings
from chalicelib.domain import clock
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.webhooks import ALL_EVENTS
from chalicelib.services.merchants import accounts
from chalicelib.services.merchants.accounts import NewMerchant
from functions import deliver_webhook, process_payment, process_refund, process_settlement
from tests.support.cold import forget_everything
from tests.support.receiver import Receiver
from tests.torture.bank import Bank
from tests.torture.faults import Killed, Network
from tests.torture.timetable import Timetable

VISIBILITY = {"payments": 180, "refunds": 180, "settlements": 1800, "deliveries": 90, "deliveries-slow": 90}
HANDLERS: dict[str, Callable[[dict[str, Any], object], dict[str, Any]]] = {
    "payments": process_payment.handler,
    "refunds": process_refund.handler,
    "settlements": process_settlement.handler,
    "deliveries": deliver_webhook.handler,
    "deliveries-slow": deliver_webhook.handler,
}
MAX_RECEIVES = 5
BATCH = 10
NO_ANSWER = 0
MOST_STEPS = 10_000

T = TypeVar("T")


class Clock:
    """Stands still unless it is moved. Each reading adds a microsecond, so that no two records have the same time."""

    def __init__(self, start: float) -> None:
        self.time = start

    def __call__(self) -> float:
        self.time += 0.000_001
        return self.time


@dataclass
class Message:
    queue: str
    body: str
    visible_at: float
    id: str = field(default_factory=lambda: str(uuid4()))
    receives: int = 0


@dataclass
class Answer:
    """Holds an answer. status 0: there was no answer."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""

    @property
    def is_final(self) -> bool:
        return NO_ANSWER < self.status < 500


@dataclass
class Shop:
    """Holds a merchant, its credentials and the path of its receiver."""

    made: NewMerchant
    path: str
    endpoint_id: str = ""

    @property
    def id(self) -> str:
        return self.made.id


class QuickHasher:
    def hash(self, password: str) -> str:
        return f"not a hash, the tests sign nobody in: {len(password)}"


class World:
    """Holds the gateway of a whole run. Shops keep the scenarios apart."""

    def __init__(self) -> None:
        self.clock = Clock(clock.now())
        self.random = random.Random(7)
        self.receiver = Receiver()
        self.network = Network(aws.client)
        self.client = Client(application.app)
        self.sqs = boto3.client("sqs")  # not the application's client: faults must not reach the harness
        self.dynamodb = boto3.client("dynamodb")
        self.timetable = Timetable(self.dynamodb)
        self.bank = Bank()
        self.messages: list[Message] = []
        self.dead: list[Message] = []
        self.handlers = dict(HANDLERS)
        self._numbers = itertools.count(1)

    # ------------------------------------------------------------ people

    def open_shop(self, events: tuple[str, ...] = tuple(map(str, ALL_EVENTS))) -> Shop:
        number = next(self._numbers)
        made = accounts.create(f"Shop {number}", f"shop{number}-{uuid4()}@example.com")
        shop = Shop(made, f"/{number}")
        answer = self.call(shop, "PUT", "/merchants/webhook", {"webhook_url": self.receiver.url(shop.path)})
        assert answer.status == 200, answer
        shop.endpoint_id = self.call(shop, "GET", "/merchants/profile").body["webhook_endpoint_id"]
        wanted = {"events": list(events)} if events else {"enabled": False}
        answer = self.call(shop, "PATCH", f"/webhook-endpoints/{shop.endpoint_id}", wanted)
        assert answer.status == 200, answer
        return shop

    def shop_at_rest(self) -> Shop:
        """Returns a shop without a receiver, for a stage that would refuse the harness's receiver."""
        return Shop(accounts.create("Shop", f"shop-{uuid4()}@example.com"), "/nowhere")

    # ------------------------------------------------------------ requests

    def call(self, shop: Shop, method: str, path: str, body: Any = None, key: str = "") -> Answer:
        """Makes a request. Raises Killed when the process dies during the request."""
        headers = {"X-Api-Key": shop.made.pair.key, "X-Api-Secret": shop.made.pair.secret}
        if key:
            headers["Idempotency-Key"] = key
        payload = b""
        if body is not None:
            headers["Content-Type"] = "application/json"
            payload = json.dumps(body).encode()
        return self._request(method, path, headers, payload)

    def post(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Posts without a merchant's credentials."""
        return self._request("POST", path, {"Content-Type": "application/json", **headers}, body)

    def _request(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        got = self.client.http.request(method, f"/api/v1{path}", headers=headers, body=body)
        return Answer(got.status_code, json.loads(got.body or b"null"), got.headers, got.body.decode())

    def ask(self, shop: Shop, method: str, path: str, body: Any = None, key: str = "") -> Answer:
        """Makes a request as a client sees it: a process that dies during the request gives no answer."""
        return self.survive(lambda: self.call(shop, method, path, body, key), Answer(NO_ANSWER))

    def insist(self, shop: Shop, method: str, path: str, body: Any, key: str) -> Answer:
        """Repeats a client's request with a key until there is an answer."""
        for _ in range(5):
            answer = self.ask(shop, method, path, body, key)
            if answer.is_final:
                return answer
        raise AssertionError(f"{method} {path} was never answered: {answer}")

    # ------------------------------------------------------------ processes

    def restart(self) -> None:
        """Forgets everything, as a new process does."""
        forget_everything()

    def survive(self, act: Callable[[], T], otherwise: T) -> T:
        """Returns the result of `act`, or `otherwise` when the process dies, and restarts the process."""
        try:
            return act()
        except Killed:
            self.restart()
            return otherwise

    # ------------------------------------------------------------ queues

    def _collect(self) -> None:
        """Takes the sent messages out of SQS. From then on the world's clock counts."""
        for queue in HANDLERS:
            url = self.sqs.get_queue_url(QueueName=f"{settings().stack_name}-{queue}")["QueueUrl"]
            while found := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=BATCH).get("Messages"):
                entries = [{"Id": str(i), "ReceiptHandle": m["ReceiptHandle"]} for i, m in enumerate(found)]
                self.sqs.delete_message_batch(QueueUrl=url, Entries=entries)
                for raw in found:
                    self.put(queue, raw["Body"])

    def put(self, queue: str, body: str, delay: float | None = None) -> None:
        """Adds a message. delay: seconds; None: as the job says. A longer wait has a row in the deadlines table too."""
        if delay is None:
            try:
                delay = min(900.0, max(0.0, float(json.loads(body)["due_at"]) - self.clock.time))
            except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
                delay = 0.0
        self.messages.append(Message(queue, body, self.clock.time + delay))

    def step(self, queue: str | None = None) -> bool:
        """Handles one batch of visible messages, of a queue or of any queue. Returns False if there is no message."""
        self._collect()
        visible = [m for m in self.messages if m.visible_at <= self.clock.time and queue in {None, m.queue}]
        if not visible:
            return False
        self.random.shuffle(visible)
        chosen = [m for m in visible if m.queue == visible[0].queue][:BATCH]
        self.handle(chosen)
        return True

    def handle(self, batch: list[Message]) -> None:
        """Hands a batch to its function as Lambda does. Raises Killed if the process dies during the call."""
        queue = batch[0].queue
        for message in batch:
            message.receives += 1
            message.visible_at = self.clock.time + VISIBILITY[queue]
        event = {"Records": [_record(message) for message in batch]}
        try:
            failed = {item["itemIdentifier"] for item in self.handlers[queue](event, None)["batchItemFailures"]}
        except Killed:
            self._bury()
            raise
        except Exception:  # noqa: BLE001  # as on Lambda: the whole batch comes again
            failed = {message.id for message in batch}
        done = {message.id for message in batch} - failed
        self.messages = [message for message in self.messages if message.id not in done]
        self._bury()

    def _bury(self) -> None:
        self.dead += [m for m in self.messages if m.receives >= MAX_RECEIVES]
        self.messages = [m for m in self.messages if m.receives < MAX_RECEIVES]

    def work(self, queue: str | None = None) -> None:
        """Works off the visible messages and those that they cause at once. Restarts a process that dies."""
        self._collect()
        for _ in range(MOST_STEPS):
            if not self.survive(lambda: self.step(queue), otherwise=True):
                return
        raise AssertionError(f"the queues never ran dry: {self.messages[:3]}")

    def run(self, stride: float = 0) -> None:
        """Works until no message is left, and moves the clock to each due message. Leaves deadlines to pass_time.

        stride: seconds to go beyond a due time, so that work with nearly the same due time goes into batches.
        """
        for _ in range(MOST_STEPS):
            self.work()
            if not self.messages:
                return
            self.clock.time = max(self.clock.time, min(message.visible_at for message in self.messages) + stride)
        raise AssertionError(f"the queues never ran dry: {self.messages[:3]}")

    # ------------------------------------------------------------ time

    def pass_time(self, seconds: float) -> None:
        """Lets time pass. Works off messages and deadlines in the order in which they become due."""
        end = self.clock.time + seconds
        for _ in range(MOST_STEPS):
            self.work()
            moment = min([*(message.visible_at for message in self.messages), *self.timetable.moments()], default=end)
            if moment >= end:
                break
            self.clock.time = max(self.clock.time, moment)
            self.dispatch()
        self.clock.time = max(self.clock.time, end)
        self.dispatch()
        self.work()

    def dispatch(self) -> None:
        """Sends the jobs of due deadlines, if there are any. Repeats a dispatcher that fails or dies."""
        for _ in range(MAX_RECEIVES):
            if not self.timetable.is_due(self.clock.time):
                return
            try:
                self.timetable.dispatch(self.clock.time)
            except Killed:
                self.restart()
            except Unavailable:
                pass
        raise AssertionError("the dispatcher never came through")

    def forget(self) -> None:
        """Empties the queues and the deadlines for the next scenario."""
        self._collect()
        self.messages.clear()
        self.dead.clear()
        self.timetable.clear()
        self.bank.behaves("instant")


def _record(message: Message) -> dict[str, Any]:
    attributes = {"ApproximateReceiveCount": str(message.receives)}
    return {"messageId": message.id, "body": message.body, "attributes": attributes}
