"""Seconds: bursts, an idle gateway, delayed payments, and each request against the bare AWS calls that it needs."""

import statistics
import time
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from infra.bench import load
from infra.bench.gateway import Gateway
from infra.bench.load import Answer, Caller, Received, Request
from infra.local import stack

SUCCESS = "payment.success"
PATIENCE = 120

Figures = dict[str, Any]


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _milliseconds(seconds: Sequence[float]) -> Figures:
    return {f"p{int(share * 100)}": round(percentile(seconds, share) * 1000, 1) for share in (0.5, 0.95, 0.99)}


def _listen_with(gateway: Gateway, url: str) -> None:
    load.send(gateway.base, [Request("PUT", "/api/v1/merchants/webhook", {"webhook_url": url})])


def _wait_for_all(so_far: Callable[[], Received], payment_ids: Sequence[str]) -> Received:
    """Raises AssertionError if a webhook has not come in PATIENCE seconds."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        received = so_far()
        if all((SUCCESS, payment_id) in received.first for payment_id in payment_ids):
            return received
        time.sleep(0.1)
    raise AssertionError("a webhook is missing")


def burst(gateway: Gateway, count: int, clients: int) -> Figures:
    """So many payments at once, until the last webhook has come."""
    with load.receiver() as (url, so_far):
        _listen_with(gateway, url)
        orders = load.ids_of(load.send(gateway.base, [load.order()] * count, 16))
        before = gateway.cpu_seconds()
        answers = load.send(gateway.base, [load.payment(order_id) for order_id in orders], clients)
        received = _wait_for_all(so_far, load.ids_of(answers))
        used = {name: round(seconds - before[name], 2) for name, seconds in gateway.cpu_seconds().items()}
    return {**_of_burst(answers, received), "cpu_seconds": used}


def _of_burst(answers: Sequence[Answer], received: Received) -> Figures:
    began = min(answer.started for answer in answers)
    created = max(answer.started + answer.seconds for answer in answers)
    came = [received.first[SUCCESS, answer.body["id"]] for answer in answers]
    return {
        "payments": len(answers),
        "creates_per_second": round(len(answers) / (created - began), 1),
        "webhooks_per_second": round(len(answers) / (max(came) - began), 1),
        "after_last_request": round(max(came) - created, 2),
        "create_ms": _milliseconds([answer.seconds for answer in answers]),
        "create_to_webhook_ms": _milliseconds([at - a.started for at, a in zip(came, answers, strict=True)]),
        "repeated_webhooks": received.repeats,
    }


def idle(gateway: Gateway, count: int) -> Figures:
    """One payment at a time, each after the webhook of the one before."""
    seconds = []
    with load.receiver() as (url, so_far):
        _listen_with(gateway, url)
        orders = load.ids_of(load.send(gateway.base, [load.order()] * count))
        for order_id in orders:
            (answer,) = load.send(gateway.base, [load.payment(order_id)])
            received = _wait_for_all(so_far, [answer.body["id"]])
            seconds.append(received.first[SUCCESS, answer.body["id"]] - answer.started)
    return {"payments": count, "create_to_webhook_ms": _milliseconds(seconds)}


class Floor:
    """The bare AWS calls of a request, made with boto3 as it comes, on the tables of the same stack."""

    def __init__(self, endpoint: str) -> None:
        self._dynamodb = stack.client("dynamodb", endpoint)
        self._sqs = stack.client("sqs", endpoint)
        self._dynamodb.create_table(
            TableName="floor",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        self._queue = self._sqs.create_queue(QueueName="floor")["QueueUrl"]

    def order(self) -> str:
        """A write."""
        order_id = f"order_{uuid.uuid4().hex[:16]}"
        item = {"id": order_id, "merchant_id": str(uuid.uuid4()), "status": "created", "created_at": str(time.time())}
        self._dynamodb.put_item(TableName="floor", Item=_typed(item | {"notes": "{}", "currency": "INR"}))
        return order_id

    def read(self, order_id: str) -> None:
        self._dynamodb.get_item(TableName="floor", Key=_typed({"id": order_id}), ConsistentRead=True)

    def payment(self, order_id: str) -> None:
        """A read, a message, a transaction of two writes with conditions."""
        payment_id = f"pay_{uuid.uuid4().hex[:16]}"
        self.read(order_id)
        self._sqs.send_message(QueueUrl=self._queue, MessageBody=f'{{"v":1,"object_id":"{payment_id}"}}')
        item = {"id": payment_id, "order_id": order_id, "merchant_id": str(uuid.uuid4()), "status": "pending"}
        put = {"TableName": "floor", "Item": _typed(item), "ConditionExpression": "attribute_not_exists(id)"}
        update = {
            "TableName": "floor",
            "Key": _typed({"id": order_id}),
            "UpdateExpression": "SET #s = :s, live_payment_id = :p",
            "ConditionExpression": "attribute_not_exists(live_payment_id)",
            "ExpressionAttributeNames": {"#s": "status"},
            "ExpressionAttributeValues": _typed({":s": "attempted", ":p": payment_id}),
        }
        self._dynamodb.transact_write_items(TransactItems=[{"Put": put}, {"Update": update}])


def _typed(values: dict[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"S": value} for name, value in values.items()}


def _timed(call: Callable[[], Any], into: list[float]) -> Any:
    started = time.perf_counter()
    result = call()
    into.append(time.perf_counter() - started)
    return result


def against_the_floor(gateway: Gateway, count: int) -> Figures:
    """Each request and its floor in turn, so that whatever else the machine does slows both."""
    floor = Floor(gateway.endpoint)
    names = ("POST order", "GET order", "POST payment")
    ours: dict[str, list[float]] = {name: [] for name in names}
    bare: dict[str, list[float]] = {name: [] for name in names}
    with Caller(gateway.base) as call:
        for _ in range(count):
            order_id = _timed(partial(call, load.order()), ours["POST order"]).body["id"]
            bare_id = _timed(floor.order, bare["POST order"])
            _timed(partial(call, Request("GET", f"/api/v1/orders/{order_id}")), ours["GET order"])
            _timed(partial(floor.read, bare_id), bare["GET order"])
            _timed(partial(call, load.payment(order_id)), ours["POST payment"])
            _timed(partial(floor.payment, bare_id), bare["POST payment"])
    return {name: _against(ours[name], bare[name]) for name in names}


def _against(ours: Sequence[float], bare: Sequence[float]) -> Figures:
    ratio = statistics.median(ours) / statistics.median(bare)
    return {"ms": _milliseconds(ours), "floor_ms": _milliseconds(bare), "ratio": round(ratio, 2)}
