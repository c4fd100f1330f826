"""What time does to the objects of the Razorpay-compatible surface."""

import hmac
import time
from contextlib import contextmanager
from dataclasses import replace

import pytest

from chalicelib import queues
from chalicelib.acquirers.simulated.instruments import SLOW_REFUND_AMOUNT
from chalicelib.config import settings
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest
from chalicelib.services import invoices, views
from chalicelib.services.merchants import accounts
from tests.support.surface import KEY, SECRET, ask, make


@contextmanager
def later(seconds):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "source", lambda: time.time() + seconds)
        yield


def shown(path):
    return ask("GET", path)[1]


@pytest.fixture(autouse=True)
def _empty(workers):
    workers.empty()


def pay(shop, order_id):
    return shop.pay(order_id)["id"]


def run_at(workers, object_id, seconds):
    """Works off an object's deadline when the time has come."""
    with later(seconds):
        queues.send(queues.job("payments", object_id, "r"))
        workers.drain()


@pytest.mark.parametrize(("terms", "days"), [({}, 3), ({"capture_options": {"manual_expiry_period": 7200}}, 5)])
def test_money_that_nobody_captures_goes_back(shop, workers, terms, days):
    order = make("orders", {"amount": 500, "payment": {"capture": "manual", **terms}})
    payment_id = pay(shop, order["id"])
    workers.drain()
    assert shown(f"payments/{payment_id}")["status"] == "authorized"

    run_at(workers, payment_id, days * 86400 - 600)
    assert shown(f"payments/{payment_id}")["status"] == "authorized"
    run_at(workers, payment_id, days * 86400 + 600)

    payment = shown(f"payments/{payment_id}")
    assert (payment["status"], payment["captured"], payment["amount_refunded"]) == ("refunded", False, 500)
    (refund,) = shown(f"payments/{payment_id}/refunds")["items"]
    assert (refund["amount"], refund["status"], refund["payment_id"]) == (500, "processed", payment_id)
    assert shown(f"refunds/{refund['id']}") == shown(f"payments/{payment_id}/refunds/{refund['id']}") == refund
    assert shown(f"orders/{order['id']}")["status"] == "attempted"


def test_a_link_expires(shop, workers):
    link = make("payment_links", {"amount": 500, "expire_by": int(time.time()) + 1000})
    run_at(workers, link["order_id"], 500)
    assert shown(f"payment_links/{link['id']}")["status"] == "created"

    run_at(workers, link["order_id"], 1100)

    expired = shown(f"payment_links/{link['id']}")
    assert expired["status"] == "expired"
    assert expired["expired_at"] > 0


def test_a_link_whose_end_was_moved_expires_then(shop, workers):
    link = make("payment_links", {"amount": 500, "expire_by": int(time.time()) + 1000})
    assert ask("PATCH", f"payment_links/{link['id']}", {"expire_by": int(time.time()) + 5000})[0] == 200

    run_at(workers, link["order_id"], 1100)
    assert shown(f"payment_links/{link['id']}")["status"] == "created"
    run_at(workers, link["order_id"], 5100)
    assert shown(f"payment_links/{link['id']}")["status"] == "expired"


def test_the_end_of_a_cancelled_link_is_not_moved(shop, workers):
    link = make("payment_links", {"amount": 500})
    make(f"payment_links/{link['id']}/cancel", {})

    status, refused = ask("PATCH", f"payment_links/{link['id']}", {"expire_by": int(time.time()) + 5000})

    assert (status, refused["error"]["description"]) == (400, "Order is cancelled")


@pytest.mark.parametrize(("amount", "speed"), [(200, "instant"), (SLOW_REFUND_AMOUNT, "normal")])
def test_a_refund_that_the_bank_does_slowly_was_not_instant(shop, workers, amount, speed):
    payment_id = pay(shop, make("orders", {"amount": 50000})["id"])
    workers.drain()
    refund = make(f"payments/{payment_id}/refund", {"amount": amount, "speed": "optimum"})
    workers.drain()

    with later(60):
        queues.send(queues.job("refunds", refund["id"], "r"))
        workers.drain()

    ended = shown(f"refunds/{refund['id']}")
    assert (ended["status"], ended["speed_processed"]) == ("processed", speed)


def test_a_late_success_is_captured_and_leaves_no_error(shop, workers):
    order = make("orders", {"amount": 500, "notes": {"simulate": "decline PAYMENT_TIMED_OUT, then approve after 30s"}})
    payment_id = pay(shop, order["id"])
    workers.drain()
    failed = shown(f"payments/{payment_id}")
    assert (failed["status"], failed["error_reason"]) == ("failed", "payment_timed_out")

    run_at(workers, payment_id, 3600)

    payment = shown(f"payments/{payment_id}")
    assert (payment["status"], payment["error_code"], payment["captured"]) == ("captured", None, True)
    assert shown(f"orders/{order['id']}")["status"] == "paid"


LINES = [{"name": "Tea", "amount": 500}]


def test_an_invoice_expires(shop, workers):
    invoice = make("invoices", {"line_items": LINES, "expire_by": int(time.time()) + 1000})
    run_at(workers, invoice["order_id"], 500)
    assert shown(f"invoices/{invoice['id']}")["status"] == "issued"

    run_at(workers, invoice["order_id"], 1100)

    expired = shown(f"invoices/{invoice['id']}")
    assert (expired["status"], expired["expired_at"] > 0) == ("expired", True)


