"""The dashboard's sandbox of a test stage."""

import pytest

from tests.integration.frontend import site
from tests.integration.frontend.dashboard_scenes import named, visit

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect


def test_a_long_jump_of_the_clock_goes_on_until_it_arrives(page, gateway):
    gateway.pace = 0.25
    visit(page, "/dashboard/sandbox")
    expect(page.get_by_text("It shows real time.")).to_be_visible()
    page.get_by_role("button", name="3 days").click()
    expect(page.get_by_role("progressbar", name="Progress of the jump")).to_be_visible()
    expect(page.get_by_role("button", name="1 hour")).to_be_disabled()
    expect(page.get_by_text("3 d ahead of real time.")).to_be_visible()
    assert [each["body"] for each in gateway.posted("/sandbox/clock")] == [
        {"advance": 259_200},
        *[{"job": "job-1"}] * 3,
    ]
    expect(page.get_by_role("button", name="1 hour")).to_be_enabled()


def test_an_unfinished_jump_goes_on_when_the_page_is_opened_again(page, gateway):
    gateway.move_clock({"advance": 3_600})
    visit(page, "/dashboard/sandbox")
    expect(page.get_by_text("1 h ahead of real time.")).to_be_visible()
    assert gateway.job["done"]


def test_a_fault_is_added_and_deleted(page, gateway):
    visit(page, "/dashboard/sandbox")
    page.get_by_role("button", name="Add fault").click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("Requests").fill("POST /payments")
    expect(dialog.get_by_label("Seconds")).to_be_hidden()
    dialog.get_by_label("Effect").select_option("hang")
    dialog.get_by_label("Seconds").fill("5")
    dialog.get_by_label("Moment").select_option("after")
    dialog.get_by_role("button", name="Add fault").click()
    expect(named(page, "faults-table").get_by_text("Answers late (5 s)")).to_be_visible()
    wanted = {"match": "POST /payments", "effect": "hang", "when": "after", "times": 1, "seconds": 5}
    assert gateway.posted("/sandbox/faults")[0]["body"] == wanted
    page.get_by_role("button", name="Delete all").click()
    page.locator("dialog[open]").get_by_role("button", name="Delete all").click()
    expect(page.get_by_text("No faults: the API answers as usual.")).to_be_visible()
    assert gateway.faults == []


def test_a_trigger_links_to_what_it_made(page, gateway):
    visit(page, "/dashboard/sandbox")
    page.get_by_label("Event").select_option("order.paid")
    page.get_by_role("button", name="Trigger").click()
    (payment,) = gateway.payments
    page.get_by_role("link", name=payment).click()
    page.wait_for_url(f"**/dashboard/transactions/{payment}")
    assert gateway.posted("/sandbox/trigger")[0]["body"] == {"event": "order.paid"}


def test_the_instruments_can_be_copied(new_page, gateway):
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    visit(page, "/dashboard/sandbox")
    page.locator("summary", has_text="Cards").click()
    page.get_by_role("button", name="Copy 4000000000000002").click()
    expect(page.get_by_text("Copied 4000000000000002")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "4000000000000002"


def acts(page):
    return [each.text_content() for each in named(page, "sandbox-acts").get_by_role("button").all()]


def test_a_payment_offers_the_acts_of_its_state_and_a_decline_asks_why(page, gateway):
    payment = gateway.add_payment(
        gateway.add_order(), "pending", next_action={"type": "redirect", "url": "http://x", "expires_at": None}
    )
    gateway.expected_drift = ["next_action"]
    visit(page, f"/dashboard/transactions/{payment}")
    named(page, "sandbox-acts").wait_for()
    assert acts(page) == [
        "Approve", "Decline", "Payer gives up", "Challenge", "Bank works on it", "Bank is silent", "Let it expire",
    ]  # fmt: skip
    page.get_by_role("button", name="Decline").click()
    page.get_by_label("Reason").select_option("INSUFFICIENT_FUNDS")
    page.locator("dialog[open]").get_by_role("button", name="Decline").click()
    expect(named(page, "status")).to_have_text("failed")
    assert acts(page) == ["Approve late"]
    assert gateway.posted(f"/sandbox/payments/{payment}/act")[0]["body"] == {
        "action": "decline", "code": "INSUFFICIENT_FUNDS",
    }  # fmt: skip


def test_other_stages_show_no_sandbox(new_page, gateway):
    page = new_page()
    site.route_pages(page.context, demo=False)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    visit(page, f"/dashboard/transactions/{gateway.add_payment(gateway.add_order())}")
    page.get_by_role("heading", name="Timeline").wait_for()
    expect(page.get_by_text("Sandbox")).to_have_count(0)
    assert [url for url in asked if "/sandbox/" in url] == []
