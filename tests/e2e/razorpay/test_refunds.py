import time

import pytest
import requests
from razorpay.errors import BadRequestError

from tests.e2e.client import KEY, SECRET

REFUND = {
    "id", "entity", "amount", "currency", "payment_id", "notes", "receipt", "acquirer_data", "created_at", "batch_id",
    "status", "speed_processed", "speed_requested",
}  # fmt: skip


@pytest.fixture
def payment_id(paid):
    return paid["razorpay_payment_id"]


def ended(shop, refund):
    """The refund as soon as it is processed or has failed."""
    deadline = time.monotonic() + 30
    while (shown := shop.refund.fetch(refund["id"]))["status"] == "pending":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return shown


def test_a_refund_is_made_below_its_payment_or_beside_it(shop, payment_id):
    below = shop.payment.refund(payment_id, {"amount": "100", "notes": {"why": "late"}})
    beside = shop.refund.create({"payment_id": payment_id, "amount": 200, "speed": "optimum"})

    assert below.keys() == REFUND
    assert (below["notes"], below["speed_requested"]) == ({"why": "late"}, "normal")
    assert beside["speed_requested"] == "optimum"
    assert {each["id"] for each in shop.payment.fetch_multiple_refund(payment_id)["items"]} == {
        below["id"],
        beside["id"],
    }
    assert shop.payment.fetch_refund_id(payment_id, below["id"])["amount"] == 100
    assert ended(shop, beside)["speed_processed"] == "instant"


def test_a_refund_is_listed_and_annotated(shop, payment_id):
    made = shop.payment.refund(payment_id, {})

    assert made["amount"] == 50000
    assert made["id"] in [each["id"] for each in shop.refund.all({"count": 100})["items"]]
    assert shop.refund.edit(made["id"], {"notes": {"k": "v"}})["notes"] == {"k": "v"}
    payment = shop.payment.fetch(payment_id)
    assert (payment["status"], payment["refund_status"], payment["captured"]) == ("refunded", "full", True)


def test_a_payment_shows_a_refund_at_once_and_forgets_it_when_it_fails(shop, payment_id):
    made = shop.payment.refund(payment_id, {"amount": 13131})

    assert ended(shop, made)["status"] == "failed"
    assert shop.payment.fetch(payment_id)["amount_refunded"] == 0


def test_a_partial_refund_leaves_the_payment_captured(shop, payment_id):
    shop.payment.refund(payment_id, {"amount": 100})

    payment = shop.payment.fetch(payment_id)
    assert (payment["status"], payment["refund_status"], payment["amount_refunded"]) == ("captured", "partial", 100)


def test_too_much_is_not_refunded(shop, payment_id):
    with pytest.raises(BadRequestError, match=r"^The refund amount provided is greater than amount captured.$"):
        shop.payment.refund(payment_id, {"amount": 50001})


def test_nothing_is_refunded_after_everything(shop, payment_id):
    shop.payment.refund(payment_id, {})

    with pytest.raises(BadRequestError, match=r"^The payment has been fully refunded already.$"):
        shop.payment.refund(payment_id, {"amount": 1})


def test_held_money_is_not_refunded_before_its_capture(shop, payer):
    held = payer.pay(shop.order.create({"amount": 50000, "payment_capture": 0})["id"])["razorpay_payment_id"]

    with pytest.raises(BadRequestError, match=r"^The payment status should be captured for action to be taken$"):
        shop.payment.refund(held, {})


def test_a_receipt_refunds_once(shop, payment_id):
    shop.payment.refund(payment_id, {"amount": 100, "receipt": "refund-1"})

    with pytest.raises(BadRequestError, match=r"^Duplicate receipt found for this refund request.$"):
        shop.payment.refund(payment_id, {"amount": 100, "receipt": "refund-1"})
    assert shop.payment.fetch(payment_id)["amount_refunded"] == 100


def test_an_idempotency_key_gives_the_first_refund_again_and_takes_no_other(gateway_url, shop, payment_id):
    def ask(amount, key):
        headers = {"X-Refund-Idempotency": key}
        url = f"{gateway_url}/v1/payments/{payment_id}/refund"
        return requests.post(url, json={"amount": amount}, headers=headers, auth=(KEY, SECRET), timeout=30)

    first, again, other, short = (
        ask(*each) for each in ((100, "key-of-this-1"), (100, "key-of-this-1"), (200, "key-of-this-1"), (100, "short"))
    )

    assert first.json()["id"] == again.json()["id"]
    assert shop.payment.fetch(payment_id)["amount_refunded"] == 100
    assert (other.status_code, short.status_code) == (409, 400)
    sentence = "Different request with the same idempotency key has already been processed."
    assert other.json()["error"]["description"] == sentence
