"""What time does to the objects of the Razorpay-compatible surface."""

import time
from contextlib import contextmanager

import pytest

from chalicelib import queues
from chalicelib.acquirers.simulated.instruments import SLOW_REFUND_AMOUNT
from chalicelib.domain import clock
from tests.support.surface import ask, make


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
