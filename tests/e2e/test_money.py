"""A payment's life over HTTP: what may follow what."""

import pytest

from tests.e2e.client import CARD
from tests.e2e.test_bad_requests import check

BAD = "BAD_REQUEST_ERROR"
DECLINED = {
    "4000000000000002": "CARD_DECLINED",
    "4000000000009995": "INSUFFICIENT_FUNDS",
    "4000000000009987": "LOST_CARD",
    "4000000000000069": "CARD_EXPIRED",
    "4000000000000127": "INCORRECT_CVC",
    "4000000000000119": "PROCESSING_ERROR",
}
REFUSED_BY_THE_BANK = 13131


def refund(client, payment_id, **body):
    return client.post(f"/api/v1/payments/{payment_id}/refunds", body)


def capture(client, payment_id, amount):
    return client.post(f"/api/v1/payments/{payment_id}/capture", {"amount": amount})


@pytest.mark.parametrize(("number", "code"), DECLINED.items())
def test_a_declined_card_fails_with_the_acquirers_code_and_frees_the_order(client, number, code):
    order = client.order()
    payment = client.pay_by_card(order["id"], number=number)

    settled = client.until_settled(f"/api/v1/payments/{payment['id']}")

    assert (settled["status"], settled["error_code"]) == ("failed", code)
    assert settled["error_description"]
    assert client.get(f"/api/v1/orders/{order['id']}").json()["status"] == "attempted"
    second = client.pay_by_card(order["id"], number=CARD["number"])
    assert client.until_settled(f"/api/v1/payments/{second['id']}")["status"] == "success"


def test_a_paid_order_takes_no_second_payment(client):
    payment = client.paid()

    again = client.post("/api/v1/payments", {"order_id": payment["order_id"], "method": "upi", "vpa": "user@paytm"})

    assert check(again, 400, BAD).description == "Order is already paid"


def test_a_capture_needs_the_whole_amount_and_happens_once(client):
    payment = client.paid(500)

    check(capture(client, payment["id"], 499), 400, BAD, "amount")
    assert capture(client, payment["id"], 500).json()["captured"] is True
    error = check(capture(client, payment["id"], 500), 400, BAD)
    assert error.description == "Payment not in capturable state"


def test_a_failed_payment_can_be_neither_captured_nor_refunded(client):
    payment = client.pay(client.order()["id"], vpa="failure@upi")
    client.until_settled(f"/api/v1/payments/{payment['id']}")

    assert check(capture(client, payment["id"], 50000), 400, BAD).description == "Payment not in capturable state"
    assert check(refund(client, payment["id"]), 400, BAD).description == "Payment not in refundable state"


def test_partial_refunds_add_up_to_the_payment_and_no_further(client):
    payment = client.paid(1000)

    first = refund(client, payment["id"], amount=400, reason="a scratch")
    assert first.status_code == 201
    too_much = check(refund(client, payment["id"], amount=601), 400, BAD, "amount")
    assert too_much.description == "Refund amount exceeds available amount"
    assert refund(client, payment["id"]).json()["amount"] == 600
    check(refund(client, payment["id"]), 400, BAD, "amount")
    check(refund(client, payment["id"], amount=1), 400, BAD, "amount")

    shown = client.get(f"/api/v1/payments/{payment['id']}").json()
    assert (shown["amount_refunded"], shown["refund_status"]) == (1000, "full")
    done = client.until_settled(f"/api/v1/refunds/{first.json()['id']}")
    assert (done["status"], done["reason"]) == ("processed", "a scratch")
    assert done["processed_at"] >= done["created_at"]


@pytest.mark.parametrize("amount", [0, -1, 1.0, "100", True, 2**63])
def test_a_refund_of_no_amount_is_refused(client, amount):
    check(refund(client, client.paid()["id"], amount=amount), 400, BAD, "amount")


def test_a_reason_has_at_most_255_characters(client):
    payment = client.paid()

    check(refund(client, payment["id"], amount=1, reason="x" * 256), 400, BAD, "reason")
    assert refund(client, payment["id"], amount=1, reason="é" * 255).status_code == 201


def test_a_refund_that_the_bank_refuses_frees_its_amount(client):
    payment = client.paid(50000)

    failed = client.refunded(payment["id"], REFUSED_BY_THE_BANK)

    assert (failed["status"], failed["error_code"], failed["processed_at"]) == ("failed", "REFUND_FAILED", None)
    shown = client.get(f"/api/v1/payments/{payment['id']}").json()
    assert (shown["amount_refunded"], shown["refund_status"]) == (0, None)
    assert client.refunded(payment["id"])["amount"] == 50000


def test_the_statistics_move_by_exactly_what_happened(client):
    before = client.get("/api/v1/dashboard/stats").json()
    payment = client.paid(700)
    client.refunded(payment["id"], 200)
    failed = client.pay(client.order(900)["id"], vpa="failure@upi")
    client.until_settled(f"/api/v1/payments/{failed['id']}")

    after = client.get("/api/v1/dashboard/stats").json()

    moved = {
        name: after[name] - before[name]
        for name in before
        if name not in {"currency", "by_currency", "series", "success_rate"}
    }
    assert moved == {"total_transactions": 2, "total_amount": 700, "successful": 1, "failed": 1, "refunded_amount": 200}
    not_failed = after["total_transactions"] - after["failed"]  # a voided payment has succeeded for its payer
    assert after["success_rate"] == round(100 * not_failed / after["total_transactions"], 2)
    assert len(after["series"]) == 30
