"""The dashboard, in a browser, against a gateway in memory."""

import pytest

from tests.integration.frontend import dashboard_scenes as scenes
from tests.integration.frontend.dashboard_scenes import named, sign_in, visit
from tests.integration.frontend.fake_gateway import SCRIPT
from tests.integration.frontend.site import CHECKOUT, DASHBOARD

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect


def paid(gateway, amount=100_000):
    return gateway.add_payment(gateway.add_order(amount=amount, status="paid"))


def test_without_a_session_every_page_leads_to_sign_in_and_back(page, gateway):
    gateway.add_history(3)
    page.goto(f"{DASHBOARD}/dashboard/refunds")
    expect(named(page, "login-form")).to_be_visible()
    named(page, "email-input").fill("test@example.com")
    named(page, "password-input").fill("password123")
    named(page, "login-button").click()
    expect(page).to_have_url(f"{DASHBOARD}/dashboard/refunds")


def test_sign_in_leads_to_no_other_site(page):
    page.goto(f"{DASHBOARD}/login?next=//evil.example/dashboard")
    named(page, "email-input").fill("test@example.com")
    named(page, "password-input").fill("password123")
    named(page, "login-button").click()
    expect(page).to_have_url(f"{DASHBOARD}/dashboard")


def test_a_wrong_password_is_told_in_the_apis_words(page, gateway, complaints):
    complaints.expect("401")
    scenes.login_refused(page, gateway)
    expect(page.get_by_role("alert")).to_have_text("Invalid email or password")
    assert page.evaluate("sessionStorage.length") == 0


def test_an_ended_session_leads_to_sign_in(page, gateway, complaints):
    complaints.expect("401")
    visit(page, "/dashboard")
    gateway.session_ended = True
    expect(page.get_by_text("Your session has ended.")).to_be_visible()


