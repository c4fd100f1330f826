"""What the dashboard offers to those who write the merchant's server."""

import shlex

import pytest

from tests.integration.frontend import dashboard_scenes as scenes
from tests.integration.frontend.dashboard_scenes import named, visit
from tests.integration.frontend.site import API, DASHBOARD

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect


def commands(page):
    page.locator("pre", has_text="curl -X").first.wait_for()
    return [each for each in page.locator("pre").all_text_contents() if each.startswith("curl -X")]


def test_a_delivery_is_a_command_that_a_shell_reads_as_it_was_sent(page, gateway):
    body = """{"note":"it's $HOME"}"""
    visit(page, f"/dashboard/webhooks/{gateway.add_webhook(payload=body)}")
    page.locator("summary", has_text="curl").click()
    (command,) = commands(page)
    words = shlex.split(command.replace("\\\n", ""))
    assert words[:4] == ["curl", "-X", "POST", "https://shop.example/hooks"]
    assert words[-1] == body


def test_a_delivery_fills_the_signature_debugger(page, gateway):
    endpoint = gateway.add_endpoint("https://ledger.example/in")
    webhook = gateway.add_webhook("payment.failed", "failed", endpoint_id=endpoint)
    visit(page, f"/dashboard/webhooks/{webhook}")
    page.get_by_role("link", name="Debug its signature").click()
    expect(page.get_by_label("Body")).to_have_value(gateway.webhooks[webhook]["payload"])
    expect(page.get_by_label("Endpoint")).to_have_value(endpoint)


def test_the_reference_has_a_command_with_the_merchants_own_key_and_no_secret(page):
    visit(page, "/dashboard")
    page.get_by_role("link", name="API reference").click()
    page.get_by_label("Filter by path or word").fill("void")
    page.locator("details:not([hidden]) > summary", has_text="Void a payment").click()
    (command,) = commands(page)
    words = shlex.split(command.replace("\\\n", ""))
    assert words[3] == f"{API}/api/v1/payments/{{payment_id}}/void"
    assert "X-Api-Key: key_test_abc123" in words
    assert "X-Api-Secret: YOUR_API_SECRET" in words


def test_an_open_operation_needs_no_key(page):
    page.goto(f"{DASHBOARD}/docs")
    page.locator("summary", has_text="Pay an order as the payer").click()
    (command,) = commands(page)
    assert "X-Api-Key" not in command


def test_a_filter_without_a_result_says_so(page):
    page.goto(f"{DASHBOARD}/docs")
    page.locator(".operation").first.wait_for()
    page.get_by_label("Filter by path or word").fill("zzz")
    expect(page.get_by_text("Nothing found.")).to_be_visible()
    page.get_by_label("Filter by path or word").fill("refund")
    expect(page.get_by_text("Nothing found.")).to_be_hidden()


def test_the_guide_names_what_to_pay_with_and_what_to_check_before_real_payers_come(page, gateway):
    scenes.docs(page, gateway)
    expect(named(page, "section-test-instruments")).to_contain_text("4000 0000 0000 0002")
    expect(named(page, "section-go-live")).to_contain_text("Idempotency-Key")


def test_a_password_can_be_read_while_it_is_typed(page, gateway):
    scenes.login(page, gateway)
    password = named(page, "password-input")
    page.get_by_label("Show the password").check()
    expect(password).to_have_attribute("type", "text")
    page.get_by_label("Show the password").uncheck()
    expect(password).to_have_attribute("type", "password")


def test_a_payment_link_is_handed_to_the_persons_own_programs(page, gateway):
    customer = {"name": "Asha", "email": "asha@example.com", "contact": "+91 98765 43210"}
    order = gateway.add_order(amount=49_900, description="Monsoon umbrella", customer=customer)
    visit(page, f"/dashboard/orders/{order}")
    addresses = {
        name: page.get_by_role("link", name=name).get_attribute("href") for name in ("E-mail", "SMS", "WhatsApp")
    }
    assert addresses["E-mail"].startswith("mailto:asha%40example.com?body=Please%20pay%20%E2%82%B9499.00")
    assert addresses["SMS"].startswith("sms:+919876543210?body=")
    assert addresses["WhatsApp"].startswith("https://wa.me/919876543210?text=")
    assert all(f"order_id%3D{order}" in each for each in addresses.values())


def test_usual_reasons_of_a_refund_are_offered(page, gateway):
    scenes.payment_refund(page, gateway)
    listed = page.get_by_label("Reason (optional)").evaluate("each => [...each.list.options].map((one) => one.value)")
    assert "Duplicate payment" in listed
