"""The dashboard's webhooks and dead letters."""

import pytest

from tests.integration.frontend import dashboard_scenes as scenes
from tests.integration.frontend.dashboard_scenes import named, visit

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect


def test_the_webhook_url_is_saved_tested_and_refused_in_words(page, complaints):
    complaints.expect("400")
    visit(page, "/dashboard/webhooks")
    named(page, "test-webhook-button").click()
    expect(page.get_by_text("Webhook URL not configured")).to_be_visible()
    named(page, "webhook-url-input").fill("ftp://shop.example")
    named(page, "save-webhook-button").click()
    expect(page.get_by_text("webhook_url must be an http or https URL")).to_be_visible()
    named(page, "webhook-url-input").fill("https://shop.example/hooks")
    named(page, "save-webhook-button").click()
    expect(page.get_by_text("Webhook URL saved")).to_be_visible()
    named(page, "test-webhook-button").click()
    expect(named(page, "webhook-event")).to_have_text("webhook.test")


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
    expect(page.get_by_text("https://ledger.example/in")).to_be_visible()
    expect(page.locator("dialog")).to_have_count(0)  # a dialog goes in the task after the one that closes it
    assert "whsec_bmV3IGVuZHBvaW50" not in page.content()
    (endpoint,) = gateway.endpoints.values()
    assert endpoint["events"] == [
        "payment.success",
        "payment.failed",
        "refund.created",
        "refund.processed",
        "order.paid",
    ]


def test_dead_letters_are_sent_back_by_queue(page, gateway):
    scenes.dead_letters(page, gateway)
    page.get_by_role("button", name="Send payments back").click()
    page.locator("dialog").get_by_role("button", name="Send payments back").click()
    expect(page.get_by_text("pay_0000000000000001")).to_have_count(0)
    expect(page.get_by_text("deliveries", exact=True)).to_be_visible()
