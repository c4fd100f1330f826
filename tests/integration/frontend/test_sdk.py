"""The SDK on a merchant's page: what it builds, what it hears, and what it does not."""

import gzip

import pytest

from tests.integration.frontend.site import CHECKOUT, FRONTEND

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect

SHOP = "https://shop.example"
POLICY = f"default-src 'none'; script-src 'self' {CHECKOUT}; frame-src {CHECKOUT}"
CLASSIC = (
    f'<!doctype html><title>Shop</title><script src="{CHECKOUT}/checkout.js"></script><button id="opener">Buy</button>'
)
MODULE = '<!doctype html><title>Shop</title><script type="module" src="/shop.js"></script>'
MODULE_SCRIPT = f'import {{ PaymentGateway }} from "{CHECKOUT}/checkout.mjs"; window.Imported = PaymentGateway;'
CONTENT_SECURITY = {"Content-Security-Policy": POLICY}
OPEN = """orderId => {
  window.heard = [];
  const on = (name) => (data) => window.heard.push([name, data ?? null]);
  const callbacks = { onSuccess: on("success"), onFailure: on("failure"), onClose: on("close") };
  window.gateway = new PaymentGateway({ key: "key_test_abc123", orderId, ...callbacks });
  window.gateway.open();
}"""
MODAL = "#payment-gateway-modal"


@pytest.fixture
def shop(page):
    """A merchant's page on another origin with a strict content policy."""
    page.route(
        f"{SHOP}/**",
        lambda route: route.fulfill(
            body=MODULE_SCRIPT
            if route.request.url.endswith(".js")
            else MODULE
            if "module" in route.request.url
            else CLASSIC,
            content_type="text/javascript" if route.request.url.endswith(".js") else "text/html",
            headers=CONTENT_SECURITY,
        ),
    )
    page.goto(f"{SHOP}/cart")
    return page


def frame_of(page):
    return page.frame_locator('[data-test-id="payment-iframe"]')


def inside(page, name):
    return frame_of(page).locator(f'[data-test-id="{name}"]')


def pay(page, vpa):
    inside(page, "vpa-input").fill(vpa)
    inside(page, "pay-button").click()


def until(page, expression):
    """Waits for it by asking again and again: Playwright's own way evaluates strings in the page, which its policy forbids."""
    for _ in range(100):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{expression} did not come true")


def heard(page, count):
    until(page, f"window.heard.length >= {count}")
    return page.evaluate("window.heard")


def test_the_window_has_the_contracts_elements(shop, gateway):
    shop.evaluate(OPEN, gateway.add_order())
    expect(
        shop.locator(
            f'div{MODAL}[data-test-id="payment-modal"] > .modal-overlay > .modal-content > iframe[data-test-id="payment-iframe"]'
        )
    ).to_be_visible()
    expect(shop.locator('.modal-content > button.close-button[data-test-id="close-modal-button"]')).to_be_visible()
    assert "embedded=true" in shop.locator("iframe").get_attribute("src")
    assert shop.locator(f"{MODAL} [style]").count() == 0


def test_a_success_is_told_once_and_the_window_goes(shop, gateway):
    order = gateway.add_order()
    shop.evaluate(OPEN, order)
    pay(shop, "success@upi")
    (payment,) = heard(shop, 2) and gateway.payments
    told = {"paymentId": payment, "orderId": order, "amount": 50000, "currency": "INR", "status": "success"}
    assert shop.evaluate("window.heard") == [["success", told], ["close", None]]
    expect(shop.locator(MODAL)).to_have_count(0)


def test_a_failure_leaves_the_window_open_for_another_try(shop, gateway):
    order = gateway.add_order()
    shop.evaluate(OPEN, order)
    pay(shop, "failure@upi")
    ((name, data),) = heard(shop, 1)
    assert (name, data["orderId"], data["status"], data["error"]["code"]) == (
        "failure",
        order,
        "failed",
        "PAYMENT_FAILED",
    )
    inside(shop, "retry-button").click()
    pay(shop, "success@upi")
    assert [name for name, _ in heard(shop, 3)] == ["failure", "success", "close"]


