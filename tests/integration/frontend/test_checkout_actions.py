"""What a payer does beside the form: scans a code, opens an app, enters the bank's code, comes back, gives up."""

import re
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
import zxingcpp

from tests.integration.frontend import pixels
from tests.integration.frontend.checkout_steps import fill_card, open_order, pay
from tests.integration.frontend.scenes import named
from tests.integration.frontend.site import CHECKOUT

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect

CHALLENGED = {"card-number-input": "4000002760003184"}
CODE = "Code from the text message"
SHOP = "https://shop.example"


def show_code(page, gateway, **order):
    open_order(page, gateway.add_order(**order))
    named(page, "upi-qr").click()
    expect(named(page, "qr-code")).to_be_visible()


def ask_for_code(page, gateway):
    open_order(page, gateway.add_order())
    fill_card(page, **CHALLENGED)
    named(page, "pay-button").click()
    return page.frame_locator('[data-test-id="bank-frame"]')


def enter(bank, code):
    bank.get_by_label(CODE).fill(code)
    bank.get_by_role("button", name="Confirm").click()


def only(mapping):
    (value,) = mapping.values()
    return value


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_camera_reads_the_payments_link_from_the_code(new_page, gateway, scheme):
    page = new_page(color_scheme=scheme)
    show_code(page, gateway)

    (found,) = zxingcpp.read_barcodes(pixels.grey(named(page, "qr-code").screenshot()))

    assert found.text == only(gateway.payments)["next_action"]["url"]
    assert gateway.posted("/payments/public")[0]["body"]["flow"] == "qr"


def test_who_approves_in_a_second_window_has_paid(page, gateway):
    show_code(page, gateway)
    with page.context.expect_page() as opened:
        named(page, "test-bank").click()
    bank = opened.value
    expect(bank.get_by_text("₹500.00")).to_be_visible()
    bank.get_by_role("button", name="Approve").click()
    expect(bank.get_by_text("Approved.")).to_be_visible()
    expect(named(page, "success-state")).to_be_visible()


def test_the_payer_sees_how_long_the_code_can_be_scanned(page, gateway):
    show_code(page, gateway)
    expect(named(page, "action-countdown")).to_have_text(re.compile(r"Time left: (10:00|9:5\d)"))
    expect(named(page, "action-countdown")).to_have_text(re.compile(r"Time left: 9:5[0-7]"))


def test_a_payers_wrong_clock_does_not_change_the_time_that_is_left(page, gateway):
    page.clock.install(time="2031-01-01T00:00:00")
    show_code(page, gateway)
    expect(named(page, "action-countdown")).to_have_text(re.compile(r"Time left: (10:00|9:5\d)"))


def test_a_reload_shows_the_same_code(page, gateway):
    show_code(page, gateway)
    shown = named(page, "qr-code").get_attribute("data-text")
    page.reload()
    expect(named(page, "qr-code")).to_have_attribute("data-text", shown)
    assert len(gateway.payments) == 1


def test_the_app_link_is_the_payments_own(page, gateway):
    open_order(page, gateway.add_order())
    named(page, "upi-intent").click()
    link = named(page, "action-link").get_attribute("href")
    parts = urlsplit(link)
    assert (parts.scheme, parts.netloc, parse_qs(parts.query)["am"]) == ("upi", "pay", ["500.00"])


def test_who_wants_to_pay_another_way_gives_the_first_payment_up(page, gateway):
    show_code(page, gateway)
    named(page, "another-way").click()
    expect(named(page, "vpa-input")).to_be_visible()
    pay(page, "success@upi")
    expect(named(page, "success-state")).to_be_visible()
    assert [payment["status"] for payment in gateway.payments.values()] == ["failed", "success"]


def test_who_gives_up_a_payment_that_went_through_is_told_so(page, gateway):
    show_code(page, gateway)
    payment = only(gateway.payments)
    gateway.delays["/payments/"] = 0.3
    payment.update(status="success", next_action=None)
    named(page, "another-way").click()
    expect(named(page, "success-state")).to_be_visible()
    assert len(gateway.payments) == 1


