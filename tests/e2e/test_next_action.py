"""Payments whose payer acts elsewhere: at a bank's page, in an app, before a code."""

import pytest

from tests.e2e.client import made
from tests.e2e.test_bad_requests import BAD, REFUSED, check

HOW = {
    "redirect": {"method": "netbanking", "bank": "HDFC"},
    "upi_intent": {"method": "upi", "flow": "intent"},
    "upi_qr": {"method": "upi", "flow": "qr"},
}


def waiting(client, **how):
    """A payment whose bank waits for the payer."""
    payment = made(client.post("/api/v1/payments", {"order_id": client.order(capture="automatic")["id"], **how}))
    return client.until(f"/api/v1/payments/{payment['id']}", lambda shown: shown["next_action"])


def act(client, payment, action, **how):
    return client.anonymous().post(f"/api/v1/sandbox/payments/{payment['id']}/act", {"action": action, **how})


@pytest.mark.parametrize(("kind", "how"), HOW.items())
def test_a_payment_whose_payer_approves_has_succeeded(client, kind, how):
    payment = waiting(client, **how)
    assert (payment["status"], payment["next_action"]["type"]) == ("pending", kind)

    assert act(client, payment, "approve").status_code == 200

    paid = client.until_settled(f"/api/v1/payments/{payment['id']}")
    assert (paid["status"], paid["captured"], paid["next_action"]) == ("success", True, None)


def test_a_payer_who_turns_away_leaves_the_order_to_another_try(client):
    payment = waiting(client, **HOW["redirect"])

    act(client, payment, "cancel")

    failed = client.until_settled(f"/api/v1/payments/{payment['id']}")
    assert (failed["status"], failed["error_code"]) == ("failed", "PAYMENT_CANCELLED")
    assert client.pay(payment["order_id"])["status"] == "pending"


def test_an_act_that_the_bank_does_not_await_is_refused(client):
    check(act(client, waiting(client, **HOW["redirect"]), "dance"), 400, BAD, "action")


@pytest.mark.parametrize("flow", ["intent", "qr"])
def test_links_and_codes_are_for_rupees(client, flow):
    order_id = client.order(currency="USD")["id"]

    check(client.post("/api/v1/payments", {"order_id": order_id, "method": "upi", "flow": flow}), 400, BAD, "flow")


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff", b'{"object_id": "pay_1"}'])
def test_a_notification_that_is_not_the_banks_is_401(client, data):
    check(client.anonymous().post("/api/v1/bank/notifications", data=data), 401, REFUSED)