@pytest.mark.parametrize("second", ["issue", "delete", "edit"])
def test_a_draft_that_was_issued_meanwhile_is_not_changed_by_a_slower_request(shop, monkeypatch, second):
    draft = make("invoices", {"line_items": LINES, "draft": True})
    merchant_id = shop.get("/merchants/profile")["id"]
    stale = invoices.find(merchant_id, draft["id"])
    issued = make(f"invoices/{draft['id']}/issue", {})
    later_step = {
        "issue": lambda: invoices.issue(merchant_id, draft["id"], "r"),
        "delete": lambda: invoices.delete(merchant_id, draft["id"]),
        "edit": lambda: invoices.edit(merchant_id, draft["id"], {"terms": "now"}, "r"),
    }[second]
    found, real = [stale], invoices.find
    monkeypatch.setattr(invoices, "find", lambda *key: found.pop() if found else real(*key))

    with pytest.raises(BadRequest, match="issued"):
        later_step()

    assert shown(f"invoices/{draft['id']}") == issued


RESULT = f"key_id={KEY}"


def result(payment_id, query=RESULT):
    return ask("GET", f"checkout/payments/{payment_id}", query=query)


def test_the_payers_window_gets_a_signature_only_for_a_payment_that_succeeded(shop, workers):
    order_id = make("orders", {"amount": 500})["id"]
    payment_id = pay(shop, order_id)
    named = {"razorpay_payment_id": payment_id, "razorpay_order_id": order_id}
    assert result(payment_id) == (200, named)

    workers.drain()

    signed = hmac.new(SECRET.encode(), f"{order_id}|{payment_id}".encode(), "sha256").hexdigest()
    assert result(payment_id) == (200, named | {"razorpay_signature": signed})


def test_the_payers_window_gets_the_error_of_a_payment_that_failed(shop, workers):
    order_id = make("orders", {"amount": 500})["id"]
    body = {"order_id": order_id, "key": KEY, "method": "upi", "vpa": "failure@razorpay"}
    payment_id = shop.ask("POST", "/payments/public", body).body["id"]
    workers.drain()

    status, answer = result(payment_id)

    payment = shown(f"payments/{payment_id}")
    assert status == 200
    assert answer.keys() == {"error"}
    assert answer["error"].pop("metadata") == {"payment_id": payment_id, "order_id": order_id}
    assert answer["error"] == {name: payment[f"error_{name}"] for name in answer["error"]}
    assert answer["error"]["reason"] == "payment_failed"


def test_voided_money_has_no_signature(shop, workers):
    order_id = make("orders", {"amount": 500, "payment_capture": 0})["id"]
    payment_id = pay(shop, order_id)
    workers.drain()
    assert shop.ask("POST", f"/payments/{payment_id}/void").status in {200, 202}
    workers.drain()

    assert result(payment_id)[1].keys() == {"error"}


def test_a_live_stage_hides_the_precise_reason_of_a_declined_card(shop, workers, monkeypatch):
    order_id = make("orders", {"amount": 500})["id"]
    card = {"number": "4100280000080001", "expiry_month": 12, "expiry_year": 2040, "cvv": "123", "holder_name": "A B"}
    payment_id = shop.ask(
        "POST", "/payments/public", {"order_id": order_id, "key": KEY, "method": "card", "card": card}
    ).body["id"]
    workers.drain()
    assert result(payment_id)[1]["error"]["reason"] == "insufficient_fund"

    monkeypatch.setattr(views, "settings", lambda: replace(settings(), stage="prod"))

    assert result(payment_id)[1]["error"]["reason"] == "payment_failed"


def test_the_result_is_for_who_knows_the_key(shop, workers):
    payment_id = pay(shop, make("orders", {"amount": 500})["id"])
    workers.drain()
    assert result(payment_id, "key_id=key_test_unknown")[0] == 401


def test_another_merchants_key_gets_no_result(shop, workers):
    payment_id = pay(shop, make("orders", {"amount": 500})["id"])
    workers.drain()
    other = accounts.create("Other", f"{time.time_ns()}@example.com").pair
    status, answer = result(payment_id, f"key_id={other.key}")
    assert (status, answer["error"]["description"]) == (400, "The id provided does not exist")


def test_a_payment_keeps_what_the_payers_page_tells(shop, workers):
    order_id = make("orders", {"amount": 500, "notes": {"table": "7"}})["id"]
    told = {"email": "asha@example.com", "contact": "+919999999999", "description": "Tea", "notes": {"seat": "2"}}
    body = {"order_id": order_id, "key": KEY, "method": "upi", "vpa": "success@upi", "payer": told}
    payment_id = shop.ask("POST", "/payments/public", body).body["id"]
    workers.drain()

    payment = shown(f"payments/{payment_id}")

    assert {name: payment[name] for name in told} == told


@pytest.mark.parametrize(
    "told", [{"description": "x" * 256}, {"notes": {str(number): "x" for number in range(16)}}, {"contact": "1" * 33}]
)
def test_what_the_payers_page_tells_has_limits(shop, told):
    order_id = make("orders", {"amount": 500})["id"]
    body = {"order_id": order_id, "key": KEY, "method": "upi", "vpa": "success@upi", "payer": told}
    assert shop.ask("POST", "/payments/public", body).status == 400
