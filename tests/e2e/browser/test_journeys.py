"""The whole way in a browser, on a running gateway: shop, checkout, dashboard, webhooks."""

import hashlib
import hmac
import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.integration.frontend import pixels
from tests.support.waiting import until

zxingcpp = pytest.importorskip("zxingcpp", reason="zxing-cpp is not installed: the QR code is NOT read")
playwright_api = pytest.importorskip("playwright.sync_api", reason="no playwright: the pages are NOT tested")
expect = playwright_api.expect

BANK = 20_000  # milliseconds: the simulated bank takes up to ten seconds
LIVE = 3_000  # milliseconds: within this the dashboard shows what happened
CARD = {"expiry-input": "1230", "cvv-input": "123", "cardholder-name-input": "Asha Rao"}


def named(place, name):
    return place.locator(f'[data-test-id="{name}"]').first


def buy(page, stack):
    """Opens the checkout from the demo shop and returns its frame."""
    page.goto(f"{stack.checkout}/demo")
    page.locator("#buy").click()
    return page.frame_locator('[data-test-id="payment-iframe"]')


def pay_by_card(frame, number):
    named(frame, "method-card").click()
    for name, value in {"card-number-input": number, **CARD}.items():
        named(frame, name).fill("")
        named(frame, name).press_sequentially(value)
    named(frame, "pay-button").click()


def pay_by_upi(frame, vpa):
    named(frame, "vpa-input").fill(vpa)
    named(frame, "pay-button").click()


def sign_in(page, stack, path="/dashboard"):
    page.goto(f"{stack.dashboard}/login?next={path}")
    named(page, "email-input").fill(stack.email)
    named(page, "password-input").fill(stack.password)
    named(page, "login-button").click()
    page.wait_for_url(f"{stack.dashboard}{path}")


def heard(page, name):
    """The data of the shop's callback, once it has been called."""
    line = page.locator(".log li", has_text=f"{name}(")
    expect(line).to_have_count(1, timeout=BANK)
    return line.text_content()


def payment_id_in(text):
    return re.search(r"pay_\w+", text)[0]


def test_from_the_shop_to_the_refund_and_every_webhook(new_page, stack, receiver):
    dashboard = new_page()
    sign_in(dashboard, stack, "/dashboard/transactions")
    shop = new_page()
    pay_by_upi(buy(shop, stack), "success@upi")
    payment = payment_id_in(heard(shop, "onSuccess"))
    heard(shop, "onClose")
    row = dashboard.locator(f'[data-payment-id="{payment}"]')
    expect(named(row, "status")).to_have_text("success", timeout=LIVE)

    named(row, "payment-id").click()
    dashboard.get_by_role("button", name="Refund").click()
    dashboard.get_by_label("Amount in INR").fill("99.50")
    dashboard.get_by_label("Reason").fill("<script>alert(1)</script>")
    dashboard.locator("dialog").get_by_role("button", name="Refund").click()
    expect(dashboard.get_by_text("₹99.50 (partial)")).to_be_visible()
    expect(dashboard.get_by_text("<script>alert(1)</script>").first).to_be_visible()
    expect(dashboard.get_by_text("refund processed")).to_be_visible(timeout=BANK)
    refund = re.search(r"rfnd_\w+", dashboard.content())[0]
    wanted = {("payment.success", payment), ("refund.created", refund), ("refund.processed", refund)}
    until(lambda: wanted <= set(receiver.heard), 10)


def test_a_card_fails_and_another_succeeds_in_the_same_window(new_page, stack):
    shop = new_page()
    frame = buy(shop, stack)
    pay_by_card(frame, "4000000000000002")
    assert "CARD_DECLINED" in heard(shop, "onFailure")
    expect(named(frame, "error-message")).to_be_visible()
    named(frame, "retry-button").click()
    pay_by_card(frame, "4111111111111111")
    heard(shop, "onSuccess")
    expect(shop.locator("#payment-gateway-modal")).to_have_count(0)


def test_closing_the_window_pays_nothing(new_page, stack):
    shop = new_page()
    frame = buy(shop, stack)
    expect(named(frame, "vpa-input")).to_be_visible()
    shop.locator(".close-button").click()
    heard(shop, "onClose")
    expect(shop.locator("#buy")).to_be_focused()


def test_a_payment_link_leads_to_the_success_page_and_then_says_paid(new_page, stack):
    page, order = new_page(), stack.order()
    link = f"{stack.checkout}/checkout?order_id={order}&key=key_test_abc123"
    page.goto(link)
    pay_by_upi(page, "success@upi")
    page.wait_for_url(re.compile(r"/success\?payment_id=pay_"), timeout=BANK)
    payment = named(page, "payment-id").text_content()
    page.reload()
    expect(named(page, "payment-id")).to_have_text(payment)
    page.goto(link)
    expect(page.get_by_role("heading", name="This order is already paid")).to_be_visible()


def test_a_reload_in_the_middle_of_a_payment_pays_once(new_page, stack):
    page, order = new_page(), stack.order()
    page.goto(f"{stack.checkout}/checkout?order_id={order}&key=key_test_abc123")
    pay_by_upi(page, "success@upi")
    expect(page.get_by_text("Waiting for your UPI app")).to_be_visible()
    page.reload()
    expect(named(page, "success-state")).to_be_visible(timeout=BANK)
    assert len(stack.call("GET", f"/payments?order_id={order}")["data"]) == 1


