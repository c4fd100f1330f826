"""The payer acts: at the bank's code page, in the UPI app, at a bank's own page; or leaves."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.e2e.client import CARD

MINUTES = 60
FLOWS = {
    "upi_qr": {"method": "upi", "flow": "qr"},
    "upi_intent": {"method": "upi", "flow": "intent"},
    "redirect": {"method": "netbanking", "bank": "HDFC"},
}


def challenged(gateway, **instrument):
    shown = gateway.acting(gateway.pay(gateway.client.order(), **instrument))
    assert shown["status"] == "pending"
    return shown


@pytest.mark.parametrize("kind", FLOWS)
@pytest.mark.parametrize(("action", "status"), [("approve", "success"), ("decline", "failed")])
def test_the_payers_answer_decides(bank, kind, action, status):
    payment = challenged(bank, **FLOWS[kind])
    assert payment["next_action"]["type"] == kind

    assert bank.act(payment, action).status_code == 200

    settled = bank.settled(payment)
    assert (settled["status"], settled["next_action"]) == (status, None)


def test_a_upi_link_names_payee_amount_and_reference(bank):
    link = urlsplit(challenged(bank, **FLOWS["upi_qr"])["next_action"]["url"])
    asked = {name: value for name, (value,) in parse_qs(link.query).items()}

    assert (link.scheme, link.netloc) == ("upi", "pay")
    assert (asked["am"], asked["cu"], asked["pn"]) == ("500.00", "INR", "Test Merchant")
    assert "@" in asked["pa"]
    assert asked["tr"].startswith("pay_")


def test_a_card_passes_with_the_code_and_fails_after_three_wrong_ones(bank):
    card = {"method": "card", "card": CARD | {"number": "4000002760003184"}}
    right, wrong = challenged(bank, **card), challenged(bank, **card)

    assert bank.act(right, "challenge", "1234").status_code == 200
    answers = [bank.act(wrong, "challenge", "12").status_code for _ in range(3)]

    assert bank.settled(right)["status"] == "success"
    assert answers[:2] == [400, 400]
    assert bank.settled(wrong)["error_code"] == "AUTHENTICATION_FAILED"


def test_a_challenge_that_is_left_expires_and_frees_the_order(bank):
    order = bank.client.order()
    payment = bank.acting(bank.pay(order, **FLOWS["upi_qr"]))

    bank.move_clock(10 * MINUTES + 1)

    assert bank.settled(payment)["error_code"] == "PAYMENT_EXPIRED"
    assert bank.status_of(order) == "attempted"


def test_an_authorisation_that_nobody_captures_in_time_is_released(bank):
    order = bank.client.order(capture_within=3600)
    payment = bank.settled(bank.pay(order))

    bank.move_clock(3601)

    assert bank.until(payment, lambda shown: shown["status"] == "voided")["voided_at"]
    assert bank.status_of(order) == "attempted"
    assert bank.findings() == []