def test_without_a_connection_nothing_is_given_up(page, gateway, complaints):
    complaints.expect("ERR_CONNECTION_REFUSED")
    show_code(page, gateway)
    gateway.offline = True
    named(page, "another-way").click()
    expect(page.get_by_text("The connection is gone")).to_be_visible()
    expect(named(page, "qr-code")).to_be_visible()
    gateway.offline = False
    expect(page.get_by_text("Scan with any UPI app")).to_be_visible()


def test_the_right_code_pays_in_the_same_window(page, gateway):
    enter(ask_for_code(page, gateway), "1234")
    expect(named(page, "success-state")).to_be_visible()
    expect(named(page, "success-state")).to_contain_text("Visa •••• 1111")


def test_after_two_wrong_codes_the_third_try_still_pays(page, gateway, complaints):
    complaints.expect("400")
    bank = ask_for_code(page, gateway)
    for left in (2, 1):
        enter(bank, "12")
        expect(bank.get_by_text(f"The code is wrong. Tries left: {left}.")).to_be_visible()
    enter(bank, "123456")
    expect(named(page, "success-state")).to_be_visible()


def test_a_third_wrong_code_ends_the_payment_in_its_own_words(page, gateway, complaints):
    complaints.expect("400")
    bank = ask_for_code(page, gateway)
    for left in (2, 1):
        enter(bank, "12")
        expect(bank.get_by_text(f"Tries left: {left}.")).to_be_visible()
    enter(bank, "12")
    expect(page.get_by_role("heading", name="Your bank could not confirm it was you")).to_be_visible()


def test_who_gives_up_at_the_bank_can_pay_another_way(page, gateway):
    ask_for_code(page, gateway).get_by_role("button", name="Give up").click()
    expect(page.get_by_role("heading", name="Payment cancelled")).to_be_visible()
    expect(named(page, "error-message")).to_have_text("You cancelled the payment.")
    expect(page.get_by_text("You have not been charged.")).to_be_visible()
    page.get_by_role("button", name="Use another method").click()
    expect(named(page, "vpa-input")).to_be_visible()


def test_netbanking_goes_to_the_banks_page_and_back_to_the_receipt(page, gateway):
    open_order(page, gateway.add_order())
    named(page, "method-netbanking").click()
    named(page, "bank-select").select_option("HDFC")
    named(page, "pay-button").click()
    page.wait_for_url(f"{CHECKOUT}/bank?payment_id=*")
    page.get_by_role("button", name="Approve").click()
    expect(named(page, "success-state")).to_be_visible()
    expect(named(page, "success-state")).to_contain_text("HDFC Bank")


def test_who_comes_back_from_the_bank_without_an_act_is_not_sent_there_again(page, gateway):
    open_order(page, gateway.add_order())
    named(page, "method-netbanking").click()
    named(page, "pay-button").click()
    page.wait_for_url(f"{CHECKOUT}/bank?payment_id=*")
    page.go_back()
    expect(named(page, "action-link")).to_have_text("Continue to the bank")
    page.wait_for_timeout(1500)
    assert "/checkout" in page.url


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD"])
def test_only_rupees_are_paid_by_upi_or_netbanking(page, gateway, currency):
    open_order(page, gateway.add_order(currency=currency))
    expect(named(page, "card-number-input")).to_be_visible()
    assert page.locator("[data-test-id=method-upi], [data-test-id=method-netbanking]").count() == 0


def test_the_payer_returns_to_the_shop_with_the_signed_result(page, gateway):
    page.route(f"{SHOP}/**", lambda route: route.fulfill(body="<title>Shop</title>", content_type="text/html"))
    order = gateway.add_order(return_url=f"{SHOP}/thanks")
    open_order(page, order)
    pay(page, "success@upi")
    expect(named(page, "success-state").get_by_text("You go back to the shop in")).to_be_visible()
    page.wait_for_url(f"{SHOP}/thanks?**")
    told = dict(parse_qsl(urlsplit(page.url).query))
    (payment,) = gateway.payments
    signature = {"signature": "signed by key_test_abc123"}
    assert told == {"order_id": order, "payment_id": payment, "status": "success", **signature}