def test_a_code_is_paid_from_a_second_window(new_page, stack):
    page, order = new_page(), stack.order()
    page.goto(f"{stack.checkout}/checkout?order_id={order}&key=key_test_abc123")
    named(page, "upi-qr").click()
    expect(named(page, "qr-code")).to_be_visible(timeout=BANK)
    with page.context.expect_page() as opened:
        named(page, "test-bank").click()
    opened.value.get_by_role("button", name="Approve").click()
    expect(named(page, "success-state")).to_be_visible(timeout=BANK)
    assert stack.call("GET", f"/orders/{order}")["status"] == "paid"


def test_a_foreign_decoder_reads_the_code_and_what_a_upi_app_needs(new_page, stack):
    page, order = new_page(), stack.order(amount=49_950)
    page.goto(f"{stack.checkout}/checkout?order_id={order}&key=key_test_abc123")
    named(page, "upi-qr").click()
    expect(named(page, "qr-code")).to_be_visible(timeout=BANK)
    (found,) = zxingcpp.read_barcodes(pixels.grey(named(page, "qr-code").screenshot()))
    (payment,) = stack.call("GET", f"/payments?order_id={order}")["data"]
    link = urlsplit(found.text)
    told = dict(parse_qsl(link.query, strict_parsing=True))
    assert (link.scheme, link.netloc, link.path) == ("upi", "pay", "")
    assert {name: told[name] for name in ("tr", "am", "cu")} == {"tr": payment["id"], "am": "499.50", "cu": "INR"}
    assert re.fullmatch(r"[\w.-]{2,256}@[a-z]{2,64}", told["pa"], re.IGNORECASE)
    assert told["pn"] == "Test Merchant"
    assert "+" not in found.text  # an app reads a + as a plus


def test_a_card_is_confirmed_by_a_code_after_two_wrong_ones(new_page, stack, complaints):
    complaints.expect("400")
    page = new_page()
    page.goto(f"{stack.checkout}/checkout?order_id={stack.order()}&key=key_test_abc123")
    pay_by_card(page, "4000002760003184")
    bank = page.frame_locator('[data-test-id="bank-frame"]')
    for code, words in (("12", "Tries left: 2."), ("99", "Tries left: 1."), ("1234", None)):
        bank.get_by_label("Code from the text message").fill(code, timeout=BANK)
        bank.get_by_role("button", name="Confirm").click()
        if words:
            expect(bank.get_by_text(words)).to_be_visible()
    expect(named(page, "success-state")).to_be_visible(timeout=BANK)


def test_who_gives_up_at_the_bank_pays_another_way(new_page, stack):
    page, order = new_page(), stack.order()
    page.goto(f"{stack.checkout}/checkout?order_id={order}&key=key_test_abc123")
    pay_by_card(page, "4000002760003184")
    bank = page.frame_locator('[data-test-id="bank-frame"]')
    bank.get_by_role("button", name="Give up").click(timeout=BANK)
    expect(page.get_by_role("heading", name="Payment cancelled")).to_be_visible(timeout=BANK)
    page.get_by_role("button", name="Use another method").click()
    pay_by_upi(page, "success@upi")
    expect(named(page, "success-state")).to_be_visible(timeout=BANK)
    assert [each["status"] for each in stack.call("GET", f"/orders/{order}/payments")["data"]].count("success") == 1


def test_by_netbanking_on_the_hosted_page_and_back_to_the_shop_with_a_valid_signature(new_page, stack):
    page = new_page()
    page.goto(f"{stack.checkout}/demo")
    page.locator("#hosted").click()
    named(page, "method-netbanking").click()
    named(page, "pay-button").click()
    page.wait_for_url(re.compile(r"/bank\?payment_id=pay_"), timeout=BANK)
    page.get_by_role("button", name="Approve").click()
    page.wait_for_url(re.compile(r"/demo\?order_id=.*signature=[0-9a-f]{64}$"), timeout=BANK)
    expect(page.locator("#thanks")).to_contain_text("The shop's server has verified the signature.")
    told = dict(parse_qsl(urlsplit(page.url).query))
    signed = f"{told['order_id']}|{told['payment_id']}|success".encode()
    assert told["signature"] == hmac.new(stack.secret.encode(), signed, hashlib.sha256).hexdigest()


@pytest.mark.parametrize("path", [
    "", "/transactions", "/orders", "/refunds", "/webhooks", "/events", "/signatures", "/keys", "/settings",
    "/dead-letters", "/docs", "/balance", "/settlements", "/disputes", "/sandbox",
])  # fmt: skip
def test_every_dashboard_page_fills_without_a_complaint(new_page, stack, path):
    page = new_page()
    sign_in(page, stack, f"/dashboard{path}")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("[aria-busy], main .skeleton, .notice.bad")).to_have_count(0)


def test_the_log_shows_a_test_webhook_and_its_attempt(new_page, stack, receiver):
    page = new_page()
    sign_in(page, stack, "/dashboard/webhooks")
    expect(named(page, "webhook-url-input")).to_have_value(receiver.url)
    named(page, "test-webhook-button").click()
    row = named(page, "webhook-log-item")
    expect(named(row, "webhook-event")).to_have_text("webhook.test")
    expect(named(row, "webhook-status")).to_have_text("success")
    named(row, "webhook-event").click()
    expect(page.get_by_text("HTTP 200")).to_be_visible()


def test_capturing_from_the_dashboard(new_page, stack):
    order = stack.order()
    payment = stack.call("POST", "/payments", {"order_id": order, "method": "upi", "vpa": "success@upi"})["id"]
    page = new_page()
    sign_in(page, stack, f"/dashboard/transactions/{payment}")
    page.get_by_role("button", name="Capture").click(timeout=BANK)
    page.locator("dialog").get_by_role("button", name="Capture").click()
    expect(page.get_by_text("captured", exact=True)).to_be_visible()
