"""The dashboard's webhooks and dead letters."""

import pytest

from tests.integration.frontend import dashboard_scenes as scenes
from tests.integration.frontend.dashboard_scenes import named, pass_time, sign_in, visit
from tests.integration.frontend.fake_gateway import Refusal

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect


def test_the_webhook_url_is_saved_tested_and_refused_in_words(page, complaints):
    complaints.expect("400")
    visit(page, "/dashboard/webhooks")
    expect(named(page, "test-webhook-button")).to_be_disabled()
    named(page, "webhook-url-input").fill("ftp://shop.example")
    named(page, "save-webhook-button").click()
    expect(page.get_by_text("webhook_url must be an http or https URL")).to_be_visible()
    named(page, "webhook-url-input").fill("https://shop.example/hooks")
    named(page, "save-webhook-button").click()
    expect(page.get_by_text("Webhook URL saved")).to_be_visible()
    named(page, "test-webhook-button").click()
    expect(named(page, "webhook-event")).to_have_text("webhook.test")
    expect(page.locator(".notice.good")).to_have_count(0)  # sent, which is not yet delivered


def test_the_signing_secret_is_revealed_and_regenerated(page):
    visit(page, "/dashboard/webhooks")
    page.get_by_role("button", name="Reveal Signing secret").click()
    expect(named(page, "webhook-secret")).to_have_text("whsec_test_abc123")
    named(page, "regenerate-secret-button").click()
    page.locator("dialog").get_by_role("button", name="Regenerate").click()
    expect(named(page, "webhook-secret")).to_have_text("whsec_bmV3IHNlY3JldA==")


def test_a_failed_webhook_is_retried_from_the_log(page, gateway):
    identifier = gateway.add_webhook("payment.failed", "failed")
    visit(page, "/dashboard/webhooks")
    row = page.locator(f'[data-test-id="webhook-log-item"][data-webhook-id="{identifier}"]')
    assert [
        named(row, name).text_content() for name in ("webhook-status", "webhook-attempts", "webhook-response-code")
    ] == ["failed", "5", "500"]
    row.locator(f'[data-test-id="retry-webhook-button"][data-webhook-id="{identifier}"]').click()
    expect(named(row, "webhook-status")).to_have_text("pending")
    expect(named(row, "webhook-attempts")).to_have_text("0")


