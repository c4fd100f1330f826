"""The hosted checkout, in a browser, against a gateway in memory."""

import re

import pytest

from tests.integration.frontend.site import CHECKOUT

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect

GOOD_CARD = {
    "card-number-input": "4111111111111111",
    "expiry-input": "1230",
    "cvv-input": "123",
    "cardholder-name-input": "Asha Rao",
}


def test_id(page, name):
    return page.locator(f'[data-test-id="{name}"]')


test_id.__test__ = False


def open_order(page, order_id, key="key_test_abc123"):
    page.goto(f"{CHECKOUT}/checkout?order_id={order_id}&key={key}")


def fill_card(page, **changes):
    test_id(page, "method-card").click()
    for name, value in {**GOOD_CARD, **changes}.items():
        test_id(page, name).press_sequentially(value)


def test_the_order_is_shown_in_its_currencys_own_format(page, gateway):
    order = gateway.add_order(amount=50000)
    open_order(page, order)
    expect(test_id(page, "order-amount")).to_have_text("₹500.00")
    expect(test_id(page, "order-id")).to_have_text(order)
    expect(page.get_by_text("Test Merchant", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("currency", "amount", "shown"),
    [
        ("JPY", 500, "¥500"),
        ("USD", 1999, "$19.99"),
        ("KWD", 1500, "KWD 1.500"),
        ("INR", 12345678, "₹1,23,456.78"),
    ],
)
def test_minor_units_follow_the_currency(page, gateway, currency, amount, shown):
    open_order(page, gateway.add_order(amount=amount, currency=currency))
    assert test_id(page, "order-amount").text_content().replace("\xa0", " ") == shown


def test_a_upi_payment_succeeds_and_the_address_says_which(page, gateway):
    open_order(page, gateway.add_order())
    test_id(page, "vpa-input").fill("success@upi")
    test_id(page, "pay-button").click()
    expect(test_id(page, "processing-state")).to_be_visible()
    expect(test_id(page, "success-state")).to_be_visible()
    (payment,) = gateway.payments
    expect(test_id(page, "payment-id")).to_have_text(payment)
    expect(page).to_have_url(f"{CHECKOUT}/success?payment_id={payment}")
    page.reload()
    expect(test_id(page, "success-message")).to_have_text("You paid ₹500.00.")


def test_a_card_payment_sends_bare_digits_and_a_full_year(page, gateway):
    open_order(page, gateway.add_order())
    fill_card(page)
    expect(test_id(page, "card-number-input")).to_have_value("4111 1111 1111 1111")
    expect(test_id(page, "expiry-input")).to_have_value("12/30")
    test_id(page, "pay-button").click()
    expect(test_id(page, "success-state")).to_be_visible()
    sent = gateway.posted("/payments/public")[0]["body"]
    assert sent["card"] == {
        "number": "4111111111111111",
        "expiry_month": "12",
        "expiry_year": "2030",
        "cvv": "123",
        "holder_name": "Asha Rao",
    }
    assert sent["key"] == "key_test_abc123"


def test_a_failed_payment_can_be_tried_again_as_a_new_attempt(page, gateway):
    open_order(page, gateway.add_order())
    test_id(page, "vpa-input").fill("failure@upi")
    test_id(page, "pay-button").click()
    expect(test_id(page, "error-message")).to_have_text("Your bank declined the payment")
    test_id(page, "retry-button").click()
    test_id(page, "vpa-input").fill("success@upi")
    test_id(page, "pay-button").click()
    expect(test_id(page, "success-state")).to_be_visible()
    keys = [request["headers"]["idempotency-key"] for request in gateway.posted("/payments/public")]
    assert len(set(keys)) == 2


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"card-number-input": "4111111111111112"}, "This card number has a typing mistake."),
        ({"card-number-input": "41111111"}, "The card number is too short."),
        ({"expiry-input": "0120"}, "This card has expired."),
        ({"expiry-input": "1399"}, "Enter the expiry date as MM/YY."),
        ({"cvv-input": "12"}, "The CVV has 3 digits."),
        ({"card-number-input": "378282246310005"}, "The CVV has 4 digits."),
        ({"cardholder-name-input": ""}, "Enter the name on the card."),
    ],
)
def test_a_wrong_field_is_named_in_words_and_nothing_is_sent(page, gateway, changes, message):
    open_order(page, gateway.add_order())
    fill_card(page, **changes)
    test_id(page, "pay-button").click()
    expect(page.get_by_text(message)).to_be_visible()
    assert gateway.posted("/payments/public") == []


