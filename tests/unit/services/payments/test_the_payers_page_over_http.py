"""What the payer's page asks beside the payment: the way back to the shop, and the end of a payment given up."""

import hashlib
import hmac
import json
from urllib.parse import parse_qsl, urlsplit

import pytest
from chalice.test import Client

import app
from chalicelib import queues
from chalicelib.persistence.payments import Payment
from chalicelib.queues import job
from chalicelib.services.merchants import accounts
from chalicelib.services.payments import settlement

QR = {"method": "upi", "flow": "qr"}
SHOP = "https://shop.example/thanks?cart=7#end"


class Payer:
    """A payer, and the server of the shop that makes the orders."""

    def __init__(self, pair):
        self.pair, self.http = pair, Client(app.app).http

    def ask(self, method, path, body=None, status=200):
        headers = {"Content-Type": "application/json", "X-Api-Key": self.pair.key, "X-Api-Secret": self.pair.secret}
        answer = self.http.request(method, f"/api/v1{path}", headers=headers, body=json.dumps(body or {}).encode())
        assert answer.status_code == status, answer.body
        return json.loads(answer.body)

    def order(self, **terms):
        return self.ask("POST", "/orders", {"amount": 1000, **terms}, 201)["id"]

    def pay(self, order_id, how):
        body = {"order_id": order_id, "key": self.pair.key, **how}
        payment_id = self.ask("POST", "/payments/public", body, 201)["id"]
        self.work(payment_id)
        return payment_id

    def work(self, payment_id):
        assert settlement.process([job(queues.PAYMENTS, payment_id, "r")]) == []

    def way_back(self, payment_id):
        return self.ask("GET", f"/payments/{payment_id}/public/return?key={self.pair.key}")["url"]

    def act(self, payment_id, action):
        self.ask("POST", f"/sandbox/payments/{payment_id}/act", {"action": action})
        self.work(payment_id)


@pytest.fixture(scope="module")
def payer(tables):
    return Payer(accounts.create("Payer", "payer@example.com").pair)


@pytest.fixture(scope="module")
def stranger(tables):
    return Payer(accounts.create("Other", "other@example.com").pair)


@pytest.mark.parametrize(("vpa", "status"), [("success@upi", "success"), ("failure@upi", "failed")])
def test_the_shop_can_verify_with_which_result_the_payer_comes_back(payer, vpa, status):
    order = payer.order(return_url=SHOP)
    payment = payer.pay(order, {"method": "upi", "vpa": vpa})

    parts = urlsplit(payer.way_back(payment))
    told = dict(parse_qsl(parts.query))

    signed = f"{order}|{payment}|{status}".encode()
    expected = hmac.new(payer.pair.secret.encode(), signed, hashlib.sha256).hexdigest()
    result = {"order_id": order, "payment_id": payment, "status": status, "signature": expected}
    assert told == {"cart": "7", **result}
    assert (parts.netloc, parts.fragment) == ("shop.example", "end")


def test_there_is_no_way_back_before_the_end_nor_without_an_address(payer):
    waiting = payer.pay(payer.order(return_url=SHOP), QR)
    homeless = payer.pay(payer.order(), {"method": "upi", "vpa": "success@upi"})
    assert [payer.way_back(payment) for payment in (waiting, homeless)] == [None, None]


def test_another_merchants_key_signs_nothing(payer, stranger):
    payment = payer.pay(payer.order(return_url=SHOP), {"method": "upi", "vpa": "success@upi"})
    stranger.ask("GET", f"/payments/{payment}/public/return?key={stranger.pair.key}", status=404)
    payer.ask("GET", f"/payments/{payment}/public/return", status=401)
    payer.ask("GET", f"/payments/{payment}/public/return?key=key_unknown", status=401)


def test_a_payment_given_up_leaves_the_order_to_another(payer):
    order = payer.order()
    first = payer.pay(order, QR)

    given_up = payer.ask("POST", f"/payments/{first}/public/cancel")

    assert (given_up["status"], given_up["error_code"], given_up["next_action"]) == (
        "failed",
        "PAYMENT_CANCELLED",
        None,
    )
    assert "merchant_id" not in given_up
    second = payer.pay(order, {"method": "upi", "vpa": "success@upi"})
    assert payer.ask("GET", f"/payments/{second}/public")["status"] == "success"


def test_who_pays_after_giving_up_pays_the_free_order_late(payer):
    order = payer.order()
    payment = payer.pay(order, QR)
    payer.ask("POST", f"/payments/{payment}/public/cancel")

    payer.act(payment, "late_approve")

    paid = payer.ask("GET", f"/payments/{payment}/public")
    assert (paid["status"], paid["late"]) == ("success", True)
    assert payer.ask("GET", f"/orders/{order}")["status"] == "paid"


def test_who_gives_up_one_payment_and_makes_both_pays_once(payer):
    order = payer.order()
    first = payer.pay(order, QR)
    payer.ask("POST", f"/payments/{first}/public/cancel")
    second = payer.pay(order, {"method": "upi", "vpa": "success@upi"})

    payer.act(first, "late_approve")

    states = [payer.ask("GET", f"/payments/{payment}/public")["status"] for payment in (first, second)]
    assert states == ["voided", "success"]


def test_the_bank_is_asked_again_about_a_payment_given_up(payer):
    payment = payer.pay(payer.order(), QR)
    payer.ask("POST", f"/payments/{payment}/public/cancel")
    assert Payment.find(payment).deadline_at is not None


@pytest.mark.parametrize(("vpa", "status"), [("success@upi", "success"), ("failure@upi", "failed")])
def test_a_settled_payment_cannot_be_given_up(payer, vpa, status):
    payment = payer.pay(payer.order(), {"method": "upi", "vpa": vpa})
    before = payer.ask("GET", f"/payments/{payment}/public")
    assert payer.ask("POST", f"/payments/{payment}/public/cancel") == before
    assert before["status"] == status


def test_the_payer_sees_what_the_order_is_for(payer):
    order = payer.order(description="Two umbrellas")
    assert payer.ask("GET", f"/orders/{order}/public")["description"] == "Two umbrellas"
