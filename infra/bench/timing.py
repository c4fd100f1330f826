"""Measures seconds: bursts, an idle gateway, delayed payments, and each request against the bare AWS calls it needs."""

import statistics
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import boto3
import botocore.session

from infra.bench import load
from infra.bench.gateway import Gateway
from infra.bench.load import Answer, Caller, Received, Request
from infra.local import transport

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
    """Returns the webhooks of all payments. Raises AssertionError if a webhook has not come in PATIENCE seconds."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        received = so_far()
        if all((SUCCESS, payment_id) in received.first for payment_id in payment_ids):
            return received
        time.sleep(0.1)
    raise AssertionError("a webhook is missing")


def burst(gateway: Gateway, count: int, clients: int) -> Figures:
    """Makes `count` payments at once, and measures until the last webhook has come."""
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
    """Makes one payment at a time. Each payment waits for the webhook of the previous payment."""
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
    """Makes the bare AWS calls of a request, on tables of the same emulator. short_way: as `make up` (transport.py)."""

    def __init__(self, endpoint: str, *, short_way: bool) -> None:
        session = botocore.session.get_session()
        if short_way:
            transport.shorten(session)
        boto3_session = boto3.Session("test", "test", region_name="us-east-1", botocore_session=session)
        self._dynamodb = boto3_session.client("dynamodb", endpoint_url=endpoint)
        self._sqs = boto3_session.client("sqs", endpoint_url=endpoint)
        self._queue = self._sqs.create_queue(QueueName="floor")["QueueUrl"]
        if "floor" not in self._dynamodb.list_tables()["TableNames"]:
            self._create_table()

    def _create_table(self) -> None:
        self._dynamodb.create_table(
            TableName="floor",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )

    def order(self) -> str:
        """Makes a write."""
        order_id = f"order_{uuid.uuid4().hex[:16]}"
        item = {"id": order_id, "merchant_id": str(uuid.uuid4()), "status": "created", "created_at": str(time.time())}
        self._dynamodb.put_item(TableName="floor", Item=_typed(item | {"notes": "{}", "currency": "INR"}))
        return order_id

    def read(self, order_id: str) -> None:
        self._dynamodb.get_item(TableName="floor", Key=_typed({"id": order_id}), ConsistentRead=True)

    def payment(self, order_id: str) -> None:
        """Makes a read, a message, and a transaction of two writes with conditions."""
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


NAMES = ("POST order", "GET order", "POST payment")


def against_the_floor(gateway: Gateway, count: int) -> Figures:
    """Measures each request and its floors in turn, so that other load on the machine slows all of them."""
    floor, short = (Floor(gateway.endpoint, short_way=short_way) for short_way in (False, True))
    seconds: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in NAMES}
    with Caller(gateway.base) as call:
        for _ in range(count):
            order_id = _timed(partial(call, load.order()), seconds["POST order"]["ours"]).body["id"]
            _timed(partial(call, Request("GET", f"/api/v1/orders/{order_id}")), seconds["GET order"]["ours"])
            _timed(partial(call, load.payment(order_id)), seconds["POST payment"]["ours"])
            for way, bare in {"floor": floor, "short": short}.items():
                bare_id = _timed(bare.order, seconds["POST order"][way])
                _timed(partial(bare.read, bare_id), seconds["GET order"][way])
                _timed(partial(bare.payment, bare_id), seconds["POST payment"][way])
    return {name: _against(ways) for name, ways in seconds.items()}


def _against(ways: dict[str, list[float]]) -> Figures:
    medians = {way: statistics.median(seconds) for way, seconds in ways.items()}
    return {
        **{f"{way}_ms": round(median * 1000, 2) for way, median in medians.items()},
        "ratio": round(medians["ours"] / medians["floor"], 2),
        "short_ratio": round(medians["ours"] / medians["short"], 2),
    }
