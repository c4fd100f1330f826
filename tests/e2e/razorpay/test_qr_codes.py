"""QR codes by the official client."""

import time

import pytest
import requests
from razorpay.errors import BadRequestError

from tests.e2e.client import KEY, SECRET

CODE = {
    "id", "entity", "created_at", "name", "usage", "type", "image_url", "payment_amount", "status", "description",
    "fixed_amount", "payments_amount_received", "payments_count_received", "notes", "customer_id", "close_by",
    "closed_at", "close_reason",
}  # fmt: skip
FIXED = {"type": "upi_qr", "name": "Counter", "usage": "multiple_use", "fixed_amount": True, "payment_amount": 300}


@pytest.fixture
def scan(gateway_url):
    """Scans a code and pays it, as its payer does."""

    def scan(code_id, **how):
        path = f"{gateway_url}/api/v1/sandbox/razorpay/qr_codes/{code_id}/pay"
        return requests.post(path, json=how, auth=(KEY, SECRET), timeout=60)

    return scan


@pytest.fixture
def code(shop):
    return shop.qrcode.create({**FIXED, "notes": {"till": "1"}})


def until(shop, code_id, payments):
    """The code once it has counted so many payments: it counts just after the payment."""
    deadline = time.monotonic() + 30
    while (shown := shop.qrcode.fetch(code_id))["payments_count_received"] < payments:
        assert time.monotonic() < deadline, shown
        time.sleep(0.05)
    return shown


def test_a_code_has_the_documented_fields(code):
    assert code.keys() == CODE
    assert (code["entity"], code["status"], code["payment_amount"], code["close_by"]) == (
        "qr_code",
        "active",
        300,
        None,
    )
    assert code["id"].startswith("qr_")


def test_a_code_is_fetched_and_listed(shop, code):
    assert shop.qrcode.fetch(code["id"]) == code
    assert code in shop.qrcode.all()["items"]


def test_a_code_is_annotated(gateway_url, shop, code):
    path = f"{gateway_url}/v1/payments/qr_codes/{code['id']}"  # no official client has the operation
    edited = requests.patch(path, json={"notes": {"till": "2"}}, auth=(KEY, SECRET), timeout=30).json()

    assert edited == {**code, "notes": {"till": "2"}} == shop.qrcode.fetch(code["id"])


def test_a_code_counts_each_payment(shop, scan, code):
    ids = [scan(code["id"]).json()["razorpay_payment_id"] for _ in range(2)]

    shown = until(shop, code["id"], 2)
    assert (shown["payments_amount_received"], shown["status"]) == (600, "active")
    payments = shop.qrcode.fetch_all_payments(code["id"])
    assert [each["id"] for each in payments["items"]] == ids[::-1]
    assert {each["status"] for each in payments["items"]} == {"captured"}
    assert shop.qrcode.all({"payment_id": ids[0]})["items"] == [shown]


def test_a_code_without_an_amount_takes_what_the_payer_gives(shop, scan):
    code = shop.qrcode.create({"type": "upi_qr", "usage": "multiple_use", "fixed_amount": False})

    assert scan(code["id"]).json()["error"]["description"] == "The amount field is required."
    assert scan(code["id"], amount=777).status_code == 200
    assert until(shop, code["id"], 1)["payments_amount_received"] == 777


def test_a_code_for_single_use_closes_when_it_is_paid(shop, scan):
    code = shop.qrcode.create({**FIXED, "usage": "single_use"})
    refused = scan(code["id"], action="decline")
    assert refused.json()["error"]["reason"] == "payment_declined"
    assert scan(code["id"]).status_code == 200

    shown = until(shop, code["id"], 1)
    assert (shown["status"], shown["close_reason"]) == ("closed", "paid")
    assert shown["closed_at"] >= shown["created_at"]
    assert scan(code["id"]).status_code == 400


def test_a_payer_acts_at_the_banks_page(scan, code):
    answer = scan(code["id"], action=None)

    assert answer.status_code == 202
    assert answer.json()["razorpay_payment_id"] in answer.json()["bank_page"]


def test_a_code_is_closed_once(shop, scan, code):
    closed = shop.qrcode.close(code["id"])

    assert (closed["status"], closed["close_reason"]) == ("closed", "on_demand")
    assert scan(code["id"]).status_code == 400
    with pytest.raises(BadRequestError, match=r"^QR Code is closed$"):
        shop.qrcode.close(code["id"])


def test_the_codes_of_a_customer_are_listed(shop):
    customer = shop.customer.create({"name": "Asha Rao", "email": f"{time.time_ns()}@example.com"})
    code = shop.qrcode.create({**FIXED, "customer_id": customer["id"]})

    assert shop.qrcode.all({"customer_id": customer["id"]})["items"] == [code]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"type": "bharat_qr"}, "The type must be upi_qr."),
        ({"usage": "often"}, "The usage must be one of single_use, multiple_use."),
        ({"payment_amount": 1}, "Order amount less than minimum amount allowed"),
        ({"payment_amount": "x"}, "The payment_amount must be an integer."),
        ({"fixed_amount": False}, "payment_amount should be sent only when fixed_amount is true."),
        ({"close_by": 946684801}, "close_by should be at least 2 minutes after current time."),
        ({"customer_id": "cust_unknown"}, "The id provided does not exist"),
    ],
)
def test_a_wrong_code_is_refused(shop, wrong, sentence):
    with pytest.raises(BadRequestError) as refused:
        shop.qrcode.create({**FIXED, **wrong})

    assert str(refused.value) == sentence


def test_an_unknown_code_is_refused(shop):
    with pytest.raises(BadRequestError, match="The id provided does not exist"):
        shop.qrcode.fetch("qr_unknown")
