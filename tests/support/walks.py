"""Walks what takes its time: a payer who must act, a silent bank, deadlines, and the settlement of a merchant."""

import time
from contextlib import contextmanager

import pytest

from chalicelib import queues
from chalicelib.acquirers.base import DisputeNotice, Verdict
from chalicelib.acquirers.simulated import notifications, payer
from chalicelib.acquirers.simulated.instruments import SLOW_REFUND_AMOUNT
from chalicelib.config import TEST_MERCHANT_ID, settings
from chalicelib.domain import clock
from chalicelib.domain.disputes import Phase
from chalicelib.persistence.merchants import Merchant
from chalicelib.services.books import terms
from infra.local.mappings import Context
from tests.support import shop as module

SCHEDULED = "functions.run_deadlines.handler"


def walk_waiting(shop, workers):
    """What takes its time: a payer who must act, a bank that is told afterwards, one that says nothing, deadlines."""
    challenged = shop.pay(shop.make("/orders", {"amount": 500, "notes": {"simulate": "challenge"}})["id"])
    silent = shop.pay(shop.make("/orders", {"amount": 500, "notes": {"simulate": "silence 1h"}})["id"])
    shop.pay(shop.make("/orders", {"amount": 500, "capture": "automatic"})["id"])
    refund = shop.make(f"/payments/{held(shop, workers)}/refunds", {"amount": SLOW_REFUND_AMOUNT})
    workers.drain()
    assert shop.get(f"/payments/{challenged['id']}")["next_action"]
    tell_of(refund["id"], shop)
    for signed in payer.act(challenged["id"], "approve"):
        deliver(signed, shop)
    workers.drain()
    assert shop.ask("POST", f"/payments/{challenged['id']}/void").status == 200
    cancelled = shop.make("/orders", {"amount": 500, "expires_at": clock.iso(clock.now() + 7200)})
    expired = shop.make("/orders", {"amount": 500, "expires_at": clock.iso(clock.now() + 3600)})
    assert shop.ask("POST", f"/orders/{cancelled['id']}/cancel").status == 200
    with later(3700):
        queues.send(*(queues.job("payments", each, "r") for each in (challenged["id"], silent["id"], expired["id"])))
        workers.drain()
    assert shop.get(f"/orders/{expired['id']}")["status"] == "expired"
    module.load_handler(SCHEDULED)({}, Context(SCHEDULED, 55))


def walk_settlements(shop, workers, recorder):
    """The first money that a merchant takes, transfers that the bank pays late, and the day of the merchant."""
    with recorder.running(""):
        Merchant(TEST_MERCHANT_ID).change([Merchant.settle_at.remove()], Merchant.id.exists())
    terms.forget()
    for _ in range(2):
        shop.pay(shop.make("/orders", {"amount": 500, "capture": "automatic"})["id"])
        workers.drain()
        (late,) = shop.make("/sandbox/settlements", {"outcome": "late", "pending": True})["data"]
        workers.drain()
        shop.ask("POST", f"/sandbox/settlements/{late['id']}/act", {"action": "paid"})
        workers.drain()
        assert shop.get(f"/settlements/{late['id']}")["status"] == "processed"
        shop.get(f"/settlements/{late['id']}/report")
    shop.pay(shop.make("/orders", {"amount": 500, "capture": "automatic"})["id"])
    workers.drain()
    with later(8 * 24 * 3600):
        queues.send(queues.job("settlements", TEST_MERCHANT_ID, ""))
        workers.drain()


def held(shop, workers):
    """A payment that the bank holds."""
    payment = shop.pay(shop.order()["id"])
    workers.drain()
    return payment["id"]


@contextmanager
def later(seconds):
    """By the application's clock."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "source", lambda: time.time() + seconds)
        yield


def tell_of(object_id, shop):
    deliver(notifications.signed(object_id, "n1", settings().bank_notification_secret), shop)


def deliver(signed, shop):
    headers, body = signed
    assert shop.ask("POST", "/bank/notifications", headers=headers, text=body.decode()).status == 200


def walk_disputes(shop, workers):
    """Every answer of the merchant and of the payer's bank, a deadline, and the bank's own notices."""
    order = shop.make("/orders", {"amount": 500, "capture": "automatic"})
    payment = shop.pay(order["id"])
    workers.drain()
    claim = {"payment_id": payment["id"], "amount": 100}
    made = [shop.make("/sandbox/disputes", claim)["id"] for _ in range(4)]
    assert shop.ask("POST", f"/disputes/{made[0]}/accept").status == 200
    shop.ask("POST", f"/disputes/{made[1]}/contest", {"evidence": {"summary": "delivered"}})
    assert shop.ask("POST", f"/sandbox/disputes/{made[1]}/act", {"action": "win"}).status == 200
    for path in (f"/disputes/{made[0]}", "/disputes?limit=1", f"/disputes?payment_id={payment['id']}"):
        shop.get(path)
    with later(8 * 24 * 3600):
        queues.send(queues.job("payments", made[2], "r"))
        workers.drain()
    assert shop.get(f"/disputes/{made[2]}")["status"] == "lost"
    for verdict in (Verdict.WON, Verdict.OPEN):
        notice = DisputeNotice("case-1", payment["id"], 50, "fraudulent", Phase.FRAUD, time.time() + 600, verdict)
        deliver(notifications.signed_dispute(notice, "n2", settings().bank_notification_secret), shop)
    assert len(shop.get("/disputes?status=won&limit=2")["data"]) == 2
