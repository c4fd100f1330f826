"""Payments that the shop's server makes by the client, without a checkout."""

import pytest
import razorpay
import requests
from razorpay.errors import BadRequestError, GatewayError

from tests.e2e.client import KEY, SECRET

CHALLENGED, PLAIN, POOR = "4000002760003184", "4111111111111111", "4100280000080001"
RESULT = {"razorpay_payment_id", "razorpay_order_id", "razorpay_signature"}


@pytest.fixture
def make(shop, order):
    """Makes a payment of the order by the client."""

    def made(create=shop.payment.createPaymentJson, **how):
        payer = {"email": "asha@example.com", "contact": "+919999999999"}
        return create({"amount": 50000, "currency": "INR", "order_id": order["id"], **payer, **how})

    return made


def card(number):
    return {"number": number, "name": "Asha Rao", "expiry_month": "12", "expiry_year": "40", "cvv": "123"}


@pytest.fixture
def challenged(make):
    return make(method="card", card=card(CHALLENGED))


def ask(gateway_url, path, body):
    return requests.post(f"{gateway_url}/v1/{path}", json=body, auth=(KEY, SECRET), timeout=60)


def actions(answer):
    return [step["action"] for step in answer["next"]]


def act(gateway_url, payment_id, action):
    url = f"{gateway_url}/api/v1/sandbox/payments/{payment_id}/act"
    assert requests.post(url, json={"action": action}, timeout=30).status_code == 200


def test_a_card_without_a_code_is_answered_by_a_result_that_the_client_verifies(shop, make):
    paid = make(method="card", card=card(PLAIN))

    assert paid.keys() == RESULT
    assert shop.utility.verify_payment_signature(paid)
    payment = shop.payment.fetch(paid["razorpay_payment_id"])
    assert (payment["email"], payment["contact"]) == ("asha@example.com", "+919999999999")


def test_a_card_that_the_bank_declines_is_an_error(make):
    with pytest.raises(BadRequestError):
        make(method="card", card=card(POOR))


def test_a_challenged_card_leads_to_the_banks_page_or_to_a_code(gateway, challenged):
    assert actions(challenged) == ["redirect", "otp_generate"]
    page = challenged["next"][0]["url"]
    assert page.endswith(f"/bank?payment_id={challenged['razorpay_payment_id']}")
    assert page.startswith(gateway.checkout)


@pytest.mark.parametrize("begin", ["otpGenerate", "otpResend"])
def test_the_right_code_is_answered_by_a_result_that_the_client_verifies(shop, challenged, begin):
    payment_id = challenged["razorpay_payment_id"]
    begun = getattr(shop.payment, begin)(payment_id)
    assert actions(begun) == ["otp_submit", "otp_resend"]

    paid = shop.payment.otpSubmit(payment_id, {"otp": "1234"})

    assert paid.keys() == RESULT
    assert shop.utility.verify_payment_signature(paid)
    assert shop.payment.fetch(payment_id)["status"] == "captured"


def test_a_wrong_code_may_be_followed_by_another_until_the_payment_fails(gateway_url, shop, challenged):
    path = f"payments/{challenged['razorpay_payment_id']}/otp/submit"
    first = ask(gateway_url, path, {"otp": "12"})
    assert (first.status_code, first.json()["error"]["reason"]) == (400, "incorrect_otp")
    assert actions(first.json()) == ["otp_submit", "otp_resend"]

    ask(gateway_url, path, {"otp": "12"})
    with pytest.raises((BadRequestError, GatewayError)):
        shop.payment.otpSubmit(challenged["razorpay_payment_id"], {"otp": "12"})

    assert shop.payment.fetch(challenged["razorpay_payment_id"])["error_reason"] == "authentication_failed"


def test_another_merchant_hands_in_no_code(gateway_url, challenged):
    made = requests.post(f"{gateway_url}/api/v1/sandbox/merchants", json={}, timeout=30).json()
    other = razorpay.Client(auth=(made["api_key"], made["api_secret"]), base_url=gateway_url)

    for ask_for in (other.payment.otpGenerate, other.payment.otpResend):
        with pytest.raises(BadRequestError, match=r"^The id provided does not exist$"):
            ask_for(challenged["razorpay_payment_id"])
    with pytest.raises(BadRequestError, match=r"^The id provided does not exist$"):
        other.payment.otpSubmit(challenged["razorpay_payment_id"], {"otp": "1234"})


def test_a_payment_that_awaits_no_code_takes_none(shop, paid):
    with pytest.raises(BadRequestError, match=r"^The payment awaits no OTP\.$"):
        shop.payment.otpSubmit(paid["razorpay_payment_id"], {"otp": "1234"})


def test_a_collect_request_is_polled(shop, make):
    asked = make(method="upi", upi={"flow": "collect", "vpa": "success@razorpay"})

    assert asked["next"] == [{"action": "poll", "url": f"/v1/payments/{asked['razorpay_payment_id']}"}]
    assert shop.payment.fetch(asked["razorpay_payment_id"])["vpa"] == "success@razorpay"


def test_an_intent_leads_to_the_payers_app(gateway_url, shop, make):
    asked = make(method="upi", upi={"flow": "intent"})

    assert actions(asked) == ["intent", "poll"]
    assert asked["next"][0]["url"].startswith("upi://pay?")
    act(gateway_url, asked["razorpay_payment_id"], "approve")


def test_netbanking_leads_to_the_banks_page(make):
    assert actions(make(method="netbanking", bank="HDFC")) == ["redirect"]


def test_create_upi_answers_a_link_for_an_intent_only(shop, make):
    assert make(shop.payment.createUpi, upi={"flow": "intent"})["link"].startswith("upi://pay?")


def test_create_upi_asks_the_payer_at_an_address(shop, make):
    assert make(shop.payment.createUpi, vpa="success@razorpay").keys() == {"razorpay_payment_id"}


def test_an_address_is_validated(shop):
    valid = {"vpa": "asha@upi", "success": True, "customer_name": None}
    assert shop.payment.validateVpa({"vpa": "asha@upi"}) == valid
    with pytest.raises(BadRequestError):
        shop.payment.validateVpa({"vpa": "asha"})


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"amount": 49999}, "Payment amount is different from the order's amount."),
        ({"currency": "USD"}, "Payment amount is different from the order's amount."),
        ({"method": "wallet"}, "The wallet method is not supported."),
        ({"method": "netbanking", "bank": "hdfc"}, "The bank is not valid."),
        ({"order_id": None}, "The order_id field is required."),
        ({"upi": {"flow": "qr"}}, "The flow field must be collect or intent."),
    ],
)
def test_a_wrong_payment_is_refused(shop, order, make, wrong, sentence):
    with pytest.raises(BadRequestError) as refused:
        make(**{"method": "upi", "vpa": "success@razorpay", **wrong})

    assert str(refused.value) == sentence
    assert shop.order.fetch(order["id"])["attempts"] == 0
