"""What merchants know from other dashboards: each test shows one of its features."""

import pytest

from tests.integration.frontend import pixels
from tests.integration.frontend.dashboard_scenes import named, visit
from tests.integration.frontend.fake_gateway import stamp
from tests.integration.frontend.site import CHECKOUT

playwright_api = pytest.importorskip("playwright.sync_api")
zxingcpp = pytest.importorskip("zxingcpp", reason="zxing-cpp is not installed: the QR code is NOT read")
expect = playwright_api.expect
ROWS = '[data-test-id="transaction-row"]'
FACTS = "() => [...document.querySelectorAll('.facts > div')].map((each) => each.innerText.replace(/\\s+/g, ' '))"


def test_what_needs_a_person_is_counted_beside_its_link(page, gateway):
    gateway.add_webhook("payment.failed", "failed")
    gateway.add_webhook("payment.failed", "failed")
    gateway.dead_letters = [
        {"queue": "payments", "id": "m1", "object_id": "pay_1", "received": 5, "sent_at": stamp(30)},
    ]
    page.clock.install()
    visit(page, "/dashboard/settings")
    page.clock.run_for(12_000)
    navigation = page.locator("#navigation")
    expect(navigation.get_by_role("link", name="Webhooks 2 failed in the last day")).to_be_visible()
    expect(navigation.get_by_role("link", name="Stuck jobs 1 stuck")).to_be_visible()
    expect(navigation.locator(".alerts")).to_have_count(2)


def test_a_payment_link_is_a_code_that_a_camera_reads(page, gateway):
    order = gateway.add_order()
    visit(page, f"/dashboard/orders/{order}")
    page.get_by_text("QR code", exact=True).click()
    (found,) = zxingcpp.read_barcodes(pixels.grey(page.locator(".qr").screenshot()))
    assert found.text == f"{CHECKOUT}/checkout?order_id={order}&key=key_test_abc123"


def test_an_open_order_is_cancelled_and_then_has_no_link(page, gateway):
    order = gateway.add_order()
    visit(page, f"/dashboard/orders/{order}")
    page.get_by_role("button", name="Cancel order").click()
    expect(page.locator("dialog")).to_contain_text("Cancel this order of ₹500.00?")
    page.locator("dialog").get_by_role("button", name="Cancel order").click()
    expect(named(page, "status")).to_have_text("cancelled")
    expect(page.locator(".link-box")).to_have_count(0)


def test_the_primary_key_is_rotated_and_the_new_pair_shown_once(page, gateway):
    visit(page, "/dashboard/keys")
    page.get_by_role("button", name="Rotate primary key").click()
    page.locator("dialog").get_by_role("button", name="Rotate primary key").click()
    expect(page.get_by_text("secret_rotated")).to_be_visible()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("secret_rotated")).to_have_count(0)
    assert len(gateway.posted("/merchants/rotate-key")) == 1


def test_an_endpoints_page_tells_its_health_its_secrets_and_its_events(page, gateway):
    endpoint = gateway.add_endpoint("https://ledger.example/in", previous_secret_expires_at=stamp(-1440))
    for status in ("success", "success", "failed", "pending"):
        gateway.add_webhook("payment.success", status, endpoint_id=endpoint)
    visit(page, f"/dashboard/webhooks/endpoints/{endpoint}")
    told = page.evaluate(FACTS)
    assert "Success rate of the newest 3 66.7%" in told
    assert "Waiting 1" in told
    assert any(each.startswith("Old secret Mar 15, 2026") for each in told)
    expect(page.get_by_role("heading", name="Last failures")).to_be_visible()
    page.locator("details.fold", has_text="payment.success").first.locator("summary").click()
    expect(page.get_by_role("group", name="payment.success")).to_contain_text('"event": "payment.success"')
    page.get_by_role("button", name="Send test event").click()
    expect(page.get_by_text("webhook.test", exact=True).first).to_be_attached()


def test_a_row_tells_the_instrument_and_why_a_payment_failed(page, gateway):
    gateway.add_payment(gateway.add_order(), "failed", method="card")
    visit(page, "/dashboard/transactions")
    expect(page.locator(ROWS)).to_contain_text("Visa •••• 1111")
    expect(page.locator(ROWS)).to_contain_text("The bank declined the payment")
    expect(named(page, "method")).to_have_text("card")


def test_a_payments_page_tells_its_fee_with_tax(page, gateway):
    more = {"captured": True, "captured_at": stamp(), "fee": 1000, "tax": 180}
    visit(page, f"/dashboard/transactions/{gateway.add_payment(gateway.add_order(), **more)}")
    assert {"Fee ₹10.00", "Tax on the fee ₹1.80"} <= set(page.evaluate(FACTS))


def test_the_chart_has_a_table_with_the_same_days_for_who_uses_no_mouse(page, gateway):
    gateway.add_history(14)
    visit(page, "/dashboard")
    page.get_by_text("Show as a table").focus()
    page.keyboard.press("Enter")
    rows = page.locator(".numbers tbody tr")
    expect(rows).to_have_count(page.locator("rect.bar").count())
    expect(rows.last).to_contain_text("Mar 14")


def test_the_checkout_has_the_merchants_colour_logo_and_the_orders_description(page, gateway):
    gateway.color, gateway.logo_url = (
        "#0a6b45",
        "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7",
    )
    page.goto(f"{CHECKOUT}/checkout?order_id={gateway.add_order(description='Monsoon umbrella')}&key=key_test_abc123")
    expect(named(page, "order-summary")).to_contain_text("Monsoon umbrella")
    expect(page.locator("img.logo")).to_have_attribute("src", gateway.logo_url)
    assert named(page, "pay-button").evaluate("each => getComputedStyle(each).backgroundColor") == "rgb(10, 107, 69)"
