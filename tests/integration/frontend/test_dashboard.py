"""The dashboard's sessions, home and guide, in a browser, against a gateway in memory."""

import subprocess
import sys

import pytest

from tests.integration.frontend import dashboard_scenes as scenes
from tests.integration.frontend.dashboard_scenes import named, sign_in, visit
from tests.integration.frontend.fake_gateway import SCRIPT
from tests.integration.frontend.site import DASHBOARD

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect


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
    expect(page.get_by_role("img", name="received in 30 days")).to_be_visible()


def test_the_secret_is_in_the_page_only_while_it_is_revealed(page, gateway):
    scenes.home(page, gateway)
    secret = "secret_test_xyz789"
    assert secret not in page.content()
    page.get_by_role("button", name="Reveal API secret").click()
    expect(named(page, "api-secret")).to_have_text(secret)
    page.get_by_role("button", name="Hide API secret").click()
    assert secret not in page.content()


def expect_no_pair(page):
    expect(named(page, "api-key")).to_have_text("None: the key was revoked")
    expect(named(page, "api-credentials").get_by_role("button")).to_have_count(0)


def test_home_of_a_merchant_whose_key_is_revoked_offers_nothing_to_copy_or_reveal(page, gateway):
    gateway.api_key = None
    scenes.home(page, gateway)
    expect_no_pair(page)


def test_a_pair_that_is_revoked_while_home_is_open_is_gone_when_its_secret_is_asked_for(page, gateway):
    scenes.home(page, gateway)
    gateway.api_key = None
    page.get_by_role("button", name="Reveal API secret").click()
    expect_no_pair(page)


def test_the_guide_of_a_merchant_without_a_key_has_a_place_for_one(page, gateway):
    gateway.api_key = None
    visit(page, "/dashboard/docs")
    for name in ("code-snippet-create-order", "code-snippet-sdk"):
        expect(named(page, name)).to_contain_text("YOUR_API_KEY")
        expect(named(page, name)).not_to_contain_text("null")


def test_the_guides_snippets_carry_the_merchants_key_and_no_secret(page, gateway):
    scenes.docs(page, gateway)
    for name in ("code-snippet-create-order", "code-snippet-sdk"):
        expect(named(page, name)).to_contain_text("key_test_abc123")
    expect(named(page, "code-snippet-webhook")).to_contain_text("createHmac")
    assert "secret_test_xyz789" not in page.content()


def test_the_reference_is_drawn_from_the_openapi_document(page, gateway):
    scenes.reference(page, gateway)
    operation = page.locator(".operation").nth(2)
    expect(operation.get_by_text("In the currency's minor unit.").first).to_be_visible()
    page.get_by_role("searchbox").fill("/health")
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


def test_money_is_told_gross_refunded_and_net_of_each_currency(page, gateway):
    for amount, currency in ((100_000, "INR"), (4_999, "USD"), (5_000, "JPY")):
        gateway.add_payment(gateway.add_order(amount=amount, currency=currency, status="paid"))
    gateway.refund(next(iter(gateway.payments)), {"amount": 25_000})
    visit(page, "/dashboard")
    shown = [named(page, name).text_content() for name in ("total-amount", "refunded-amount", "net-amount")]
    assert shown == ["₹1,000", "₹250", "₹750"]
    row = page.locator('tr[data-currency="USD"]')
    expect(row).to_contain_text("$49.99")
    expect(page.locator('tr[data-currency="JPY"]')).to_contain_text("¥5,000")


def test_the_overview_asks_for_a_chosen_time_and_the_address_keeps_it(page, gateway):
    scenes.home(page, gateway)
    page.get_by_label("Period").select_option("7")
    expect(page).to_have_url(f"{DASHBOARD}/dashboard?days=7")
    page.reload()
    expect(page.get_by_label("Period")).to_have_value("7")
    asked = [request["query"] for request in gateway.requests if request["path"] == "/dashboard/stats"]
    assert {"from", "to"} <= asked[-1].keys()


def test_a_merchant_without_payments_has_no_rate_and_is_told_the_first_steps(page, gateway):
    visit(page, "/dashboard")
    expect(named(page, "success-rate")).to_have_text("\N{EN DASH}")
    expect(page.get_by_role("heading", name="First steps")).to_be_visible()


def test_a_second_tab_has_the_session_and_signing_out_ends_it_in_both(page, gateway):
    gateway.add_history(2)
    visit(page, "/dashboard/transactions")
    other = page.context.new_page()
    other.goto(f"{DASHBOARD}/dashboard/orders")
    expect(other.get_by_role("heading", name="Orders")).to_be_visible()
    other.get_by_role("button", name="Sign out").click()
    expect(named(page, "login-form")).to_be_visible()
    assert page.evaluate("[sessionStorage.length, 'session' in localStorage]") == [0, False]


def test_a_page_whose_script_does_not_arrive_says_so_and_can_be_loaded_again(page, gateway, complaints):
    complaints.expect("ERR_FAILED", "Failed to fetch dynamically imported module")
    visit(page, "/dashboard")
    page.route("**/pages/refunds.js", lambda route: route.abort())
    page.get_by_role("link", name="Refunds").click()
    expect(page.get_by_text("This page did not load.")).to_be_visible()
    page.unroute("**/pages/refunds.js")
    page.get_by_role("button", name="Load again").click()
    expect(page.get_by_role("heading", name="Refunds")).to_be_visible()


def test_half_a_percent_code_in_an_address_is_an_unknown_payment(page, complaints):
    complaints.expect("404")
    sign_in(page, "/dashboard")
    page.evaluate("history.pushState(null, '', '/dashboard/transactions/%E0%A4')")
    page.reload()
    expect(page.get_by_text("There is no such payment.")).to_be_visible()


CALLS = """
print(is_genuine(b"{}", {}, "s"), is_genuine(b"{}", {"x-webhook-signature": "\u00e9"}, "s"))
print(is_genuine(b"{}", {"x-webhook-signature": hmac.new(b"s", b"{}", hashlib.sha256).hexdigest()}, "s"))
"""


def test_the_guides_verifier_refuses_a_missing_and_a_strange_signature_and_takes_a_right_one(page, gateway):
    scenes.docs(page, gateway)
    snippet = named(page, "code-snippet-webhook-python").text_content()
    told = subprocess.run([sys.executable, "-c", snippet + CALLS], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "False", "True"]
    assert '?? ""' in named(page, "code-snippet-webhook").text_content()


def test_a_chart_without_days_is_drawn_empty(page):
    page.goto(f"{DASHBOARD}/login")
    draw = "async () => (await import('/app/ui/chart.js')).chart([], 'INR').textContent"
    assert page.evaluate(draw) == "Nothing received in this time"
