"""The SDK's window among hostile styles, dialogs and scripts, and what happens when it is closed at the wrong moment."""

import pytest

from tests.integration.frontend.site import CHECKOUT
from tests.integration.frontend.test_sdk import MODAL, OPEN, SHOP, frame_of, heard, inside, pay, shop, until

__all__ = ["shop"]

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect

SCRIPT = f'<!doctype html><title>Shop</title><script src="{CHECKOUT}/checkout.js"></script>'
LEAVE = "Leave while your payment is being processed?"
HOSTILE = """.modal-overlay, .modal-content, iframe { opacity: 0 !important; visibility: hidden !important;
  transform: scale(.1) !important } body { filter: blur(0) } div { display: none !important }
  .modal-content::before { content: "x"; display: block; height: 900px }"""
ADD_STYLE = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
}"""
IN_A_DIALOG = """() => {
  const dialog = document.createElement("dialog");
  document.body.append(dialog);
  dialog.showModal();
}"""


def payment_under_way(page, gateway, polls=100):
    gateway.polls_until_settled = polls
    page.evaluate(OPEN, gateway.add_order())
    pay(page, "success@upi")
    expect(inside(page, "processing-state")).to_be_visible()


def question(page):
    return page.locator(".ask")


def test_no_style_of_the_page_reaches_the_window(shop, gateway):
    shop.evaluate(ADD_STYLE, HOSTILE)
    shop.evaluate(OPEN, gateway.add_order())
    inside(shop, "vpa-input").fill("success@upi")  # Playwright would wait for a hidden or covered field for ever
    box = shop.locator(".modal-content").bounding_box()
    assert (box["width"], box["height"] <= 800) == (440, True)


def test_the_window_lies_above_the_pages_own_dialog(shop, gateway):
    shop.evaluate(IN_A_DIALOG)
    shop.evaluate(OPEN, gateway.add_order())
    pay(shop, "success@upi")
    assert [name for name, _ in heard(shop, 2)] == ["success", "close"]


@pytest.mark.parametrize("way", ["button", "escape", "back"])
def test_it_asks_before_it_closes_over_a_payment_and_the_payer_may_stay(shop, gateway, way):
    payment_under_way(shop, gateway)
    {
        "button": lambda: shop.locator(".close-button").click(),
        "escape": lambda: shop.locator(".close-button").press("Escape"),
        "back": lambda: shop.evaluate("history.back()"),
    }[way]()
    expect(question(shop)).to_contain_text(LEAVE)
    shop.get_by_role("button", name="Stay here").click()
    expect(question(shop)).to_be_hidden()
    assert shop.evaluate("window.heard") == []
    gateway.settle(next(iter(gateway.payments.values())))
    assert [name for name, _ in heard(shop, 2)] == ["success", "close"]


def test_a_success_after_the_window_was_closed_still_reaches_the_shop(shop, gateway):
    payment_under_way(shop, gateway)
    shop.locator(".close-button").click()
    shop.get_by_role("button", name="Leave", exact=True).click()
    expect(shop.locator(MODAL)).to_have_count(0)
    assert heard(shop, 1) == [["close", None]]
    gateway.settle(next(iter(gateway.payments.values())))
    assert [name for name, _ in heard(shop, 2)] == ["close", "success"]
    expect(shop.locator("iframe")).to_have_count(0)


def test_the_question_goes_when_the_payment_ends_meanwhile(shop, gateway):
    payment_under_way(shop, gateway)
    shop.locator(".close-button").click()
    expect(question(shop)).to_be_visible()
    gateway.settle(next(iter(gateway.payments.values())))
    expect(inside(shop, "success-state")).to_be_visible()
    expect(question(shop)).to_be_hidden()


def test_the_payer_sees_the_success_for_two_seconds(shop, gateway):
    shop.evaluate(OPEN, gateway.add_order())
    pay(shop, "success@upi")
    expect(inside(shop, "success-state")).to_be_visible()
    shop.wait_for_timeout(1200)
    expect(shop.locator(MODAL)).to_have_count(1)
    assert [name for name, _ in heard(shop, 2)] == ["success", "close"]


def test_who_closes_the_window_over_the_success_is_told_of_as_well(shop, gateway):
    shop.evaluate(OPEN, gateway.add_order())
    pay(shop, "success@upi")
    expect(inside(shop, "success-state")).to_be_visible()
    shop.locator(".close-button").click()
    assert [name for name, _ in shop.evaluate("window.heard")] == ["success", "close"]


def test_back_closes_the_window_and_stays_in_the_shop(shop, gateway):
    shop.evaluate("history.replaceState({ cart: 7 }, '')")
    shop.evaluate(OPEN, gateway.add_order())
    expect(inside(shop, "vpa-input")).to_be_visible()
    shop.evaluate("history.back()")
    assert heard(shop, 1) == [["close", None]]
    expect(shop.locator(MODAL)).to_have_count(0)
    assert shop.url == f"{SHOP}/cart"
    assert shop.evaluate("history.state") == {"cart": 7}


def test_opened_again_it_adds_no_second_entry_to_the_history(shop, gateway):
    shop.evaluate(OPEN, gateway.add_order())
    length = shop.evaluate("history.length")
    shop.evaluate("window.gateway.close(); window.gateway.open(); window.gateway.close(); window.gateway.open()")
    assert shop.evaluate("history.length") == length


def test_the_script_may_come_twice(shop, gateway):
    shop.evaluate(OPEN, gateway.add_order())
    again = """url => new Promise((done) => {
      const script = document.createElement("script");
      Object.assign(script, { src: url, onload: done });
      document.head.append(script);
    })"""
    shop.evaluate(again, f"{CHECKOUT}/checkout.js")
    shop.evaluate("order => new PaymentGateway({ key: 'k', orderId: order }).open()", gateway.add_order())
    expect(shop.locator(MODAL)).to_have_count(1)
    assert shop.evaluate("window.heard") == [["close", None]]


def test_a_window_that_another_script_removed_counts_as_closed_and_opens_again(shop, gateway):
    shop.evaluate(OPEN, gateway.add_order())
    shop.evaluate("document.getElementById('payment-gateway-modal').remove()")
    assert heard(shop, 1) == [["close", None]]
    assert shop.evaluate("getComputedStyle(document.documentElement).overflow") == "visible"
    shop.evaluate("window.gateway.open()")
    expect(inside(shop, "vpa-input")).to_be_visible()


def test_the_window_is_as_high_as_its_content(shop, gateway):
    shop.set_viewport_size({"width": 1280, "height": 1200})
    shop.evaluate(OPEN, gateway.add_order())
    expect(inside(shop, "vpa-input")).to_be_visible()
    frame = next(frame for frame in shop.frames if "/checkout" in frame.url)
    fits = "document.documentElement.scrollHeight - innerHeight"
    for method in ("card", "netbanking", "upi"):
        inside(shop, f"method-{method}").click()
        shop.wait_for_timeout(300)
        assert abs(frame.evaluate(fits)) <= 1
        assert frame.evaluate("innerHeight - document.querySelector('main').offsetHeight") <= 1


TRY = "() => { try { new PaymentGateway({ key: 'k', orderId: 'o' }).open(); } catch (error) { return error.message; } }"


def test_a_page_opened_from_disk_is_told_at_once(page, tmp_path):
    saved = tmp_path / "shop.html"
    saved.write_text(SCRIPT)
    page.goto(saved.as_uri())
    assert "web server" in page.evaluate(TRY)
    expect(page.locator(MODAL)).to_have_count(0)


def test_a_sandboxed_frame_is_told_at_once(page):
    outer = '<!doctype html><title>Outer</title><iframe sandbox="allow-scripts" src="/shop"></iframe>'
    page.route(
        f"{SHOP}/**",
        lambda route: route.fulfill(
            body=SCRIPT if route.request.url.endswith("/shop") else outer, content_type="text/html"
        ),
    )
    page.goto(f"{SHOP}/")
    assert "web server" in page.frames[1].evaluate(TRY)


def test_an_isolated_shop_shows_the_window(page, gateway):
    headers = {"Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Opener-Policy": "same-origin"}
    page.route(f"{SHOP}/**", lambda route: route.fulfill(body=SCRIPT, content_type="text/html", headers=headers))
    page.goto(f"{SHOP}/cart")
    assert page.evaluate("crossOriginIsolated")
    page.evaluate(OPEN, gateway.add_order())
    pay(page, "success@upi")
    assert [name for name, _ in heard(page, 2)] == ["success", "close"]


def test_a_browser_without_dialogs_or_constructed_sheets_shows_it_too(page, gateway):
    page.add_init_script(
        """delete HTMLDialogElement.prototype.showModal; delete HTMLDialogElement.prototype.close;
        CSSStyleSheet.prototype.replaceSync = undefined;"""
    )
    page.route(f"{SHOP}/**", lambda route: route.fulfill(body=SCRIPT, content_type="text/html"))
    page.goto(f"{SHOP}/cart")
    page.evaluate(OPEN, gateway.add_order())
    assert page.locator(".modal-content").bounding_box()["width"] == 440
    pay(page, "success@upi")
    assert [name for name, _ in heard(page, 2)] == ["success", "close"]


def open_with(page, order, options):
    page.evaluate(
        "([orderId, options]) => new PaymentGateway({ key: 'key_test_abc123', orderId, ...options }).open()",
        [order, options],
    )


def test_prefill_methods_theme_and_locale_reach_the_form_but_no_server(shop, gateway):
    options = {
        "prefill": {"vpa": "asha@oksbi", "name": "Asha Rao", "method": "card"},
        "methods": ["card", "upi"],
        "theme": {"color": "#ffcc00"},
        "locale": "hi",
    }
    asked = []
    shop.on("request", lambda request: asked.append(request.url.split("#")[0]))
    open_with(shop, gateway.add_order(), options)
    expect(inside(shop, "cardholder-name-input")).to_have_value("Asha Rao")
    expect(inside(shop, "pay-button")).to_have_text("₹500.00 चुकाएँ")
    assert inside(shop, "pay-button").evaluate("each => getComputedStyle(each).backgroundColor") == "rgb(255, 204, 0)"
    assert inside(shop, "pay-button").evaluate("each => getComputedStyle(each).color") == "rgb(0, 0, 0)"
    expect(frame_of(shop).locator("[data-test-id=payment-methods] label")).to_have_text(["कार्ड", "UPI"])
    assert not [url for url in asked if "asha" in url.lower()]


def test_a_shop_without_retries_offers_none(shop, gateway):
    open_with(shop, gateway.add_order(), {"retry": False})
    pay(shop, "failure@upi")
    expect(inside(shop, "error-state")).to_be_visible()
    expect(inside(shop, "retry-button")).to_be_hidden()


def test_the_window_closes_after_its_time_but_not_over_a_payment(shop, gateway):
    open_with(shop, gateway.add_order(), {"timeout": 1})
    until(shop, f"!document.querySelector('{MODAL}')")
    gateway.polls_until_settled = 4
    open_with(shop, gateway.add_order(), {"timeout": 1})
    pay(shop, "success@upi")
    shop.wait_for_timeout(1500)
    expect(inside(shop, "processing-state")).to_be_visible()
