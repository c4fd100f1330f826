import secrets
import time
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from razorpay.errors import BadRequestError, SignatureVerificationError

from tests.e2e.client import KEY, SECRET

LINK = {
    "id", "accept_partial", "amount", "amount_paid", "callback_method", "callback_url", "cancelled_at", "created_at",
    "currency", "customer", "description", "expire_by", "expired_at", "first_min_partial_amount", "notes", "notify",
    "order_id", "payments", "reference_id", "reminder_enable", "reminders", "short_url", "status", "updated_at",
    "upi_link", "user_id", "whatsapp_link",
}  # fmt: skip

# What the payer brings of the link, without the prefix that the client's function does not know.
RETURNED = ("payment_link_id", "payment_link_reference_id", "payment_link_status")


@pytest.fixture
def reference():
    return f"bill-{secrets.token_hex(8)}"


@pytest.fixture
def link(shop, reference):
    customer = {"name": "Asha Rao", "email": "asha@example.com", "contact": "+919876543210"}
    more = {"reference_id": reference, "customer": customer, "notify": {"sms": True}, "description": "A bill"}
    return shop.payment_link.create({"amount": 5000, "currency": "INR", **more})


def test_a_link_has_the_documented_fields(link, reference):
    assert link.keys() == LINK
    assert (link["status"], link["reference_id"], link["amount_paid"], link["payments"]) == (
        "created",
        reference,
        0,
        None,
    )
    assert link["notify"] == {"email": False, "sms": True, "whatsapp": False}
    assert link["order_id"] in link["short_url"]


def test_a_link_is_fetched_and_listed_under_its_own_name(shop, link, reference):
    assert shop.payment_link.fetch(link["id"]) == link
    assert link in shop.payment_link.all()["payment_links"]
    assert shop.payment_link.all({"reference_id": reference}) == {"payment_links": [link]}
    assert shop.payment_link.all({"reference_id": "unknown"}) == {"payment_links": []}


def test_a_link_is_paid_by_its_order(shop, payer, link):
    paid = payer.pay(link["order_id"])

    shown = shop.payment_link.fetch(link["id"])
    assert (shown["status"], shown["amount_paid"]) == ("paid", 5000)
    assert [each["payment_id"] for each in shown["payments"]] == [paid["razorpay_payment_id"]]
    assert shop.payment_link.all({"payment_id": paid["razorpay_payment_id"]})["payment_links"] == [shown]
    with pytest.raises(BadRequestError, match="paid"):
        shop.payment_link.cancel(link["id"])


def way_back(shop, payment_id):
    """The address to which the checkout sends the payer, as (without parameters, parameters)."""
    url = f"{shop.base_url}/api/v1/payments/{payment_id}/public/return"
    found = requests.get(url, params={"key": KEY}, timeout=30).json()["url"]
    if found is None:
        return None
    parts = urlsplit(found)
    return parts._replace(query="").geturl(), dict(parse_qsl(parts.query, keep_blank_values=True))


@pytest.mark.parametrize("has_reference", [True, False])
def test_the_payer_of_a_link_goes_back_with_a_result_that_the_client_verifies(shop, payer, reference, has_reference):
    more = {"callback_url": "http://127.0.0.1:9/back?table=7", "callback_method": "get"}
    named = {"reference_id": reference} if has_reference else {}
    link = shop.payment_link.create({"amount": 5000, **more, **named})
    payment_id = payer.pay(link["order_id"])["razorpay_payment_id"]

    address, told = way_back(shop, payment_id)

    assert (address, told.pop("table")) == ("http://127.0.0.1:9/back", "7")
    of_link = {name: told[f"razorpay_{name}"] for name in RETURNED}
    assert told.keys() == {"razorpay_payment_id", "razorpay_signature", *(f"razorpay_{name}" for name in RETURNED)}
    assert of_link["payment_link_id"] == link["id"]
    assert (of_link["payment_link_status"], told["razorpay_payment_id"]) == ("paid", payment_id)
    assert shop.utility.verify_payment_link_signature(told | of_link)
    with pytest.raises(SignatureVerificationError):
        shop.utility.verify_payment_link_signature(told | of_link | {"payment_link_status": "created"})


