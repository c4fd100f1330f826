"""A shop's page that is written for checkout.js: nothing but the script's address is ours."""

import json
from pathlib import Path

import pytest

from tests.e2e.client import KEY
from tests.e2e.razorpay.site import part, pay

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect
HERE = Path(__file__).parent
VENDOR = "https://checkout.razorpay.com/v1/checkout.js"
CANCEL = '[data-test-id="close-modal-button"]'
MODAL = "#payment-gateway-modal"


@pytest.fixture
def script(gateway):
    if not gateway.checkout:
        pytest.skip("CHECKOUT_URL is not set: the script is NOT tested against a real gateway")
    return f"{gateway.checkout}/v1/checkout.js"


@pytest.fixture
def visit(page, site, script, order):
    """Opens the shop's page with these options beside the usual ones."""

    def go(name="shop.html", source=script, order_id=order["id"], **options):
        text = (HERE / name).read_text()
        told = {"script": source, "key": KEY, "order": order_id, "options": json.dumps(options)}
        for word, value in told.items():
            text = text.replace(f"{{{word}}}", value)
        site.body = text
        page.goto(site.url)

    return go


@pytest.fixture
def window(page, visit):
    """Opens the window on the shop's page."""

    def go(**options):
        visit(**options)
        page.locator("#rzp-button1").click()
        return page.frame_locator('[data-test-id="payment-iframe"]')

    return go


def heard(page, count=1):
    page.wait_for_function(f"window.heard.length >= {count}")
    return page.evaluate("window.heard")


def test_the_handler_gets_three_fields_that_the_client_verifies(page, window, shop, order):
    pay(window())

    [[name, response]] = heard(page)

    assert name == "handler"
    assert response.keys() == {"razorpay_payment_id", "razorpay_order_id", "razorpay_signature"}
    assert response["razorpay_order_id"] == order["id"]
    assert shop.utility.verify_payment_signature(response)
    expect(page.locator(MODAL)).to_have_count(0)
    page.wait_for_timeout(200)
    assert len(heard(page)) == 1  # a window that has taken the money is not dismissed


def test_the_payment_keeps_what_the_page_tells_of_the_payer(page, window, shop):
    frame = window()
    expect(part(frame, "order-summary")).to_contain_text("Acme Corp")
    expect(part(frame, "order-summary")).to_contain_text("Test Transaction")
    pay(frame)

    payment = shop.payment.fetch(heard(page)[0][1]["razorpay_payment_id"])

    told = {"email": "gaurav.kumar@example.com", "contact": "+919999999999", "description": "Test Transaction"}
    assert {name: payment[name] for name in told} == told
    assert payment["notes"] == {"address": "Corporate Office"}


def test_a_suite_reroutes_the_vendors_address(page, window, script, shop):
    """The recipe of docs/razorpay.md: the shop's page stays as it is."""
    page.route(VENDOR, lambda route: route.fulfill(response=route.fetch(url=script)))

    pay(window(source=VENDOR))

    assert shop.utility.verify_payment_signature(heard(page)[0][1])


def test_a_failed_payment_is_an_event_and_may_be_tried_again(page, window, shop, order):
    frame = window()
    pay(frame, "failure@razorpay")

    [[name, error]] = heard(page)

    assert name == "payment.failed"
    assert (error["code"], error["source"], error["step"], error["reason"]) == (
        "BAD_REQUEST_ERROR", "gateway", "payment_response", "payment_failed",
    )  # fmt: skip
    assert error["description"]
    assert error["metadata"]["order_id"] == order["id"]
    assert shop.payment.fetch(error["metadata"]["payment_id"])["error_reason"] == error["reason"]
    part(frame, "retry-button").click()
    pay(frame)
    assert [each for each, _ in heard(page, 2)] == ["payment.failed", "handler"]


def test_without_a_retry_the_window_closes_after_a_failure(page, window):
    pay(window(retry={"enabled": False}), "failure@razorpay")

    assert [name for name, _ in heard(page, 2)] == ["payment.failed", "ondismiss"]
    expect(page.locator(MODAL)).to_have_count(0)


def test_a_closed_window_is_dismissed(page, window):
    expect(part(window(), "vpa-input")).to_be_visible()
    page.locator(CANCEL).click()

    assert heard(page) == [["ondismiss", None]]


@pytest.mark.parametrize(("escape", "left"), [(True, 0), (False, 1)])
def test_escape_closes_the_window_unless_the_page_forbids_it(page, window, escape, left):
    frame = window(modal={"escape": escape})
    expect(part(frame, "vpa-input")).to_be_visible()
    page.locator(CANCEL).focus()
    page.keyboard.press("Escape")
    if left:
        part(frame, "vpa-input").focus()
        page.keyboard.press("Escape")
        page.wait_for_timeout(200)

    expect(page.locator(MODAL)).to_have_count(left)


def test_a_click_beside_the_window_closes_it_if_the_page_says_so(page, window):
    expect(part(window(modal={"backdropclose": True}), "vpa-input")).to_be_visible()
    page.mouse.click(20, 400)

    expect(page.locator(MODAL)).to_have_count(0)


def test_the_window_asks_before_it_closes_if_the_page_says_so(page, window):
    expect(part(window(modal={"confirm_close": True}), "vpa-input")).to_be_visible()
    page.locator(CANCEL).click()
    page.get_by_text("Cancel payment").click()

    expect(page.locator(MODAL)).to_have_count(0)


def test_a_callback_url_gets_the_three_fields_by_post(page, window, site, shop):
    pay(window(callback_url=f"{site.url}/paid"))
    page.wait_for_url(f"{site.url}/paid")

    [(path, fields)] = site.posted

    assert path == "/paid"
    assert shop.utility.verify_payment_signature(fields)


def test_a_callback_url_gets_the_error_of_a_page_that_redirects(page, window, site, order):
    pay(window(callback_url=f"{site.url}/paid", redirect=True), "failure@razorpay")
    page.wait_for_url(f"{site.url}/paid")

    [(_, fields)] = site.posted

    assert fields["error[code]"] == "BAD_REQUEST_ERROR"
    assert fields["error[reason]"] == "payment_failed"
    assert json.loads(fields["error[metadata]"])["order_id"] == order["id"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"amount": 499}, "The amount is not the order's amount."),
        ({"currency": "USD"}, "The currency is not the order's currency."),
        ({"order_id": "order_0000000000000000"}, "The id provided does not exist"),
        ({"description": "x" * 256}, "Could not validate payment create request due to: description: "),
    ],
)
def test_options_that_contradict_the_order_take_no_payment(page, window, complaints, options, sentence):
    complaints.expect("404")
    frame = window(**options)

    [[name, error]] = heard(page)

    assert name == "payment.failed"
    assert error["description"].startswith(sentence)
    expect(part(frame, "pay-button")).not_to_be_visible()


def test_a_form_with_the_script_gets_a_button_and_is_posted_with_the_fields(page, visit, site, shop):
    visit("form.html")
    page.get_by_role("button", name="Pay with us").click()
    pay(page.frame_locator('[data-test-id="payment-iframe"]'))
    page.wait_for_url(f"{site.url}/purchase")

    [(_, fields)] = site.posted

    assert fields.pop("cart") == "7"
    assert shop.utility.verify_payment_signature(fields)
