import pytest
from razorpay.errors import BadRequestError, SignatureVerificationError

MANUAL = [{"payment_capture": 0}, {"payment_capture": "0"}, {"payment": {"capture": "manual"}}]
AUTOMATIC = [{}, {"payment_capture": 1}, {"payment_capture": True}, {"payment": {"capture": "automatic"}}]
UPI = {
    "id", "entity", "amount", "currency", "status", "order_id", "invoice_id", "international", "method", "amount_refunded",
    "refund_status", "captured", "description", "card_id", "bank", "wallet", "vpa", "upi", "email", "contact", "notes",
    "fee", "tax", "error_code", "error_description", "error_source", "error_step", "error_reason", "acquirer_data",
    "created_at",
}  # fmt: skip


@pytest.fixture
def held(shop, payer):
    """The id of a payment that waits for its capture."""
    return payer.pay(shop.order.create({"amount": 50000, "payment_capture": 0})["id"])["razorpay_payment_id"]


def test_the_payers_window_gets_a_signature_that_the_client_verifies(shop, paid):
    assert shop.utility.verify_payment_signature(paid)

    with pytest.raises(SignatureVerificationError):
        shop.utility.verify_payment_signature({**paid, "razorpay_payment_id": "pay_another"})


def test_a_upi_payment_has_the_documented_fields(shop, order, paid):
    payment = shop.payment.fetch(paid["razorpay_payment_id"])

    assert payment.keys() == UPI
    assert payment["upi"] == {"vpa": "success@razorpay", "flow": "collect", "payer_account_type": "bank_account"}
    assert (payment["order_id"], payment["notes"], payment["captured"]) == (order["id"], order["notes"], True)
    assert len(payment["acquirer_data"]["rrn"]) == 12


@pytest.mark.parametrize("terms", MANUAL)
def test_a_manual_order_is_paid_by_its_capture(shop, payer, terms):
    order = shop.order.create({"amount": 50000, **terms})
    payment_id = payer.pay(order["id"])["razorpay_payment_id"]
    assert shop.payment.fetch(payment_id)["status"] == "authorized"
    assert shop.order.fetch(order["id"])["status"] == "attempted"

    captured = shop.payment.capture(payment_id, 50000)

    assert (captured["status"], captured["captured"]) == ("captured", True)
    assert shop.order.fetch(order["id"])["status"] == "paid"


@pytest.mark.parametrize("terms", AUTOMATIC)
def test_an_automatic_order_is_captured_at_once(shop, payer, terms):
    paid = payer.pay(shop.order.create({"amount": 50000, **terms})["id"])

    assert shop.payment.fetch(paid["razorpay_payment_id"])["status"] == "captured"


def test_a_capture_of_another_amount_is_refused(shop, held):
    with pytest.raises(BadRequestError, match=r"^Capture amount must be equal to the amount authorized$"):
        shop.payment.capture(held, 49999)


def test_a_second_capture_is_refused(shop, held):
    shop.payment.capture(held, 50000)

    with pytest.raises(BadRequestError, match=r"^This payment has already been captured$"):
        shop.payment.capture(held, 50000)


def test_a_failed_payment_is_not_captured_and_says_why_it_failed(shop, order, payer):
    told = payer.ask(order["id"], method="card", card=card("4100280000080001")).json()["error"]
    payment = shop.payment.fetch(told["metadata"]["payment_id"])

    assert (payment["status"], payment["error_reason"]) == ("failed", "insufficient_fund")
    assert {name: payment[f"error_{name}"] for name in ("code", "description", "source", "step", "reason")} == {
        name: value for name, value in told.items() if name != "metadata"
    }
    with pytest.raises(BadRequestError, match="Only payments which have been authorized and not yet captured"):
        shop.payment.capture(payment["id"], 50000)


@pytest.mark.parametrize(("number", "abroad"), [("4100280000001007", False), ("5555555555554444", True)])
def test_a_card_payment_shows_its_card_when_asked(shop, order, payer, number, abroad):
    payment_id = payer.pay(order["id"], method="card", card=card(number))["razorpay_payment_id"]

    assert "card" not in shop.payment.fetch(payment_id)
    payment = shop.payment.fetch(payment_id, {"expand[]": "card"})
    assert payment["card"] == shop.payment.fetchCardDetails(payment_id)
    assert payment["card"]["last4"] == number[-4:]
    assert payment["international"] is payment["card"]["international"] is abroad


@pytest.mark.parametrize("spelling", ["expand[]", "expand[0]", "expand", "expand[expand]"])
def test_a_card_is_shown_in_every_spelling_of_expand(shop, order, payer, spelling):
    payment_id = payer.pay(order["id"], method="card")["razorpay_payment_id"]

    assert shop.payment.fetch(payment_id, {spelling: "card"})["card"]["last4"] == "1111"


def test_the_methods_of_an_account_are_told(shop):
    assert (shop.payment.fetchPaymentMethods()["upi"], shop.payment.fetchPaymentMethods()["card"]) == (True, True)


def test_a_payment_without_a_card_has_no_card(shop, paid):
    with pytest.raises(BadRequestError, match=r"^Payment was not done using card$"):
        shop.payment.fetchCardDetails(paid["razorpay_payment_id"])


def test_a_payment_is_listed_and_annotated(shop, paid):
    payment_id = paid["razorpay_payment_id"]

    assert payment_id in [each["id"] for each in shop.payment.all({"count": 100})["items"]]
    assert shop.payment.edit(payment_id, {"notes": {"seen": "yes"}})["notes"] == {"seen": "yes"}
    assert shop.payment.fetch(payment_id)["notes"] == {"seen": "yes"}


def test_a_payment_tells_what_the_payers_page_told(shop, order, payer):
    told = {"email": "asha@example.com", "contact": "+919876543210", "notes": {"gift": "1"}}
    payment = shop.payment.fetch(payer.pay(order["id"], **told)["razorpay_payment_id"])

    assert {name: payment[name] for name in told} == told


def test_a_paid_order_takes_no_second_payment(order, payer, paid):
    assert payer.ask(order["id"]).status_code == 400


def test_an_unknown_payment_does_not_exist(shop):
    with pytest.raises(BadRequestError, match=r"^The id provided does not exist$"):
        shop.payment.fetch("pay_29QQoUBi66xm2f")


def card(number):
    return {"number": number, "expiry_month": 12, "expiry_year": 2040, "cvv": "123", "holder_name": "Asha Rao"}