def test_a_double_click_pays_once(page, gateway):
    gateway.delays["/payments/public"] = 0.3
    open_order(page, gateway.add_order())
    test_id(page, "vpa-input").fill("success@upi")
    test_id(page, "pay-button").dblclick()
    expect(test_id(page, "success-state")).to_be_visible()
    assert len(gateway.posted("/payments/public")) == 1


def test_a_reload_while_processing_follows_the_same_payment(page, gateway):
    gateway.polls_until_settled = 4
    open_order(page, gateway.add_order())
    test_id(page, "vpa-input").fill("success@upi")
    test_id(page, "pay-button").click()
    expect(page.get_by_text("Waiting for your UPI app")).to_be_visible()
    page.reload()
    expect(test_id(page, "success-state")).to_be_visible()
    assert len(gateway.payments) == 1


def pay_without_hearing_of_it(page, gateway):
    open_order(page, gateway.add_order())
    test_id(page, "vpa-input").fill("success@upi")
    gateway.loses_answers = True
    test_id(page, "pay-button").click()
    expect(page.get_by_text("Sending your payment securely")).to_be_visible()
    page.wait_for_timeout(200)
    gateway.loses_answers = False
    page.reload()


def test_paying_again_after_a_reload_before_the_answer_continues_the_same_payment(page, gateway):
    pay_without_hearing_of_it(page, gateway)
    test_id(page, "vpa-input").fill("success@upi")
    test_id(page, "pay-button").click()
    expect(test_id(page, "success-state")).to_be_visible()
    assert len(gateway.payments) == 1


def test_an_order_paid_before_a_reload_is_soon_told_as_paid(page, gateway):
    pay_without_hearing_of_it(page, gateway)
    expect(test_id(page, "pay-button")).to_be_visible()
    next(iter(gateway.orders.values()))["status"] = "paid"
    expect(page.get_by_role("heading", name="This order is already paid")).to_be_visible()


def test_other_details_after_a_reload_before_the_answer_pay_no_second_time(page, gateway, complaints):
    complaints.expect("422", "400")
    pay_without_hearing_of_it(page, gateway)
    test_id(page, "vpa-input").fill("other@upi")
    test_id(page, "pay-button").click()
    expect(test_id(page, "error-message")).to_have_text("Order already has a payment")
    assert len(gateway.payments) == 1


def test_a_retry_after_the_network_failed_repeats_the_same_attempt(page, gateway, complaints):
    complaints.expect("ERR_CONNECTION_REFUSED")
    open_order(page, gateway.add_order())
    test_id(page, "vpa-input").fill("success@upi")
    gateway.offline = True
    test_id(page, "pay-button").click()
    expect(test_id(page, "error-message")).to_contain_text("you will not be charged twice")
    attempt = page.evaluate("Object.values(sessionStorage).join()")
    gateway.offline = False
    test_id(page, "retry-button").click()
    expect(test_id(page, "success-state")).to_be_visible()
    (request,) = gateway.posted("/payments/public")
    assert request["headers"]["idempotency-key"] in attempt


def test_the_connection_may_go_while_the_bank_is_asked(page, gateway, complaints):
    complaints.expect("ERR_CONNECTION_REFUSED")
    gateway.polls_until_settled = 2
    open_order(page, gateway.add_order())
    test_id(page, "vpa-input").fill("success@upi")
    test_id(page, "pay-button").click()
    expect(page.get_by_text("Waiting for your UPI app")).to_be_visible()
    gateway.offline = True
    expect(page.get_by_text("The connection is gone.")).to_be_visible()
    gateway.offline = False
    expect(test_id(page, "success-state")).to_be_visible()


@pytest.mark.parametrize(
    ("status", "title"),
    [
        ("paid", "This order is already paid"),
        ("expired", "This order has expired"),
        ("on_hold", "This order cannot be paid"),
    ],
)
def test_an_order_that_cannot_be_paid_says_why(page, gateway, status, title):
    open_order(page, gateway.add_order(status=status))
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(test_id(page, "pay-button")).to_be_hidden()


