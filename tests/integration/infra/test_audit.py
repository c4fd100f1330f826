"""Whose records an audit reads, and that it agrees with what the application writes."""

from uuid import uuid4

import pytest

from chalicelib.config import TEST_MERCHANT_ID
from chalicelib.domain import clock
from chalicelib.services.merchants import accounts
from infra.audit import audit
from infra.audit.stage import Stage
from tests.support.emulated import STACK_NAME
from tests.support.receiver import Receiver
from tests.support.shop import Shop

TOMORROW = 24 * 3600


@pytest.mark.parametrize(("merchant_id", "is_there"), [(TEST_MERCHANT_ID, True), (None, True), ("zzz", False)])
def test_a_merchant_that_is_not_there_agrees_with_nothing(emulator, merchant_id, is_there):
    assert Stage(STACK_NAME, merchant_id).is_there() is is_there


@pytest.fixture
def acme(emulator):
    """A new merchant with an endpoint for everything: its id and its view of the API."""
    made = accounts.create("Acme", f"{uuid4()}@acme.example")
    shop, server = Shop({"X-Api-Key": made.pair.key, "X-Api-Secret": made.pair.secret}), Receiver()
    events = [
        "payment.success", "payment.failed", "payment.captured", "payment.voided", "payment.expired", "order.paid",
        "order.expired", "order.cancelled", "refund.created", "refund.processed", "refund.failed",
    ]  # fmt: skip
    shop.make("/webhook-endpoints", {"url": server.url("/hook"), "events": events})
    yield made.id, shop
    server.close()


def test_what_the_application_writes_agrees_at_every_stage_of_a_life(acme, drain, later):
    merchant_id, shop = acme
    look = Stage(STACK_NAME, merchant_id)

    def agrees():
        assert audit(look.snapshot(patience=300)) == []

    def scripted(script, **terms):
        return shop.pay(shop.make("/orders", {"amount": 50000, "notes": {"simulate": script}, **terms})["id"])["id"]

    held, voided, refused = (shop.pay(shop.order()["id"])["id"] for _ in range(3))
    captured = scripted("approve", capture="automatic")
    waiting = scripted("approve", capture_within=TOMORROW)
    late, challenged, silent = (scripted(script) for script in ("late", "challenge", "silence 1h"))
    shop.pay(shop.order()["id"], "failure@upi")
    shop.pay_by_card(shop.order()["id"])
    shop.make("/orders", {"amount": 100, "expires_at": clock.iso(clock.now() + TOMORROW)})
    cancelled = shop.make("/orders", {"amount": 100})["id"]
    agrees()  # everything is pending

    drain()
    agrees()

    assert shop.ask("POST", f"/orders/{cancelled}/cancel").status == 200
    assert shop.ask("POST", f"/payments/{voided}/void").status == 200
    assert shop.ask("POST", f"/payments/{refused}/capture", {"amount": 50000}).status == 200
    for payment_id, amount in ((held, 100), (captured, 131_31), (refused, 24_68)):
        shop.make(f"/payments/{payment_id}/refunds", {"amount": amount})
    agrees()
    drain()
    agrees()

    later(60, late, voided, refused)
    later(700, challenged)
    statuses = [shop.get(f"/payments/{each}")["status"] for each in (late, challenged, silent, waiting)]
    assert statuses == ["success", "failed", "pending", "success"]
    agrees()


def test_an_event_that_was_sent_again_counts_once_in_an_audit_of_all_merchants(acme, drain):
    _, shop = acme
    paid = shop.pay(shop.order()["id"])["id"]
    drain()
    for event in shop.get(f"/events?object_id={paid}")["data"]:
        assert shop.ask("POST", f"/events/{event['id']}/resend", {}).status == 200
    drain()
    repeated = shop.get("/events?resent=true")["data"]
    assert [row["id"] for row in repeated if "resent_as" in row]
    assert [finding for finding in audit(Stage(STACK_NAME).snapshot(patience=300)) if paid in str(finding)] == []
