"""Payments in the hosted checkout that get their answer."""

import pytest

from tests.integration.frontend.checkout_steps import fill_card, open_order, pay
from tests.integration.frontend.scenes import named
from tests.integration.frontend.site import CHECKOUT

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect


def test_the_order_is_shown_in_its_currencys_own_format(page, gateway):
    order = gateway.add_order(amount=50000)
    open_order(page, order)
    expect(named(page, "order-amount")).to_have_text("₹500.00")
    expect(named(page, "order-id")).to_have_text(order)
    expect(page.get_by_text("Test Merchant", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("currency", "amount", "shown"),
    [
        ("JPY", 500, "¥500"),
        ("USD", 1999, "$19.99"),
        ("KWD", 1500, "KWD 1.500"),
        ("INR", 12345678, "₹1,23,456.78"),
        ("RSD", 12345, "RSD 123.45"),
        ("IQD", 1234567, "IQD 1,234.567"),
    ],
)
def test_minor_units_follow_the_currency(page, gateway, currency, amount, shown):
    open_order(page, gateway.add_order(amount=amount, currency=currency))
    assert named(page, "order-amount").text_content().replace("\xa0", " ") == shown


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("499.9", "INR", 49_990),
        ("1,00,000", "INR", 10_000_000),
        ("1,000.50", "INR", 100_050),
        ("10,00", "INR", None),
        ("1,0", "INR", None),
        ("500", "JPY", 500),
        ("500.5", "JPY", None),
        ("1.234", "IQD", 1_234),
        ("99.99", "RSD", 9_999),
    ],
)
def test_an_amount_is_read_in_its_currency_and_a_comma_only_as_grouping(page, gateway, text, currency, amount):
    open_order(page, gateway.add_order())
    read = "async (given) => (await import('/shared/format.js')).parseAmount(...given)"
    assert page.evaluate(read, [text, currency]) == amount


def test_a_upi_payment_succeeds_and_the_address_says_which(page, gateway):
    open_order(page, gateway.add_order())
    pay(page, "success@upi")
    expect(named(page, "processing-state")).to_be_visible()
    expect(named(page, "success-state")).to_be_visible()
    (payment,) = gateway.payments
    expect(named(page, "payment-id")).to_have_text(payment)
    expect(page).to_have_url(f"{CHECKOUT}/success?payment_id={payment}")
    page.reload()
    expect(named(page, "success-message")).to_have_text("You paid ₹500.00 to Test Merchant.")


def test_a_card_payment_sends_bare_digits_and_a_full_year(page, gateway):
    open_order(page, gateway.add_order())
    fill_card(page)
    expect(named(page, "card-number-input")).to_have_value("4111 1111 1111 1111")
    expect(named(page, "expiry-input")).to_have_value("12/30")
    named(page, "pay-button").click()
    expect(named(page, "success-state")).to_be_visible()
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
    pay(page, "failure@upi")
    expect(named(page, "error-message")).to_have_text("Your bank declined the payment")
    expect(page.get_by_text("You have not been charged.")).to_be_visible()
    named(page, "retry-button").click()
    pay(page, "success@upi")
    expect(named(page, "success-state")).to_be_visible()
    keys = [request["headers"]["idempotency-key"] for request in gateway.posted("/payments/public")]
    assert len(set(keys)) == 2


def test_a_double_click_pays_once(page, gateway):
    gateway.delays["/payments/public"] = 0.3
    open_order(page, gateway.add_order())
    named(page, "vpa-input").fill("success@upi")
    named(page, "pay-button").dblclick()
    expect(named(page, "success-state")).to_be_visible()
    assert len(gateway.posted("/payments/public")) == 1


def test_markup_in_the_merchants_name_is_shown_as_text(page, gateway):
    gateway.merchant_name = "<img src=x onerror=alert(1)>"
    open_order(page, gateway.add_order())
    expect(page.get_by_text(gateway.merchant_name, exact=True)).to_be_visible()


ENTERED = "inputs => inputs.filter(input => input.type !== 'radio').map(input => input.value)"


def entered(page):
    """What the fields of both methods hold, shown or not."""
    return "".join(page.locator(".pay-form input").evaluate_all(ENTERED))


def test_nothing_that_was_entered_stays_in_the_page_after_success(page, gateway):
    open_order(page, gateway.add_order())
    named(page, "vpa-input").fill("asha@oksbi")
    fill_card(page)
    named(page, "pay-button").click()
    named(page, "success-state").wait_for()
    assert entered(page) == ""
    assert page.locator(".network").text_content() == ""
    assert page.locator(".good-mark").is_hidden()


def test_nothing_that_was_entered_stays_when_the_order_turns_out_to_be_paid(page, gateway, complaints):
    complaints.expect("400")
    order = gateway.add_order()
    open_order(page, order)
    fill_card(page)
    gateway.orders[order]["status"] = "paid"
    named(page, "pay-button").click()
    page.get_by_role("heading", name="This order is already paid").wait_for()
    assert entered(page) == ""


def test_a_card_that_failed_stays_for_another_try_but_for_its_cvv(page, gateway):
    open_order(page, gateway.add_order())
    fill_card(page, **{"card-number-input": "4000000000000002"})
    named(page, "pay-button").click()
    named(page, "retry-button").click()
    expect(named(page, "card-number-input")).to_have_value("4000 0000 0000 0002")
    expect(named(page, "cvv-input")).to_have_value("")
