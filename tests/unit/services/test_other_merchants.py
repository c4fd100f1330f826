"""Another merchant's object is 404, by every path that leads to one, and in no list."""

import json

import pytest
from chalice.test import Client

import app
from chalicelib import queues
from chalicelib.queues import job
from chalicelib.services.merchants import accounts
from chalicelib.services.payments import settlement

VPA = {"method": "upi", "vpa": "success@upi"}


class Caller:
    def __init__(self, pair):
        self.key = pair.key
        self.headers = {"Content-Type": "application/json", "X-Api-Key": pair.key, "X-Api-Secret": pair.secret}
        self.http = Client(app.app).http

    def ask(self, method, path, body=None, status=None):
        sent = b"" if body is None else json.dumps(body).encode()
        response = self.http.request(method, f"/api/v1{path}", headers=self.headers, body=sent)
        assert status in {None, response.status_code}, response.body
        return json.loads(response.body)


@pytest.fixture(scope="module")
def callers(tables):
    """Whose the objects are, and a stranger with an account."""
    made = [accounts.create(name, f"{name}@others.example") for name in ("owner", "stranger")]
    return [Caller(each.pair) for each in made]


@pytest.fixture(scope="module")
def objects(callers):
    owner, _ = callers
    order = owner.ask("POST", "/orders", {"amount": 1000}, 201)
    payment = owner.ask("POST", "/payments", {"order_id": order["id"]} | VPA, 201)
    settlement.process([job(queues.PAYMENTS, payment["id"], "r")])
    refund = owner.ask("POST", f"/payments/{payment['id']}/refunds", {"amount": 1}, 201)
    endpoint = owner.ask("POST", "/webhook-endpoints", {"url": "http://127.0.0.1:9/"}, 201)
    webhook = owner.ask("POST", f"/webhook-endpoints/{endpoint['id']}/test", status=200)
    unpaid = owner.ask("POST", "/orders", {"amount": 1000}, 201)
    made = {
        "order": order,
        "payment": payment,
        "refund": refund,
        "endpoint": endpoint,
        "webhook": webhook,
        "unpaid": unpaid,
    }
    return {name: each["id"] for name, each in made.items()}


REQUESTS = {
    "GET /orders/{order}": None,
    "POST /orders/{unpaid}/cancel": {},
    "GET /orders/{order}/payments": None,
    "GET /payments/{payment}": None,
    "GET /payments/{payment}/timeline": None,
    "GET /payments?order_id={order}": None,
    "POST /payments": {"order_id": "{unpaid}"} | VPA,
    "POST /payments/{payment}/capture": {"amount": 1000},
    "POST /payments/{payment}/void": {},
    "POST /payments/{payment}/refunds": {},
    "GET /refunds/{refund}": None,
    "GET /refunds?payment_id={payment}": None,
    "GET /webhooks/{webhook}": None,
    "POST /webhooks/{webhook}/retry": {},
    "POST /webhooks/verify": {"body": "", "headers": {}, "endpoint_id": "{endpoint}"},
    "GET /webhook-endpoints/{endpoint}": None,
    "PATCH /webhook-endpoints/{endpoint}": {"enabled": False},
    "POST /webhook-endpoints/{endpoint}/rotate-secret": {},
    "POST /webhook-endpoints/{endpoint}/reveal-secret": {},
    "POST /webhook-endpoints/{endpoint}/test": {},
    "POST /webhook-endpoints/{endpoint}/replay": {},
    "DELETE /webhook-endpoints/{endpoint}": None,
}


@pytest.mark.parametrize("line", REQUESTS)
def test_a_strangers_request_is_404(callers, objects, line):
    method, path = line.format(**objects).split(" ")
    body = {
        name: value.format(**objects) if isinstance(value, str) else value
        for name, value in (REQUESTS[line] or {}).items()
    }

    error = callers[1].ask(method, path, None if REQUESTS[line] is None else body, 404)["error"]

    assert error["code"] == "NOT_FOUND_ERROR"


def test_a_strangers_key_pays_no_order_of_another_and_shows_none(callers, objects):
    _, stranger = callers
    body = {"order_id": objects["unpaid"], "key": stranger.key} | VPA

    assert stranger.ask("POST", "/payments/public", body, 404)["error"]["description"] == "Order not found"
    stranger.ask("GET", f"/orders/{objects['unpaid']}/public?key={stranger.key}", status=404)


@pytest.mark.parametrize("rows", ["orders", "payments", "refunds", "webhooks", "webhook-endpoints", "dead-letters"])
def test_a_strangers_lists_are_empty(callers, objects, rows):
    shown = callers[1].ask("GET", f"/{rows}", status=200)

    assert (shown["data"], shown["total"]) == ([], 0)


def test_the_owner_still_has_everything(callers, objects):
    owner, _ = callers

    assert owner.ask("GET", f"/orders/{objects['unpaid']}", status=200)["attempts"] == 0
    assert owner.ask("GET", f"/payments/{objects['payment']}", status=200)["captured"] is False
    assert owner.ask("GET", f"/webhook-endpoints/{objects['endpoint']}", status=200)["enabled"] is True
    assert [owner.ask("GET", f"/{rows}", status=200)["total"] for rows in ("orders", "payments", "refunds")] == [
        2,
        1,
        1,
    ]


def test_the_payer_sees_neither_merchant_nor_secrets(callers, objects):
    owner, _ = callers
    order = owner.ask("GET", f"/orders/{objects['order']}/public?key={owner.key}", status=200)
    payment = owner.ask("GET", f"/payments/{objects['payment']}/public", status=200)

    assert set(order) == {"id", "amount", "currency", "status", "description", "merchant_name", "merchant"}
    assert set(order["merchant"]) == {"name", "logo_url", "color"}
    assert "merchant_id" not in payment
