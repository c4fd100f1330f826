"""An Idempotency-Key as a caller sends it: what it belongs to, and what is kept of a request that has one."""

import json

import pytest
from chalice.test import Client

import app
from chalicelib import queues
from chalicelib.queues import job
from chalicelib.services import merchants, settlement

UPI = {"method": "upi", "vpa": "success@upi"}


class Caller:
    def __init__(self, pair):
        self.headers = {"Content-Type": "application/json", "X-Api-Key": pair.key, "X-Api-Secret": pair.secret}
        self.http = Client(app.app).http

    def ask(self, path, body, key=""):
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.http.request("POST", f"/api/v1{path}", headers={**self.headers, "Idempotency-Key": key}, body=sent)

    def order(self):
        return json.loads(self.ask("/orders", {"amount": 1000}).body)["id"]

    def paid(self):
        payment_id = json.loads(self.ask("/payments", {"order_id": self.order()} | UPI).body)["id"]
        settlement.process([job(queues.PAYMENTS, payment_id, "r")])
        return payment_id


@pytest.fixture(scope="module")
def caller(tables):
    return Caller(merchants.create("Once", "once@example.com").pair)


def is_replay(answer):
    return "Idempotent-Replayed" in answer.headers


@pytest.mark.parametrize(("action", "body", "status"), [("capture", {"amount": 1000}, 200), ("refunds", {}, 201)])
def test_a_key_used_for_one_payment_is_free_for_another(caller, action, body, status):
    paths = [f"/payments/{caller.paid()}/{action}" for _ in range(2)]

    first, other, again = (caller.ask(path, body, f"one {action}") for path in (*paths, paths[0]))

    assert [answer.status_code for answer in (first, other, again)] == [status] * 3
    assert [is_replay(answer) for answer in (first, other, again)] == [False, False, True]
    assert other.body != first.body == again.body