def test_an_unknown_order_is_told_as_such(page, complaints):
    complaints.expect("404")
    open_order(page, "order_unknown")
    expect(page.get_by_role("heading", name="We cannot find this order")).to_be_visible()


def test_without_a_network_the_order_can_be_asked_for_again(page, gateway, complaints):
    complaints.expect("ERR_CONNECTION_REFUSED")
    order = gateway.add_order()
    gateway.offline = True
    open_order(page, order)
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    gateway.offline = False
    page.get_by_role("button", name="Try again").click()
    expect(test_id(page, "order-id")).to_have_text(order)


def test_a_slow_answer_is_admitted(page, gateway):
    page.clock.install()
    gateway.silent = True
    open_order(page, gateway.add_order())
    expect(page.get_by_role("heading", name="Loading the order…")).to_be_visible()
    page.clock.fast_forward(5_000)
    expect(page.get_by_role("heading", name="Still loading.")).to_be_visible()


def test_a_slow_bank_is_admitted(page, gateway):
    page.clock.install()
    gateway.polls_until_settled = 1_000
    open_order(page, gateway.add_order())
    test_id(page, "vpa-input").fill("success@upi")
    test_id(page, "pay-button").click()
    expect(page.get_by_text("Waiting for your UPI app")).to_be_visible()
    page.clock.fast_forward(20_000)
    expect(page.get_by_text("Your bank is taking longer than usual.")).to_be_visible()
    page.clock.fast_forward(180_000)
    expect(test_id(page, "error-message")).to_contain_text("We lost touch with your bank")
    gateway.polls_until_settled = 0
    page.get_by_role("button", name="Check again").click()
    expect(test_id(page, "success-state")).to_be_visible()
    assert len(gateway.payments) == 1


def test_markup_in_the_merchants_name_is_shown_as_text(page, gateway):
    gateway.merchant_name = "<img src=x onerror=alert(1)>"
    open_order(page, gateway.add_order())
    expect(page.get_by_text(gateway.merchant_name, exact=True)).to_be_visible()


def test_the_keyboard_alone_completes_a_payment(page, gateway):
    open_order(page, gateway.add_order())
    expect(test_id(page, "vpa-input")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    expect(test_id(page, "card-number-input")).to_be_focused()
    for value in GOOD_CARD.values():
        page.keyboard.type(value)
        page.keyboard.press("Tab")
    expect(test_id(page, "pay-button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(test_id(page, "success-state").get_by_role("heading")).to_be_focused()


def test_a_digit_typed_into_the_middle_of_a_number_leaves_the_caret_behind_it(page, gateway):
    open_order(page, gateway.add_order())
    test_id(page, "method-card").click()
    number = test_id(page, "card-number-input")
    number.press_sequentially("411111111111111")
    number.evaluate("input => input.setSelectionRange(4, 4)")
    number.press("2")
    expect(number).to_have_value("4111 2111 1111 1111")
    assert number.evaluate("input => input.selectionStart") == 6


@pytest.mark.parametrize(
    ("number", "network"),
    [
        ("4", "Visa"),
        ("2221", "Mastercard"),
        ("2721", ""),
        ("37", "Amex"),
        ("65", "RuPay"),
        ("82", "RuPay"),
        ("9", ""),
    ],
)
def test_the_network_shows_as_it_is_recognised(page, gateway, number, network):
    open_order(page, gateway.add_order())
    test_id(page, "method-card").click()
    test_id(page, "card-number-input").press_sequentially(number)
    expect(page.locator(".network")).to_have_text(network)


def test_a_common_handle_completes_the_upi_id(page, gateway):
    open_order(page, gateway.add_order())
    test_id(page, "vpa-input").fill("asha")
    page.get_by_role("button", name="@oksbi").click()
    expect(test_id(page, "vpa-input")).to_have_value("asha@oksbi")


def test_the_page_fits_a_narrow_phone(new_page, gateway):
    page = new_page(320, 640)
    open_order(page, gateway.add_order(amount=999999999999))
    expect(test_id(page, "pay-button")).to_be_visible()
    test_id(page, "method-card").click()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert re.match("₹", test_id(page, "order-amount").text_content())