def test_an_endpoint_is_added_and_its_secret_shown_once(page, gateway):
    visit(page, "/dashboard/webhooks")
    page.get_by_role("button", name="Add endpoint").click()
    page.locator("dialog").get_by_label("Webhook URL").fill("https://ledger.example/in")
    page.locator("dialog").get_by_label("order.paid").check()
    page.locator("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_text("whsec_bmV3IGVuZHBvaW50")).to_be_visible()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("link", name="https://ledger.example/in")).to_be_visible()
    expect(page.locator("dialog")).to_have_count(0)  # a dialog goes in the task after the one that closes it
    assert "whsec_bmV3IGVuZHBvaW50" not in page.content()
    (endpoint,) = gateway.endpoints.values()
    assert endpoint["events"] == [
        "payment.success",
        "payment.failed",
        "refund.created",
        "refund.processed",
        "refund.failed",
        "order.paid",
    ]


def test_dead_letters_are_sent_back_by_queue(page, gateway):
    scenes.dead_letters(page, gateway)
    page.get_by_role("button", name="Run again: Asking the bank about a payment").click()
    page.locator("dialog").get_by_role("button", name="Run again").click()
    expect(page.get_by_text("Jobs started again: 1")).to_be_visible()
    expect(page.get_by_text("pay_0000000000000001")).to_have_count(0)
    expect(page.get_by_text("Sending a webhook", exact=True)).to_be_visible()
    expect(page.get_by_text("Tries")).to_have_count(0)


def test_the_webhook_url_cannot_be_saved_before_the_present_one_is_known(page, gateway, complaints):
    complaints.expect("500")
    gateway.webhook_url = "https://shop.example/hooks"
    gateway.refusing["/merchants/profile"] = Refusal(500, "SERVER_ERROR", "Something went wrong on our side")
    sign_in(page, "/dashboard/webhooks")
    expect(page.get_by_text("Something went wrong on our side")).to_be_visible()
    expect(named(page, "save-webhook-button")).to_be_disabled()
    gateway.refusing.clear()
    expect(named(page, "webhook-url-input")).to_have_value("https://shop.example/hooks", timeout=20_000)
    expect(page.get_by_text("Something went wrong on our side")).to_have_count(0)
    expect(named(page, "save-webhook-button")).to_be_enabled()


def test_the_webhook_url_follows_a_change_from_elsewhere_unless_it_is_being_edited(page, gateway):
    page.clock.install()
    gateway.webhook_url = "https://old.example/hooks"
    visit(page, "/dashboard/webhooks")
    url = named(page, "webhook-url-input")
    expect(url).to_have_value("https://old.example/hooks")
    gateway.webhook_url = "https://new.example/hooks"
    pass_time(page, 5_500)
    expect(url).to_have_value("https://new.example/hooks")
    url.fill("https://mine.example/hooks")
    gateway.webhook_url = "https://newer.example/hooks"
    asked = len(gateway.requests)
    pass_time(page, 5_500)
    assert len(gateway.requests) > asked
    expect(url).to_have_value("https://mine.example/hooks")


def test_an_attempt_says_what_was_answered_and_why_it_failed(page, gateway):
    visit(page, f"/dashboard/webhooks/{gateway.add_webhook('payment.failed', 'failed')}")
    attempt = page.locator(".timeline li")
    expect(attempt.locator("strong")).to_have_text("HTTP 500")
    expect(attempt.get_by_text("the receiver answered 500")).to_be_visible()
    attempt.get_by_text("Answer", exact=True).click()
    expect(attempt.get_by_text("no room in the table")).to_be_visible()


def test_a_replay_asks_until_nothing_is_left_and_says_how_many(page, gateway):
    endpoint = gateway.add_endpoint()
    for _ in range(9):
        gateway.add_webhook("payment.failed", "failed", endpoint_id=endpoint)
    gateway.rounds_of_replay = 3
    visit(page, f"/dashboard/webhooks/endpoints/{endpoint}")
    page.get_by_role("button", name="Replay failed").click()
    expect(page.get_by_text("https://shop.example/hooks has 9 failed webhooks.")).to_be_visible()
    page.locator("dialog").get_by_role("button", name="Replay failed").click()
    expect(page.get_by_text("Webhooks sent again: 9")).to_be_visible()


def test_a_replay_that_reaches_the_minutes_limit_says_how_many_it_has_sent(page, gateway, complaints):
    complaints.expect("429")
    endpoint = gateway.add_endpoint()
    gateway.rounds_of_replay, gateway.replays_allowed = 3, 2
    visit(page, f"/dashboard/webhooks/endpoints/{endpoint}")
    page.get_by_role("button", name="Replay failed").click()
    page.locator("dialog").get_by_role("button", name="Replay failed").click()
    expect(page.get_by_text("Webhooks sent again: 6")).to_be_visible()


def test_a_dialog_goes_with_its_page(page, gateway):
    visit(page, "/dashboard/orders")
    page.get_by_role("link", name="Webhooks", exact=True).click()
    page.get_by_role("button", name="Add endpoint").click()
    page.locator("dialog[open]").wait_for()
    page.go_back()
    expect(page.get_by_role("heading", name="Orders")).to_be_visible()
    expect(page.locator("dialog")).to_have_count(0)


def test_a_toast_stands_above_an_open_dialog(page, gateway):
    visit(page, "/dashboard/webhooks")
    page.context.grant_permissions(["clipboard-write"])
    page.get_by_role("button", name="Add endpoint").click()
    page.locator("dialog").get_by_label("Webhook URL").fill("https://ledger.example/in")
    page.locator("dialog").get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Copy Signing secret").click()
    page.get_by_text("Copied Signing secret").wait_for()
    uppermost = """() => {
      const toast = document.querySelector(".toast");
      const { left, top, width, height } = toast.getBoundingClientRect();
      document.querySelector("dialog").close(); // what is inert is not hit
      const hit = document.elementFromPoint(left + width / 2, top + height / 2);
      return hit === toast && toast.parentElement.matches(":popover-open");
    }"""
    assert page.evaluate(uppermost)


def test_a_browser_that_does_not_let_the_page_copy_is_told_so(page, gateway):
    scenes.home(page, gateway)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new DOMException('no')); }")
    page.get_by_role("button", name="Copy API key").click()
    expect(page.get_by_text("This browser does not let the page copy.")).to_be_visible()
