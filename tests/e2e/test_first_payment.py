"""The main job: an order is paid, and the merchant's server hears of it."""

import re

import pytest

from tests.e2e.client import CARD


@pytest.mark.parametrize("vpa", ["user@paytm", "success@upi"])
def test_a_upi_payment_is_pending_then_succeeds_and_its_webhook_is_signed(client, listener, vpa):
    order = client.order()

    payment = client.pay(order["id"], vpa)

    assert payment["status"] == "pending"
    arrival = listener.hears("payment.success", payment["id"])
    assert arrival.data["payment"] == client.get(f"/api/v1/payments/{payment['id']}").json()
    assert client.get(f"/api/v1/orders/{order['id']}").json()["status"] == "paid"


def test_a_card_payment_succeeds_and_shows_no_more_than_network_and_last_digits(client, listener):
    payment = client.pay_by_card(client.order()["id"], number="4111 1111 1111 1111")

    shown = listener.hears("payment.success", payment["id"]).data["payment"]

    assert (shown["card_network"], shown["card_last4"], shown["status"]) == ("visa", "1111", "success")
    assert "card" not in shown


def test_a_failing_vpa_fails_with_its_code_and_a_webhook(client, listener):
    payment = client.pay(client.order()["id"], "failure@upi")

    shown = listener.hears("payment.failed", payment["id"]).data["payment"]

    assert (shown["status"], shown["error_code"]) == ("failed", "PAYMENT_FAILED")


def test_a_declined_card_fails_with_its_code_and_a_webhook(client, listener):
    payment = client.pay_by_card(client.order()["id"], number="4000000000000002")

    shown = listener.hears("payment.failed", payment["id"]).data["payment"]

    assert (shown["status"], shown["error_code"]) == ("failed", "CARD_DECLINED")
    assert client.get(f"/api/v1/orders/{shown['order_id']}").json()["status"] == "attempted"


def test_a_refund_is_announced_when_it_is_asked_for_and_when_it_is_done(client, listener):
    payment = client.paid()

    refund = client.post(f"/api/v1/payments/{payment['id']}/refunds", {"amount": 100}).json()

    assert listener.hears("refund.created", refund["id"]).data["refund"]["status"] == "pending"
    assert listener.hears("refund.processed", refund["id"]).data["refund"]["status"] == "processed"


def test_a_webhook_is_one_request_with_the_contracts_headers(client, listener):
    payment = client.pay(client.order()["id"])

    arrival = listener.hears("payment.success", payment["id"])

    assert arrival.headers["Content-Type"] == "application/json"
    assert re.fullmatch(r"[0-9a-f]{64}", arrival.headers["X-Webhook-Signature"])
    assert re.fullmatch(r"v1,[A-Za-z0-9+/]{43}=", arrival.headers["webhook-signature"])
    assert listener.server.accepted("/hook")["payment.success", payment["id"]] == 1


@pytest.mark.parametrize("notes", [{"10": "a", "9": "b"}, {"ключ": "значение ☃ \u2028"}, {"a": "\x7f</script>\\"}])
def test_a_body_with_odd_text_in_it_is_signed_as_node_writes_it(client, listener, notes):
    order = client.order(notes=notes)
    payment = client.pay_by_card(order["id"], **CARD | {"holder_name": "Zoë Ångström-O'Neill"})

    assert listener.hears("payment.success", payment["id"])
