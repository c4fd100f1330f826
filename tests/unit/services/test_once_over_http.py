"""An Idempotency-Key as a caller sends it: what it belongs to, and what is kept of a request that has one."""

import json
from datetime import UTC, datetime

import pytest
from chalice.test import Client

import app
from chalicelib import queues
from chalicelib.api import schemas
from chalicelib.domain import clock
from chalicelib.methods.card import CardDetails, PayByCard
from chalicelib.persistence.idempotency import IdempotencyRecord
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.queues import job
from chalicelib.services import idempotency
from chalicelib.services.merchants import accounts
from chalicelib.services.payments import settlement

UPI = {"method": "upi", "vpa": "success@upi"}
CARD = {
    "number": "4111 1111 1111 1111",
    "expiry_month": 12,
    "expiry_year": 2040,
    "cvv": "737",
    "holder_name": "A",
}


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
    return Caller(accounts.create("Once", "once@example.com").pair)


def is_replay(answer):
    return "Idempotent-Replayed" in answer.headers


@pytest.mark.parametrize(
    ("action", "body", "status"), [("capture", {"amount": 1000}, 200), ("void", {}, 200), ("refunds", {}, 201)]
)
def test_a_key_used_for_one_payment_is_free_for_another(caller, action, body, status):
    paths = [f"/payments/{caller.paid()}/{action}" for _ in range(2)]

    first, other, again = (caller.ask(path, body, f"one {action}") for path in (*paths, paths[0]))

    assert [answer.status_code for answer in (first, other, again)] == [status] * 3
    assert [is_replay(answer) for answer in (first, other, again)] == [False, False, True]
    assert other.body != first.body == again.body


def pay_by_card(caller, order_id, key, **card):
    return caller.ask("/payments", {"order_id": order_id, "method": "card", "card": CARD | card}, key)


def test_a_repeat_gets_its_answer_even_after_the_card_has_expired(caller, monkeypatch):
    last = datetime(2026, 11, 30, 23, 59, 58, tzinfo=UTC).timestamp()
    order_id, expiring = caller.order(), {"expiry_month": 11, "expiry_year": 2026}
    monkeypatch.setattr(clock, "source", lambda: last)
    first = pay_by_card(caller, order_id, "expiring", **expiring)
    monkeypatch.setattr(clock, "source", lambda: last + 4)
    again, new = (pay_by_card(caller, order_id, key, **expiring) for key in ("expiring", ""))

    assert (first.status_code, again.status_code, again.body) == (201, 201, first.body)
    assert is_replay(again)
    assert new.status_code == 400


@pytest.mark.parametrize(
    "other", [{"number": "4111111111111103"}, {"holder_name": "A Thief"}, {"expiry_year": 2041}], ids=str
)
def test_another_card_under_the_same_key_is_refused(caller, other):
    order_id, key = caller.order(), f"another card {other}"

    answers = [pay_by_card(caller, order_id, key, **card) for card in ({}, {"number": "4111-1111-1111-1111"}, other)]

    assert [answer.status_code for answer in answers] == [201, 201, 422]


def test_what_is_kept_to_recognise_a_request_is_the_same_for_every_card_that_shares_what_may_be_kept():
    """So there is nothing to try numbers and codes against."""
    bodies = [CARD, CARD | {"number": "4222222222221111", "cvv": "999"}]
    asked = [PayByCard("order_1", card=CardDetails(**card)) for card in bodies]

    kept = {idempotency.once(("m",), "k", schemas.identity(each)).fingerprint for each in asked}

    assert len(kept) == 1
    assert b"1111" in schemas.identity(asked[0])
    assert not [secret for secret in ("4111", CARD["cvv"]) if secret.encode() in schemas.identity(asked[0])]


def test_how_a_request_is_spelt_does_not_make_it_another(caller):
    spellings = [
        b'{"amount":100,"receipt":"a"}',
        b'{"receipt": "a", "more": 1, "amount": 100}',
        b'{"amount":100,"receipt":"a","notes":{}}',
        b'{"amount":100,"receipt":"a","notes":[],"currency":"INR"}',
    ]

    first, *again = (caller.ask("/orders", text, "spelt") for text in spellings)

    assert [(each.body, is_replay(each)) for each in again] == [(first.body, True)] * 3


def test_a_card_whose_expiry_is_spelt_otherwise_is_the_same_card(caller):
    order_id = caller.order()

    spellings = ({}, {"expiry_year": "40"}, {"expiry_month": "12", "expiry_year": " 2040 "})
    first, *again = (pay_by_card(caller, order_id, "year", **card) for card in spellings)

    assert [(each.body, is_replay(each)) for each in again] == [(first.body, True)] * 2


@pytest.mark.parametrize("what", ["payment", "capture", "void", "refund"])
@pytest.mark.parametrize("model", [Order, Payment, IdempotencyRecord])
def test_before_whichever_read_an_equal_request_commits_the_slower_one_gets_its_answer(
    caller, monkeypatch, what, model
):
    path, body = {
        "payment": lambda: ("/payments", {"order_id": caller.order()} | UPI),
        "capture": lambda: (f"/payments/{caller.paid()}/capture", {"amount": 1000}),
        "void": lambda: (f"/payments/{caller.paid()}/void", {}),
        "refund": lambda: (f"/payments/{caller.paid()}/refunds", {"amount": 1000}),
    }[what]()
    find, key, faster = model.find, f"equal {what} {model.__name__}", []

    def find_after_the_faster_one(*record, **how):
        monkeypatch.setattr(model, "find", find)
        faster.append(caller.ask(path, body, key))
        return find(*record, **how)

    monkeypatch.setattr(model, "find", find_after_the_faster_one)
    slower = caller.ask(path, body, key)

    assert slower.status_code < 300
    assert not faster or (slower.body == faster[0].body and is_replay(slower))