def test_a_link_without_an_address_or_a_payment_sends_nobody_back(shop, payer, link):
    refused = shop.payment_link.create({"amount": 5000, "callback_url": "http://127.0.0.1:9/back"})
    failed = payer.ask(refused["order_id"], method="upi", vpa="failure@razorpay").json()["error"]["metadata"]

    assert way_back(shop, failed["payment_id"]) is None
    assert way_back(shop, payer.pay(link["order_id"])["razorpay_payment_id"]) is None


def test_a_link_is_cancelled_once_and_takes_no_payment_then(shop, payer, link):
    cancelled = shop.payment_link.cancel(link["id"])

    assert cancelled["status"] == "cancelled"
    assert cancelled["cancelled_at"] >= link["created_at"]
    assert payer.ask(link["order_id"]).status_code == 400
    with pytest.raises(BadRequestError, match="cancelled"):
        shop.payment_link.cancel(link["id"])


def test_a_link_is_edited(shop, link, reference):
    end = int(time.time()) + 3600
    wanted = {"reference_id": f"{reference}-2", "expire_by": end, "notes": {"k": "v"}, "reminder_enable": True}

    edited = shop.payment_link.edit(link["id"], wanted)

    assert {name: edited[name] for name in wanted} == wanted
    assert shop.payment_link.all({"reference_id": f"{reference}-2"})["payment_links"] == [edited]
    again = shop.payment_link.create({"amount": 500, "reference_id": reference})
    assert again["id"] != link["id"]


def test_a_link_is_paid_in_parts_whose_payer_comes_back_each_time(shop, payer):
    terms = {"accept_partial": True, "first_min_partial_amount": 2000, "callback_url": "http://127.0.0.1:9/back"}
    link = shop.payment_link.create({"amount": 5000, **terms})
    assert (link["accept_partial"], link["first_min_partial_amount"]) == (True, 2000)

    first = payer.pay(link["order_id"], amount=2000)["razorpay_payment_id"]
    partly = shop.payment_link.fetch(link["id"])
    _, back = way_back(shop, first)
    with pytest.raises(BadRequestError, match=r"^Payment Link in partially_paid state cannot be cancelled$"):
        shop.payment_link.cancel(link["id"])
    last = payer.pay(link["order_id"])["razorpay_payment_id"]

    assert (partly["status"], partly["amount_paid"]) == ("partially_paid", 2000)
    assert back["razorpay_payment_link_status"] == "partially_paid"
    of_link = {name: back[f"razorpay_{name}"] for name in RETURNED}
    assert shop.utility.verify_payment_link_signature(back | of_link)
    paid = shop.payment_link.fetch(link["id"])
    assert (paid["status"], paid["amount_paid"]) == ("paid", 5000)
    assert {(each["payment_id"], each["amount"]) for each in paid["payments"]} == {(first, 2000), (last, 3000)}


def test_a_link_takes_parts_or_not_until_somebody_has_tried_to_pay(shop, payer, link):
    assert shop.payment_link.edit(link["id"], {"accept_partial": True})["accept_partial"] is True
    payer.pay(link["order_id"], amount=1000)

    with pytest.raises(BadRequestError, match=r"^accept_partial can be changed only before a payment is made\.$"):
        shop.payment_link.edit(link["id"], {"accept_partial": 0})
    assert shop.payment_link.fetch(link["id"])["status"] == "partially_paid"


def test_a_payer_can_be_told(shop, link):
    assert shop.payment_link.notifyBy(link["id"], "email") == {"success": True}


def test_a_reference_makes_one_link(shop, link, reference):
    with pytest.raises(BadRequestError, match=r"^payment link creation with reference ID already attempted$"):
        shop.payment_link.create({"amount": 5000, "reference_id": reference})


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"expire_by": 1}, "expire_by should be at least 15 minutes after current time."),
        ({"reference_id": "r" * 41}, "reference_id: the length must be no more than 40."),
        (
            {"accept_partial": True, "first_min_partial_amount": 5001},
            "The first part must be between 100 and the amount.",
        ),
        ({"callback_url": "javascript:alert(1)"}, "return_url must be an https URL without a user name"),
    ],
)
def test_a_wrong_link_is_refused_in_the_links_own_shape(gateway_url, wrong, sentence):
    body = {"amount": 5000, **wrong}
    answer = requests.post(f"{gateway_url}/v1/payment_links", json=body, auth=(KEY, SECRET), timeout=30)

    nothing = {"metadata": [], "reason": None, "source": None, "step": None}
    assert answer.status_code == 400
    assert answer.json() == {"error": {"code": "BAD_REQUEST_ERROR", "description": sentence, **nothing}}
