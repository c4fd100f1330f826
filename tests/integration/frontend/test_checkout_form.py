"""The checkout's form, in a browser, against a gateway in memory."""

import re

import pytest

from tests.integration.frontend.checkout_steps import fill_card, open_order
from tests.integration.frontend.scenes import CARD, named
from tests.integration.frontend.site import CHECKOUT

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect


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
    named(page, "pay-button").click()
    expect(page.get_by_text(message)).to_be_visible()
    assert gateway.posted("/payments/public") == []


def test_a_digit_typed_into_the_middle_of_a_number_leaves_the_caret_behind_it(page, gateway):
    open_order(page, gateway.add_order())
    named(page, "method-card").click()
    number = named(page, "card-number-input")
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
    named(page, "method-card").click()
    named(page, "card-number-input").press_sequentially(number)
    expect(page.locator(".network")).to_have_text(network)


def test_a_common_handle_completes_the_upi_id(page, gateway):
    open_order(page, gateway.add_order())
    named(page, "vpa-input").fill("asha")
    page.get_by_role("button", name="@oksbi").click()
    expect(named(page, "vpa-input")).to_have_value("asha@oksbi")


def test_the_first_click_on_a_handle_counts_although_the_field_before_it_was_wrong(new_page, gateway):
    page = new_page(440, 720)
    open_order(page, gateway.add_order())
    named(page, "vpa-input").fill("asha")
    page.get_by_role("button", name="@ybl").click()
    expect(named(page, "vpa-input")).to_have_value("asha@ybl")


def test_the_page_fits_a_narrow_phone(new_page, gateway):
    page = new_page(320, 640)
    open_order(page, gateway.add_order(amount=999999999999))
    expect(named(page, "pay-button")).to_be_visible()
    named(page, "method-card").click()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert re.match("₹", named(page, "order-amount").text_content())


def test_the_lock_stands_right_before_the_words_it_belongs_to_on_a_phone(new_page, gateway):
    page = new_page(390, 800)
    open_order(page, gateway.add_order())
    gap = """line => {
      const range = document.createRange();
      range.selectNodeContents(line.lastChild);
      return range.getClientRects()[0].left - line.querySelector("svg").getBoundingClientRect().right;
    }"""
    assert 0 < page.locator(".assurance").evaluate(gap) < 12


def test_the_keyboard_alone_completes_a_payment(page, gateway):
    open_order(page, gateway.add_order())
    expect(named(page, "vpa-input")).to_be_focused()
    for _ in range(3):  # past the two buttons of the code and the app
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    expect(named(page, "card-number-input")).to_be_focused()
    for value in CARD.values():
        page.keyboard.type(value)
        page.keyboard.press("Tab")
    expect(named(page, "pay-button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(named(page, "success-state").get_by_role("heading")).to_be_focused()


CUT = """() => [...document.querySelectorAll(".checkout *")]
  .filter((each) => each.checkVisibility() && !each.matches(".sr-only, svg, svg *, input"))
  .filter((each) => each.matches(".method, .button") || getComputedStyle(each).overflowX === "hidden")
  .filter((each) => each.scrollWidth > each.clientWidth + 1)
  .map((each) => each.textContent)"""


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("language", ["en", "hi"])
def test_no_word_of_the_form_is_cut_on_a_phone(new_page, gateway, width, language):
    page = new_page(width, 800)
    page.goto(f"{CHECKOUT}/checkout?order_id={gateway.add_order()}&key=key_test_abc123#locale={language}")
    expect(named(page, "pay-button")).to_be_visible()
    for method in ("upi", "card", "netbanking"):
        named(page, f"method-{method}").click()
        assert page.evaluate(CUT) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