ESCAPE_SOON = """field => setTimeout(() => {
    field.focus();
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }));
})"""


@pytest.mark.parametrize("close", ["button", "escape outside", "escape inside", "cancel inside", "method"])
def test_every_way_to_close_removes_the_window_cleanly(shop, gateway, close):
    before = shop.evaluate("document.documentElement.outerHTML")
    shop.locator("#opener").focus()
    shop.evaluate(OPEN, gateway.add_order())
    expect(inside(shop, "vpa-input")).to_be_visible()
    assert shop.evaluate("getComputedStyle(document.documentElement).overflow") == "hidden"
    ways = {
        "button": lambda: shop.locator(".close-button").click(),
        "escape outside": lambda: shop.locator(".close-button").press("Escape"),
        # A key pressed by the driver waits for ever where the page that it was pressed in goes with it.
        "escape inside": lambda: inside(shop, "vpa-input").evaluate(ESCAPE_SOON),
        "cancel inside": lambda: frame_of(shop).get_by_role("button", name="Cancel").click(),
        "method": lambda: shop.evaluate("window.gateway.close()"),
    }
    ways[close]()
    assert heard(shop, 1) == [["close", None]]
    assert shop.evaluate("document.documentElement.outerHTML") == before
    assert shop.evaluate("document.adoptedStyleSheets.length") == 0
    assert shop.evaluate("getComputedStyle(document.documentElement).overflow") == "visible"
    expect(shop.locator("#opener")).to_be_focused()


def test_a_click_beside_the_window_leaves_a_payment_and_its_callback_alone(shop, gateway):
    shop.evaluate(OPEN, gateway.add_order())
    pay(shop, "success@upi")
    shop.locator(".modal-overlay").click(position={"x": 5, "y": 5})
    assert [name for name, _ in heard(shop, 2)] == ["success", "close"]


def test_the_first_click_on_cancel_counts_although_the_field_before_it_was_wrong(new_page, gateway):
    page = new_page(440, 720)
    page.goto(f"{CHECKOUT}/demo?order_id={gateway.add_order()}&key=key_test_abc123")
    page.locator("#buy").click()
    inside(page, "vpa-input").fill("asha")
    frame_of(page).get_by_role("button", name="Cancel").click()
    expect(page.locator(MODAL)).to_have_count(0)


def test_the_shop_thanks_for_what_was_paid_and_a_paid_order_has_no_button(page, gateway):
    page.goto(f"{CHECKOUT}/demo?order_id={gateway.add_order(amount=49_900)}&key=key_test_abc123")
    page.locator("#buy").click()
    pay(page, "success@upi")
    thanks = page.get_by_text("Thank you, paid ₹499.00")
    expect(thanks).to_be_focused()
    expect(page.locator("#buy")).to_be_hidden()


def test_a_card_number_to_pay_with_keeps_to_one_line_on_a_narrow_phone(new_page):
    page = new_page(320, 640)
    page.goto(f"{CHECKOUT}/demo")
    number = page.locator(".use .mono", has_text="4111 1111 1111 1111")
    lines = """cell => {
      const range = document.createRange();
      range.selectNodeContents(cell);
      return range.getClientRects().length;
    }"""
    assert number.evaluate(lines) == 1
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_the_close_button_is_seen_on_a_page_of_white_text(shop, gateway):
    shop.evaluate("document.adoptedStyleSheets.push(new CSSStyleSheet())")
    shop.evaluate("document.adoptedStyleSheets[0].replaceSync('body { color: #fff }')")
    shop.evaluate(OPEN, gateway.add_order())
    colour = "getComputedStyle(document.querySelector('.close-button')).color"
    assert shop.evaluate(colour) == "rgb(20, 23, 31)"


def test_opened_twice_there_is_one_window_and_closing_twice_tells_once(shop, gateway):
    shop.evaluate(OPEN, gateway.add_order())
    shop.evaluate("window.gateway.open()")
    expect(shop.locator(MODAL)).to_have_count(1)
    shop.evaluate("window.gateway.close(); window.gateway.close()")
    assert shop.evaluate("window.heard") == [["close", None]]