def test_a_payer_whose_payment_failed_may_return_to_the_shop_or_try_again(page, gateway):
    open_order(page, gateway.add_order(return_url=f"{SHOP}/thanks"))
    pay(page, "failure@upi")
    link = named(page, "error-state").get_by_role("link", name="Back to the shop")
    expect(link).to_have_attribute("href", re.compile("status=failed"))
    expect(named(page, "retry-button")).to_be_visible()


def test_a_released_payment_ends_in_its_own_words(page, gateway):
    show_code(page, gateway)
    only(gateway.payments).update(status="voided", next_action=None)
    expect(page.get_by_role("heading", name="Payment cancelled by the shop")).to_be_visible()
    asked = len(gateway.requests)
    page.wait_for_timeout(1500)
    assert [request["path"] for request in gateway.requests[asked:]] == []


def test_a_receipt_says_who_was_paid_how_and_what_came_back(page, gateway):
    order = gateway.add_order(description="Monsoon umbrella")
    more = {"card_network": "visa", "card_last4": "1111", "amount_refunded": 20000, "refund_status": "partial"}
    payment = gateway.add_payment(order, method="card", **more)
    page.goto(f"{CHECKOUT}/success?payment_id={payment}")
    receipt = named(page, "success-state")
    expect(receipt.get_by_role("heading", name="Partly refunded")).to_be_visible()
    for fact in ("Test Merchant", "Monsoon umbrella", "₹500.00", "Visa •••• 1111", "₹200.00", order, "2026"):
        expect(receipt).to_contain_text(fact)
    expect(receipt.get_by_role("button", name="Print")).to_be_visible()


def test_in_hindi_every_word_of_the_form_is_hindi(page, gateway):
    page.goto(f"{CHECKOUT}/checkout?order_id={gateway.add_order()}&key=key_test_abc123#locale=hi")
    expect(named(page, "pay-button")).to_have_text("₹500.00 चुकाएँ")
    assert page.evaluate("document.documentElement.lang") == "hi"
    page.get_by_role("button", name="English").click()
    expect(named(page, "pay-button")).to_have_text("Pay ₹500.00")


def test_the_focus_moves_on_by_itself_when_a_field_is_complete(page, gateway):
    open_order(page, gateway.add_order())
    named(page, "method-card").click()
    named(page, "card-number-input").focus()
    page.keyboard.type("41111111111111111230123Asha Rao")
    values = [named(page, name).input_value() for name in ("expiry-input", "cvv-input", "cardholder-name-input")]
    assert values == ["12/30", "123", "Asha Rao"]


def test_the_page_says_that_no_real_money_moves_and_fills_a_test_instrument_by_one_click(page, gateway):
    open_order(page, gateway.add_order())
    expect(named(page, "test-mode")).to_have_text("Test mode")
    page.get_by_role("button", name="•••• 1111 Visa").click()
    named(page, "pay-button").click()
    expect(named(page, "success-state")).to_be_visible()


def test_after_a_success_no_card_stays_in_the_page(page, gateway):
    open_order(page, gateway.add_order())
    fill_card(page)
    named(page, "pay-button").click()
    expect(named(page, "success-state")).to_be_visible()
    assert (
        page.evaluate("[...document.querySelectorAll('input:not([type=radio])')].map((each) => each.value).join('')")
        == ""
    )


def test_choosing_another_method_moves_nothing_above_the_form(page, gateway):
    open_order(page, gateway.add_order())
    place = "document.querySelector('[data-test-id=payment-methods]').getBoundingClientRect().top"
    expect(named(page, "payment-methods")).to_be_visible()
    before = page.evaluate(place)
    for method in ("card", "netbanking", "upi"):
        named(page, f"method-{method}").click()
        assert page.evaluate(place) == before
