"""Who frames the checkout: a page that the merchant does not name gets no form, and no option of its own into the SDK."""

import pytest

from tests.integration.frontend.site import CHECKOUT

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect

SHOP, EVIL = "https://shop.example", "https://evil.test"
FRAME = '<!doctype html><title>Page</title><style>iframe {{ width: 440px; height: 720px; {style} }}</style><iframe src="{url}">'
SDK = f'<!doctype html><title>Shop</title><script src="{CHECKOUT}/checkout.js"></script>'
REFUSED = "This page cannot be shown here"


def page_with(page, origin, url, style="", **headers):
    """A page of this origin that frames the URL."""
    body = FRAME.format(url=url.replace("&", "&amp;"), style=style)
    headers = {"Content-Type": "text/html"} | {name.replace("_", "-"): value for name, value in headers.items()}
    page.route(f"{origin}/", lambda route: route.fulfill(body=body, headers=headers))


def checkout_of(order, embedded="&embedded=true"):
    return f"{CHECKOUT}/checkout?order_id={order}&key=key_test_abc123{embedded}"


def has_form(frame):
    expect(frame.locator("[data-test-id=vpa-input]")).to_be_visible()


def is_refused(frame):
    expect(frame.get_by_role("heading", name=REFUSED)).to_be_visible()
    expect(frame.locator("[data-test-id=pay-button]")).to_be_hidden()
    expect(frame.locator("[data-test-id=order-amount]")).to_have_count(0)


@pytest.mark.parametrize(("allowed", "origin"), [([], SHOP), ([], EVIL), ([SHOP], SHOP), ([SHOP, EVIL], EVIL)])
def test_the_checkout_is_paid_in_a_frame_of_an_allowed_page(page, gateway, allowed, origin):
    gateway.frame_origins = allowed
    page_with(page, origin, checkout_of(gateway.add_order()))
    page.goto(f"{origin}/")
    frame = page.frame_locator("iframe")
    has_form(frame)
    frame.locator("[data-test-id=vpa-input]").fill("success@upi")
    frame.locator("[data-test-id=pay-button]").click()
    expect(frame.locator("[data-test-id=success-state]")).to_be_visible()


def test_a_page_that_is_isolated_from_other_origins_frames_the_checkout(page, gateway):
    isolated = {"Cross_Origin_Embedder_Policy": "require-corp", "Cross_Origin_Opener_Policy": "same-origin"}
    page_with(page, SHOP, checkout_of(gateway.add_order()), **isolated)
    page.goto(f"{SHOP}/")
    has_form(page.frame_locator("iframe"))
    assert page.evaluate("crossOriginIsolated")


@pytest.mark.parametrize("embedded", ["&embedded=true", "", "&embedded=false"])
def test_a_foreign_page_gets_no_form_into_its_invisible_frame(page, gateway, embedded):
    gateway.frame_origins = [SHOP]
    page_with(page, EVIL, checkout_of(gateway.add_order(), embedded), style="opacity: 0.01")
    page.goto(f"{EVIL}/")
    is_refused(page.frame_locator("iframe"))
    for y in range(40, 720, 40):  # as a payer who is made to click where the button would be
        page.mouse.click(220, y)
    assert gateway.posted("/payments/public") == []


def test_a_foreign_page_around_an_allowed_page_gets_no_form_either(page, gateway):
    gateway.frame_origins = [SHOP]
    page_with(page, SHOP, checkout_of(gateway.add_order()))
    page_with(page, EVIL, f"{SHOP}/")
    page.goto(f"{EVIL}/")
    is_refused(page.frame_locator("iframe").frame_locator("iframe"))


def test_a_payment_link_that_nobody_frames_is_paid_whatever_is_allowed(page, gateway):
    gateway.frame_origins = [SHOP]
    page.goto(checkout_of(gateway.add_order(), ""))
    has_form(page)


POLLUTED = {"checkoutUrl": "https://evil.test/", "key": "key_of_the_thief", "orderId": "order_of_the_thief"}
POLLUTE = "(names) => { for (const [name, value] of Object.entries(names)) Object.prototype[name] = value; }"


@pytest.fixture
def shop(page):
    page.route(f"{SHOP}/", lambda route: route.fulfill(body=SDK, content_type="text/html"))
    page.goto(f"{SHOP}/")
    return page


def test_the_sdk_takes_no_option_from_a_polluted_prototype(shop, gateway):
    shop.evaluate(POLLUTE, {**POLLUTED, "srcdoc": "<h1>Enter your card</h1>"})
    order = gateway.add_order()
    shop.evaluate("orderId => new PaymentGateway({ key: 'key_test_abc123', orderId }).open()", order)
    frame = shop.locator("iframe")
    assert frame.get_attribute("src") == checkout_of(order)
    assert frame.get_attribute("srcdoc") is None


@pytest.mark.parametrize("missing", ["key", "orderId"])
def test_the_sdk_misses_an_option_that_only_the_prototype_has(shop, missing):
    shop.evaluate(POLLUTE, POLLUTED)
    own = {name: "x" for name in ("key", "orderId") if name != missing}
    told = "options => { try { new PaymentGateway(options); } catch (error) { return error.message; } }"
    assert missing in shop.evaluate(told, own)


@pytest.mark.parametrize("options", ["", "null"])
def test_the_sdk_without_options_says_what_it_misses(shop, options):
    script = f"() => {{ try {{ new PaymentGateway({options}); }} catch (error) {{ return error.message; }} }}"
    assert "key is required" in shop.evaluate(script)