def test_signing_out_forgets_the_token(page):
    visit(page, "/dashboard")
    page.get_by_role("button", name="Sign out").click()
    expect(named(page, "login-form")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0


def test_home_shows_credentials_and_figures(page, gateway):
    scenes.home(page, gateway)
    expect(named(page, "api-key")).to_have_text("key_test_abc123")
    expect(named(page, "total-transactions")).to_have_text("14")
    expect(named(page, "total-amount")).to_contain_text("₹")
    expect(named(page, "success-rate")).to_have_text("85.7%")
    expect(page.get_by_role("img", name="in the last 30 days")).to_be_visible()


def test_the_secret_is_in_the_page_only_while_it_is_revealed(page, gateway):
    scenes.home(page, gateway)
    secret = "secret_test_xyz789"
    assert secret not in page.content()
    page.get_by_role("button", name="Reveal API secret").click()
    expect(named(page, "api-secret")).to_have_text(secret)
    page.get_by_role("button", name="Hide API secret").click()
    assert secret not in page.content()


def test_what_happens_shows_within_three_seconds(page, gateway):
    scenes.transactions_empty(page, gateway)
    expect(page.get_by_text("No transactions match.")).to_be_visible()
    identifier = paid(gateway)
    expect(page.locator(f'[data-test-id="transaction-row"][data-payment-id="{identifier}"]')).to_be_visible(
        timeout=3_000
    )


def test_a_transaction_row_has_the_contracts_cells(page, gateway):
    identifier = paid(gateway, amount=50_000)
    visit(page, "/dashboard/transactions")
    row = named(page, "transaction-row")
    texts = {name: named(row, name).text_content() for name in ("payment-id", "order-id", "amount", "method", "status")}
    order = gateway.payments[identifier]["order_id"]
    assert texts == {
        "payment-id": identifier,
        "order-id": order,
        "amount": "₹500.00",
        "method": "upi",
        "status": "success",
    }
    expect(named(row, "created-at")).to_contain_text("2026")


def test_filters_ask_the_api_and_paging_goes_both_ways(page, gateway):
    gateway.add_history(45)
    visit(page, "/dashboard/transactions")
    rows = page.locator('[data-test-id="transaction-row"]')
    expect(rows).to_have_count(20)
    first = named(rows.first, "payment-id").text_content()
    page.get_by_role("button", name="Next").click()
    expect(named(rows.first, "payment-id")).not_to_have_text(first)
    page.get_by_role("button", name="Previous").click()
    expect(named(rows.first, "payment-id")).to_have_text(first)
    page.get_by_label("Status").select_option("failed")
    expect(rows).to_have_count(9)


def test_an_id_is_found_by_search(page, gateway):
    gateway.add_history(3)
    payment = next(iter(gateway.payments.values()))
    visit(page, "/dashboard/transactions")
    search = page.get_by_role("searchbox")
    search.fill(payment["order_id"])
    search.press("Enter")
    expect(page.locator('[data-test-id="transaction-row"]')).to_have_count(1)
    search.fill(payment["id"])
    search.press("Enter")
    expect(page).to_have_url(f"{DASHBOARD}/dashboard/transactions/{payment['id']}")


def test_the_export_has_every_page_and_no_formula(page, gateway):
    gateway.add_history(130)
    next(iter(gateway.payments.values()))["error_code"] = "=cmd()"
    visit(page, "/dashboard/transactions")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    lines = download.value.path().read_text(encoding="utf-8-sig").split("\n")
    assert len(lines) == 131
    assert any("'=cmd()" in line for line in lines)


def test_the_keyboard_alone_refunds_a_payment(page, gateway):
    identifier = paid(gateway)
    visit(page, f"/dashboard/transactions/{identifier}")
    page.get_by_role("button", name="Refund").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Amount in INR")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("250.50")
    page.keyboard.press("Tab")
    page.keyboard.type("Damaged")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Refund created", exact=True)).to_be_visible()
    (refund,) = gateway.refunds.values()
    assert (refund["amount"], refund["reason"]) == (25_050, "Damaged")
    expect(page.get_by_text("₹250.50 (partial)")).to_be_visible()


def test_a_refund_is_sent_once_however_often_it_is_confirmed(page, gateway):
    gateway.delays["/payments"] = 0.2
    visit(page, f"/dashboard/transactions/{paid(gateway)}")
    page.get_by_role("button", name="Refund").click()
    page.locator("dialog").get_by_role("button", name="Refund").dblclick()
    expect(page.locator("dialog")).to_have_count(0)
    assert len(gateway.refunds) == 1


def test_a_refused_refund_says_why_and_keeps_the_dialog(page, gateway, complaints):
    complaints.expect("400")
    visit(page, f"/dashboard/transactions/{paid(gateway)}")
    page.get_by_role("button", name="Refund").click()
    page.get_by_label("Amount in INR").fill("5000")
    page.locator("dialog").get_by_role("button", name="Refund").click()
    expect(page.locator("dialog").get_by_role("alert")).to_have_text("Refund amount exceeds available amount")


def test_a_capture_asks_first(page, gateway):
    identifier = paid(gateway)
    visit(page, f"/dashboard/transactions/{identifier}")
    page.get_by_role("button", name="Capture").click()
    assert gateway.payments[identifier]["captured"] is False
    page.locator("dialog").get_by_role("button", name="Capture").click()
    expect(page.get_by_text("Payment captured")).to_be_visible()
    assert gateway.payments[identifier]["captured"] is True
    expect(page.get_by_role("button", name="Capture")).to_have_count(0)


def test_a_new_order_comes_with_its_checkout_link(page, gateway):
    visit(page, "/dashboard/orders")
    page.get_by_role("button", name="Create order").click()
    page.get_by_label("Amount").fill("499.90")
    page.locator("dialog").get_by_role("button", name="Create order").click()
    dialog = page.locator("dialog[open]")
    expect(dialog.get_by_role("heading", name="Order created")).to_be_visible()
    (order,) = gateway.orders.values()
    assert order["amount"] == 49_990
    expect(dialog.get_by_role("link", name="Checkout")).to_have_attribute(
        "href", f"{CHECKOUT}/checkout?order_id={order['id']}&key=key_test_abc123"
    )


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


def test_the_guides_snippets_carry_the_merchants_key_and_no_secret(page, gateway):
    scenes.docs(page, gateway)
    for name in ("code-snippet-create-order", "code-snippet-sdk"):
        expect(named(page, name)).to_contain_text("key_test_abc123")
    expect(named(page, "code-snippet-webhook")).to_contain_text("createHmac")
    assert "secret_test_xyz789" not in page.content()


def test_the_reference_is_drawn_from_the_openapi_document(page, gateway):
    scenes.reference(page, gateway)
    expect(page.get_by_text("In the currency's minor unit.")).to_be_visible()
    page.get_by_role("searchbox").fill("health")
    expect(page.locator(".operation:visible")).to_have_count(1)


@pytest.mark.parametrize("scene", ["payment", "orders", "delivery"])
def test_markup_of_others_is_shown_as_text(page, gateway, scene):
    getattr(scenes, scene)(page, gateway)
    expect(page.get_by_text(SCRIPT).first).to_be_visible()
    assert page.locator("main script, main img[src=x]").count() == 0


def test_markup_in_a_merchants_name_is_shown_as_text(page, gateway):
    gateway.merchant_name = SCRIPT
    scenes.home(page, gateway)
    expect(page.get_by_text(SCRIPT).first).to_be_visible()


def test_a_hidden_page_does_not_ask(page, gateway):
    gateway.add_history(2)
    visit(page, "/dashboard/transactions")
    page.evaluate("""() => {
      Object.defineProperty(document, "hidden", { value: true, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }""")
    page.wait_for_timeout(300)
    before = len(gateway.requests)
    page.wait_for_timeout(2_600)
    assert len(gateway.requests) == before
    page.evaluate("() => { delete document.hidden; document.dispatchEvent(new Event('visibilitychange')); }")
    page.wait_for_timeout(500)
    assert len(gateway.requests) > before


def test_the_dashboard_shows_nothing_inside_another_page(page, complaints):
    complaints.expect("frame-ancestors", "Refused to display", "X-Frame-Options", "Framing")
    sign_in(page)
    page.route(
        "https://evil.example/**",
        lambda route: route.fulfill(body=f'<iframe src="{DASHBOARD}/dashboard"></iframe>', content_type="text/html"),
    )
    page.goto("https://evil.example/")
    page.wait_for_timeout(500)
    assert page.frame_locator("iframe").locator('[data-test-id="dashboard"]').count() == 0