def test_another_instance_takes_the_place_of_the_first(shop, gateway):
    shop.evaluate(OPEN, gateway.add_order())
    second = gateway.add_order(amount=777)
    shop.evaluate(
        "orderId => { window.other = new PaymentGateway({ key: 'k', orderId }); window.other.open(); }",
        second,
    )
    expect(shop.locator(MODAL)).to_have_count(1)
    expect(inside(shop, "order-amount")).to_have_text("₹7.77")
    assert shop.evaluate("window.heard") == [["close", None]]


def test_it_can_be_opened_again_after_closing(shop, gateway):
    shop.evaluate(OPEN, gateway.add_order())
    shop.evaluate("window.gateway.close(); window.gateway.open()")
    pay(shop, "success@upi")
    assert [name for name, _ in heard(shop, 3)] == ["close", "success", "close"]


def test_the_tab_key_stays_in_the_window(shop, gateway):
    shop.evaluate(OPEN, gateway.add_order())
    expect(inside(shop, "vpa-input")).to_be_visible()
    for key in ["Tab"] * 14 + ["Shift+Tab"] * 14:
        shop.keyboard.press(key)
        assert shop.evaluate("document.getElementById('payment-gateway-modal').contains(document.activeElement)")


@pytest.mark.parametrize("missing", ["key", "orderId"])
def test_a_missing_option_throws(shop, missing):
    options = {name: "x" for name in ("key", "orderId") if name != missing}
    message = shop.evaluate(
        "options => { try { new PaymentGateway(options); } catch (error) { return error.message; } }", options
    )
    assert missing in message


def test_as_a_module_it_finds_its_checkout_by_itself(shop, gateway):
    shop.goto(f"{SHOP}/module")
    until(shop, "Boolean(window.Imported)")
    order = gateway.add_order()
    shop.evaluate("orderId => new window.Imported({ key: 'k', orderId }).open()", order)
    expect(inside(shop, "order-id")).to_have_text(order)


def test_a_forged_message_to_the_sdk_achieves_nothing(shop, gateway):
    shop.evaluate(OPEN, gateway.add_order())
    expect(inside(shop, "vpa-input")).to_be_visible()
    shop.evaluate("window.postMessage({ type: 'payment_success', data: {} }, '*')")
    # The right origin, but another window than the one that was opened.
    shop.evaluate(
        """url => new Promise((done) => {
      const other = document.createElement("iframe");
      other.src = url;
      other.onload = done;
      document.body.append(other);
    })""",
        f"{CHECKOUT}/success?payment_id=",
    )
    stranger = next(frame for frame in shop.frames if "/success" in frame.url)
    stranger.evaluate("window.parent.postMessage({ type: 'payment_success', data: {} }, '*')")
    shop.wait_for_timeout(200)
    assert shop.evaluate("window.heard") == []
    expect(shop.locator(MODAL)).to_have_count(1)


def test_a_page_that_frames_the_checkout_cannot_command_it(shop, gateway):
    order = gateway.add_order()
    shop.evaluate(
        """url => { const frame = document.createElement("iframe"); frame.src = url; document.body.append(frame); }""",
        f"{CHECKOUT}/checkout?order_id={order}&key=k&embedded=true",
    )
    framed = shop.frame_locator("iframe")
    expect(framed.locator('[data-test-id="vpa-input"]')).to_be_visible()
    for kind in ("payment_success", "pay", "close_modal", "submit"):
        shop.evaluate("type => window.frames[0].postMessage({ type, data: { vpa: 'success@upi' } }, '*')", kind)
    shop.wait_for_timeout(200)
    expect(framed.locator('[data-test-id="pay-button"]')).to_be_visible()
    assert gateway.posted("/payments/public") == []


def test_the_sdk_is_under_five_kilobytes_and_needs_no_eval():
    source = (FRONTEND / "sdk/checkout.js").read_text()
    assert len(gzip.compress(source.encode())) < 5 * 1024
    assert "eval(" not in source
    assert "innerHTML" not in source
    assert ', "*"' not in source
