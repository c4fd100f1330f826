"""A merchant's day by keyboard alone, on a desktop and on a phone."""

import csv
import io

import pytest

from tests.integration.frontend.dashboard_scenes import named
from tests.integration.frontend.fake_merchant import PASSWORD
from tests.integration.frontend.site import DASHBOARD

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect
MOST_TABS = 90


def tab_to(page, target):
    """Presses Tab until the focus is there; a target that no Tab reaches fails the test."""
    target.wait_for(state="attached")
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("each => each === document.activeElement"):
            return
    pytest.fail(f"no Tab reaches {target}")


def press(page, target, key="Enter"):
    tab_to(page, target)
    page.keyboard.press(key)


def go_to(page, name):
    """Chooses a page in the navigation, which a phone has behind a button."""
    menu = page.get_by_role("button", name="Menu")
    page.keyboard.press("Home")
    if menu.is_visible():
        press(page, menu)
    press(page, page.locator("#navigation").get_by_role("link", name=name, exact=True))
    expect(page.locator(".page h1")).to_contain_text(name)


def signed_in(page):
    page.goto(f"{DASHBOARD}/login")
    named(page, "login-form").wait_for()
    page.keyboard.type("test@example.com")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    named(page, "dashboard").wait_for()


def find_by_receipt(page, receipt, payment):
    page.keyboard.press("/")
    page.keyboard.type(receipt)
    page.locator("a.found").first.wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Attempts to pay").wait_for()
    page.locator(f'tr[data-payment-id="{payment}"]').wait_for()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/dashboard/transactions/{payment}")


def refund_in_part(page, amount):
    press(page, page.get_by_role("button", name="Refund", exact=True))
    expect(page.get_by_label("Amount in INR")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type(amount)
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)


@pytest.mark.parametrize("width", [390, 1440])
def test_the_keyboard_alone_goes_from_a_receipt_to_the_settlements_csv(new_page, gateway, width):
    page = new_page(width, 844)
    gateway.add_history(6)
    order = gateway.add_order(amount=49_900, status="paid", receipt="INV-2026-1003")
    payment = gateway.add_payment(order, captured=True)
    bad = gateway.add_endpoint("https://ledger.example/in")
    gateway.add_webhook(endpoint_id=gateway.add_endpoint())
    failed = gateway.add_webhook("payment.success", "failed", endpoint_id=bad, object_id=payment)
    gateway.add_settlement("processed")
    signed_in(page)

    find_by_receipt(page, "INV-2026-1003", payment)
    refund_in_part(page, "99.00")
    expect(named(page, "net")).to_have_text("₹400.00")
    go_to(page, "Overview")
    expect(page.get_by_text("Net of refunds").first).to_be_visible()

    go_to(page, "Webhooks")
    press(page, page.locator(f'a[href="/dashboard/webhooks/endpoints/{bad}"]').first)
    page.wait_for_url("**/endpoints/**")
    press(page, page.locator(f'main a[href="/dashboard/webhooks/{failed}"]').first)
    page.wait_for_url(f"**/dashboard/webhooks/{failed}")
    press(page, page.get_by_role("link", name="Debug its signature"))
    expect(page.get_by_label("Endpoint")).to_have_value(bad)
    tab_to(page, page.get_by_label("Headers"))
    page.keyboard.type("X-Webhook-Signature: 5f")
    press(page, page.get_by_role("button", name="Check signature"))
    expect(page.get_by_text("The body was changed after it was signed.")).to_be_visible()

    go_to(page, "Settlements")
    page.locator("tbody a.cover").wait_for()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    with page.expect_download() as download:
        press(page, page.get_by_role("button", name="Report as CSV"))
    saved = list(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig"))))
    assert [row["type"] for row in saved] == ["payment", "refund"]
