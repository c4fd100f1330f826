"""What was added to orders and payments, as a caller sees it: from the request to the worker and back."""

import json
from dataclasses import replace

import pytest
from chalice.test import Client

import app
from chalicelib import queues
from chalicelib.acquirers.simulated import notifications
from chalicelib.api import routing
from chalicelib.config import settings
from chalicelib.persistence.payments import Payment
from chalicelib.queues import job
from chalicelib.services.merchants import accounts
from chalicelib.services.payments import settlement

JSON = {"Content-Type": "application/json"}
UPI = {"method": "upi", "vpa": "success@upi"}
NETBANKING = {"method": "netbanking", "bank": "HDFC"}


class Caller:
    def __init__(self, pair):
        self.http, self.headers = Client(app.app).http, {**JSON, "X-Api-Key": pair.key, "X-Api-Secret": pair.secret}

    def ask(self, method, path, body=None, status=200, headers=None):
        sent = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
        answer = self.http.request(method, f"/api/v1{path}", headers={**self.headers, **(headers or {})}, body=sent)
        assert answer.status_code == status, answer.body
        return json.loads(answer.body)

    def order(self, **terms):
        return self.ask("POST", "/orders", {"amount": 1000, **terms}, 201)["id"]

    def pay(self, how, **terms):
        payment_id = self.ask("POST", "/payments", {"order_id": self.order(**terms), **how}, 201)["id"]
        return self.worked_off(payment_id)

    def worked_off(self, payment_id):
        assert settlement.process([job(queues.PAYMENTS, payment_id, "r")]) == []
        return self.ask("GET", f"/payments/{payment_id}")


@pytest.fixture(scope="module")
def caller(tables):
    return Caller(accounts.create("Life", "life@example.com").pair)


def test_a_payer_who_signs_in_at_the_bank_has_paid(caller):
    payment = caller.pay(NETBANKING)
    assert (payment["status"], payment["next_action"]["type"]) == ("pending", "redirect")

    acted = caller.ask("POST", f"/sandbox/payments/{payment['id']}/act", {"action": "approve"})
    assert "merchant_id" not in acted

    paid = caller.worked_off(payment["id"])
    assert (paid["status"], paid["bank"], paid["next_action"]) == ("success", "HDFC", None)


@pytest.mark.parametrize(
    ("act", "field", "told"),
    [
        ({"action": "dance"}, "action", "approve"),
        ({"action": "decline", "code": "NO_REASON"}, "action", "CARD_DECLINED"),
        ({"action": "challenge", "code": "1"}, "code", "tries left"),
        ({}, "action", "required"),
    ],
)
def test_an_act_that_the_bank_does_not_await_is_refused_and_says_what_it_awaits(caller, act, field, told):
    payment = caller.pay(NETBANKING)

    error = caller.ask("POST", f"/sandbox/payments/{payment['id']}/act", act, 400)["error"]

    assert error["field"] == field
    assert told in error["description"]


def test_nobody_acts_for_an_unknown_payment_or_outside_test_stages(caller, monkeypatch):
    caller.ask("POST", "/sandbox/payments/pay_unknown/act", {"action": "approve"}, 404)
    payment = caller.pay(NETBANKING)
    elsewhere = replace(settings(), stage="dev")
    monkeypatch.setattr(routing, "settings", lambda: elsewhere)
    caller.ask("POST", f"/sandbox/payments/{payment['id']}/act", {"action": "approve"}, 404)


@pytest.mark.parametrize("spelling", [str.lower, str.title])
def test_the_banks_notification_wakes_the_worker(caller, spelling):
    payment = caller.pay(NETBANKING)
    before = Payment.find(payment["id"]).deadline_at
    headers, body = notifications.signed(payment["id"], "ntf_1", settings().bank_notification_secret)

    answer = caller.ask("POST", "/bank/notifications", body, headers={spelling(k): v for k, v in headers.items()})

    assert answer == {"received": True}
    assert Payment.find(payment["id"]).deadline_at < before


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b'{"object_id": "pay_1"}'])
def test_a_notification_without_the_banks_signature_is_401(caller, body):
    assert caller.ask("POST", "/bank/notifications", body, 401)["error"]["code"] == "AUTHENTICATION_ERROR"


def test_a_voided_payment_leaves_its_order_payable(caller):
    payment = caller.pay(UPI)
    order = caller.ask("GET", f"/orders/{payment['order_id']}")
    assert (order["status"], order["amount_due"]) == ("paid", 0)

    voided = caller.ask("POST", f"/payments/{payment['id']}/void")

    assert (voided["status"], voided["captured"]) == ("voided", False)
    assert voided["voided_at"]
    assert caller.ask("GET", f"/orders/{payment['order_id']}")["amount_due"] == 1000
    error = caller.ask("POST", f"/payments/{payment['id']}/void", status=400)["error"]
    assert error["description"] == "Payment not in voidable state"


def test_an_order_says_that_its_money_is_taken_at_once(caller):
    payment = caller.pay(UPI, capture="automatic")

    assert (payment["status"], payment["captured"]) == ("success", True)
    assert payment["captured_at"]


def test_a_cancelled_order_takes_no_payment(caller):
    order_id = caller.order()
    assert caller.ask("POST", f"/orders/{order_id}/cancel")["status"] == "cancelled"

    caller.ask("POST", "/payments", {"order_id": order_id, **UPI}, 400)
    caller.ask("POST", f"/orders/{order_id}/cancel", status=400)


def test_an_order_lists_its_payments(caller):
    payment = caller.pay({"method": "upi", "vpa": "failure@upi"})
    path = f"/orders/{payment['order_id']}/payments"
    second = caller.ask("POST", "/payments", {"order_id": payment["order_id"], **UPI}, 201)

    listed = caller.ask("GET", path)

    assert [row["id"] for row in listed["data"]] == [second["id"], payment["id"]]
    assert (listed["total"], listed["next_cursor"]) == (2, None)
    assert [row["id"] for row in caller.ask("GET", f"{path}?status=failed")["data"]] == [payment["id"]]
    caller.ask("GET", f"{path}?status=lost", status=400)
    caller.ask("GET", "/orders/order_unknown/payments", status=404)


@pytest.mark.parametrize("flow", ["intent", "qr"])
def test_the_payers_app_gets_a_link_or_a_code(caller, flow):
    payment = caller.pay({"method": "upi", "flow": flow})

    assert payment["next_action"]["type"] == f"upi_{flow}"
    assert payment["next_action"]["url"].startswith("upi://pay?")


def test_a_payer_reads_another_sentence_than_the_merchant(caller):
    payment = caller.pay({"method": "upi", "vpa": "failure@upi"})

    told = caller.ask("GET", f"/payments/{payment['id']}/public")

    assert told["error_code"] == payment["error_code"] == "PAYMENT_FAILED"
    assert told["error_description"]
