"""What time, and several workers, do to a QR code."""

import json
import time

import pytest

from chalicelib import queues
from chalicelib.persistence.orders import Order
from chalicelib.persistence.transactions import Transaction
from chalicelib.services import owners, qr_codes
from chalicelib.services.qr_codes import paying
from infra.audit import audit
from infra.audit.stage import Stage
from tests.support.emulated import STACK_NAME
from tests.support.surface import ask, make

FIXED = {"type": "upi_qr", "usage": "multiple_use", "fixed_amount": True, "payment_amount": 300}


@pytest.fixture(autouse=True)
def _empty(workers):
    workers.empty()


def shown(code):
    return ask("GET", f"payments/qr_codes/{code['id']}")[1]


def scan(shop, workers, code):
    """Pays a code to the end. Returns the payment."""
    record = qr_codes.find(shop.get("/merchants/profile")["id"], code["id"])
    payment_id = json.loads(paying.pay(record, None, "r").body)["id"]
    workers.drain()
    shop.ask("POST", f"/sandbox/payments/{payment_id}/act", {"action": "approve"})
    workers.drain()
    return ask("GET", f"payments/{payment_id}")[1]


def test_a_code_closes_at_its_deadline(shop, later):
    code = make("payments/qr_codes", {**FIXED, "close_by": int(time.time()) + 600})
    later(300, code["id"])
    assert shown(code)["status"] == "active"

    later(700, code["id"])

    closed = shown(code)
    assert (closed["status"], closed["close_reason"], closed["close_by"]) == ("closed", None, code["close_by"])
    assert closed["closed_at"] >= code["close_by"]


def test_money_is_counted_once_however_often_the_wake_up_comes(shop, workers):
    code = make("payments/qr_codes", FIXED)
    payment = scan(shop, workers, code)
    assert payment["status"] == "captured"

    for _ in range(2):
        assert owners.look(queues.job(queues.PAYMENTS, payment["order_id"], "r"))

    assert (shown(code)["payments_count_received"], shown(code)["payments_amount_received"]) == (1, 300)


def test_two_workers_count_two_payments_of_one_code(shop, workers, monkeypatch):
    code = make("payments/qr_codes", FIXED)
    first = scan(shop, workers, code)
    commit, rivals = Transaction.commit, [first]

    def overtaken(transaction):
        if rivals:
            rivals.pop()
            scan(shop, workers, code)
        commit(transaction)

    order = Order.find(first["order_id"])
    order.change([Order.counted_at.remove()], Order.id.exists())
    monkeypatch.setattr(Transaction, "commit", overtaken)
    assert owners.look(queues.job(queues.PAYMENTS, first["order_id"], "r"))

    assert shown(code)["payments_count_received"] == 3


@pytest.mark.parametrize("before", [{}, {"notes": {"till": "1"}}])
def test_a_payment_that_is_counted_meanwhile_keeps_the_notes_of_an_edit(shop, workers, monkeypatch, before):
    code = make("payments/qr_codes", {**FIXED, **before})
    first = scan(shop, workers, code)
    Order.find(first["order_id"]).change([Order.counted_at.remove()], Order.id.exists())
    commit, edits = Transaction.commit, [{"notes": {"till": "2"}}]

    def overtaken(transaction):
        if edits:
            assert ask("PATCH", f"payments/qr_codes/{code['id']}", edits.pop())[0] == 200
        commit(transaction)

    monkeypatch.setattr(Transaction, "commit", overtaken)
    assert owners.look(queues.job(queues.PAYMENTS, first["order_id"], "r"))

    assert (shown(code)["payments_count_received"], shown(code)["notes"]) == (2, {"till": "2"})


def test_the_events_of_a_code_are_numbered_and_the_records_agree(shop, workers):
    code = make("payments/qr_codes", {**FIXED, "usage": "single_use"})
    scan(shop, workers, code)

    events = shop.get(f"/events?object_id={code['id']}")["data"]
    assert [(each["type"], each["sequence"]) for each in events] == [
        ("qr_code.closed", 3),
        ("qr_code.credited", 2),
        ("qr_code.created", 1),
    ]
    found = [each for each in audit(Stage(STACK_NAME).snapshot(300)) if each.subject == code["id"]]
    assert found == []
