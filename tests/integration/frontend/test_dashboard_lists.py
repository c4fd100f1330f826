"""What a merchant does with many payments at once: compares, saves views, chooses rows."""

import csv
import io

import pytest

from tests.integration.frontend import money_scenes
from tests.integration.frontend.dashboard_scenes import named, visit
from tests.integration.frontend.site import DASHBOARD

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect
ROWS = '[data-test-id="transaction-row"]'
HOOKS = '[data-test-id="webhook-log-item"]'


def settled(amount, status="success", currency="INR"):
    return {"amount": amount, "amount_refunded": 0, "currency": currency, "status": status}


def changes(page):
    names = ("total-amount", "refunded-amount", "net-amount", "total-transactions", "success-rate")
    return [named(page, f"{name}-change").text_content() for name in names]


def test_the_overview_compares_its_figures_with_the_period_before_which_it_asks_for_once(page, gateway):
    gateway.add_payment(gateway.add_order(amount=100_000, status="paid"))
    gateway.earlier_payments = [settled(80_000), settled(0, "failed"), settled(9_900, currency="USD")]
    visit(page, "/dashboard")
    expect(named(page, "total-amount-change")).to_have_text("+25% on the period before")
    expect(named(page, "total-amount-change")).to_have_attribute("title", "₹800.00")
    assert changes(page)[1:] == [
        "", "+25% on the period before", "-67% on the period before", "66.7% in the period before",
    ]  # fmt: skip
    page.get_by_label("Period").select_option("7")
    page.wait_for_timeout(3_000)
    asked = [request["query"] for request in gateway.requests if request["path"] == "/dashboard/stats"]
    spans = {(each["from"], each["to"]) for each in asked}
    past = sorted(spans)[:-2] if len(spans) == 4 else []
    assert len(past) == 2, spans
    assert [sum((each["from"], each["to"]) == span for each in asked) for span in past] == [1, 1]


def test_all_time_and_a_first_period_have_nothing_to_be_compared_with(page, gateway):
    gateway.add_payment(gateway.add_order(amount=100_000, status="paid"))
    visit(page, "/dashboard")
    expect(named(page, "total-amount-change")).to_have_text("None before")
    page.get_by_label("Period").select_option("all")
    expect(named(page, "total-amount-change")).to_have_text("")
    assert changes(page) == [""] * 5


def test_filters_are_saved_under_a_name_and_found_again_until_they_are_removed(page, gateway):
    gateway.add_history(10)
    visit(page, "/dashboard/transactions")
    expect(page.get_by_role("button", name="Save view")).to_be_hidden()
    page.get_by_label("Status").select_option("failed")
    page.get_by_role("button", name="Save view").click()
    page.get_by_label("Name").fill("<b>declines</b>")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(ROWS)).to_have_count(10)
    page.goto(f"{DASHBOARD}/dashboard/orders")
    expect(page.locator(".views li")).to_have_count(0)
    page.goto(f"{DASHBOARD}/dashboard/transactions")
    page.get_by_role("link", name="<b>declines</b>").click()
    page.wait_for_url("**/dashboard/transactions?status=failed")
    expect(page.locator(ROWS)).to_have_count(2)
    page.get_by_role("button", name="Remove the view <b>declines</b>").click()
    page.reload()
    expect(page.locator(ROWS)).to_have_count(2)
    expect(page.locator(".views li")).to_have_count(0)


def test_chosen_payments_of_several_pages_are_exported_alone(page, gateway):
    gateway.add_history(30)
    visit(page, "/dashboard/transactions")
    expect(page.get_by_text("1 selected")).to_have_count(0)
    picked = [page.locator(ROWS).first.get_attribute("data-payment-id")]
    page.locator(ROWS).first.get_by_role("checkbox").check()
    page.get_by_role("button", name="Next").click()
    expect(page.locator(ROWS)).to_have_count(10)
    picked.append(page.locator(ROWS).first.get_attribute("data-payment-id"))
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_text("2 selected")).to_be_visible()
    with page.expect_download() as download:
        page.locator(".selection").get_by_role("button", name="Export CSV").click()
    saved = csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig")))
    assert [row["id"] for row in saved] == picked
    expect(page.locator(".selection")).to_be_hidden()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)


def test_chosen_webhooks_are_sent_again_but_for_those_under_way(page, gateway):
    sent = [gateway.add_webhook("payment.failed", "failed"), gateway.add_webhook()]
    gateway.add_webhook("payment.failed", "failed")
    waits = gateway.add_webhook("refund.created", "pending")
    visit(page, "/dashboard/webhooks")
    for identifier in (*sent, waits):
        page.locator(f'{HOOKS}[data-webhook-id="{identifier}"]').get_by_role("checkbox").check()
    page.locator(".selection").get_by_role("button", name="Retry").click()
    expect(page.get_by_text("Sent again: 2")).to_be_visible()
    retried = [request["path"] for request in gateway.requests if request["path"].endswith("/retry")]
    assert retried == [f"/webhooks/{identifier}/retry" for identifier in sent]


def test_a_list_of_one_page_offers_no_other(page, gateway):
    gateway.add_history(21)
    visit(page, "/dashboard/transactions")
    expect(page.get_by_role("button", name="Next")).to_be_visible()
    page.get_by_label("Status").select_option("failed")
    expect(page.get_by_text("1\N{EN DASH}4 of 4")).to_be_visible()
    expect(page.get_by_role("button", name="Next")).to_be_hidden()


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_no_amount_is_broken_and_a_disputed_payment_is_one_tap_away(new_page, gateway, width):
    page = new_page(width, 844)
    for _ in range(2):
        gateway.add_payment(gateway.add_order(amount=12_345_678, status="paid"))
    visit(page, "/dashboard/transactions")
    heights = page.locator("td.amount a").evaluate_all("all => all.map((each) => each.getClientRects().length)")
    assert heights == [1, 1]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    payment = money_scenes.disputed(gateway)
    gateway.add_dispute(payment)
    page.goto(f"{DASHBOARD}/dashboard/disputes")
    page.get_by_role("link", name=payment).click()
    page.wait_for_url(f"**/dashboard/transactions/{payment}")
