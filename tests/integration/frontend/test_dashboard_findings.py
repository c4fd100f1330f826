"""What merchants stumbled over: each test shows one of their ways through the dashboard."""

import pytest

from tests.integration.frontend import dashboard_scenes as scenes
from tests.integration.frontend.dashboard_scenes import named, pass_time, sign_in, visit
from tests.integration.frontend.scenes import SCENES
from tests.integration.frontend.site import DASHBOARD

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect
FIRST_PAGE, SECOND_PAGE = "1\N{EN DASH}20 of 64", "21\N{EN DASH}40 of 64"
ROWS = '[data-test-id="transaction-row"]'


def paid(gateway, amount=100_000, **more):
    return gateway.add_payment(gateway.add_order(amount=amount, status="paid", **more))


@pytest.mark.parametrize(("amount", "word"), [(100_000, "refunded"), (30_000, "partially refunded")])
def test_a_refund_shows_in_every_list_and_on_the_payments_page(page, gateway, amount, word):
    identifier = paid(gateway)
    gateway.refund(identifier, {"amount": amount})
    for path in ("/dashboard/transactions", "/dashboard", f"/dashboard/transactions/{identifier}"):
        visit(page, path) if path.endswith("transactions") else page.goto(f"{DASHBOARD}{path}")
        expect(named(page, "status")).to_have_text(word)
    expect(named(page, "net")).to_have_text("₹0.00" if amount == 100_000 else "₹700.00")


def test_the_log_of_webhooks_tells_endpoint_and_object_and_is_filtered_by_them(page, gateway):
    good = gateway.add_endpoint("https://shop.example/hooks")
    bad = gateway.add_endpoint("https://ledger.example/in")
    for _ in range(3):
        gateway.add_webhook(endpoint_id=good, object_id="pay_0000000000000007")
        gateway.add_webhook("payment.failed", "failed", endpoint_id=bad)
    visit(page, "/dashboard/webhooks")
    rows = page.locator('[data-test-id="webhook-log-item"]')
    expect(rows.filter(has_text="ledger.example/in")).to_have_count(3)
    page.get_by_label("Endpoint", exact=True).select_option(bad)
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("failed")
    page.get_by_role("button", name="Clear").click()
    page.get_by_label("Object").fill("pay_0000000000000007")
    page.get_by_label("Object").press("Enter")
    expect(rows.filter(has_text="pay_0000000000000007")).to_have_count(3)
    expect(rows).to_have_count(3)


def test_a_payments_facts_come_first_and_webhook_attempts_take_a_line_each_event(new_page, gateway):
    page = new_page(390, 844)
    identifier = paid(gateway)
    for _ in range(30):
        gateway.add_webhook("payment.success", "failed")
    visit(page, f"/dashboard/transactions/{identifier}")
    assert page.get_by_role("heading", name="Details").bounding_box()["y"] < 844
    expect(page.locator("details.fold")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollHeight") < 2_200


def test_filters_page_and_scroll_survive_a_visit_to_a_payment_and_a_reload(new_page, gateway):
    page = new_page(1280, 500)
    gateway.add_history(80)
    visit(page, "/dashboard/transactions")
    page.get_by_label("Status").select_option("success")
    expect(page.get_by_text(FIRST_PAGE)).to_be_visible()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text(SECOND_PAGE)).to_be_visible()
    row = page.locator(ROWS).nth(15)
    identifier = row.get_attribute("data-payment-id")
    row.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    before = page.evaluate("scrollY")
    assert before > 0
    row.locator("a").first.click()
    expect(page).to_have_url(f"{DASHBOARD}/dashboard/transactions/{identifier}")
    for back in (page.go_back, page.reload):
        back()
        expect(page.get_by_text(SECOND_PAGE)).to_be_visible()
        expect(page.get_by_label("Status")).to_have_value("success")
        expect(page.locator(ROWS).nth(15)).to_have_attribute("data-payment-id", identifier)
        page.wait_for_function("y => Math.abs(scrollY - y) < 3", arg=before)


@pytest.mark.parametrize("wanted", ["INV-2026-1003", "499", "priya", "1111"])
def test_a_payment_or_order_is_found_by_what_is_remembered_by_keyboard_alone(page, gateway, wanted):
    gateway.add_history(2)
    customer = {"name": "Priya", "email": "priya@example.com", "contact": None}
    order = gateway.add_order(amount=49_900, receipt="INV-2026-1003", customer=customer)
    card = gateway.add_payment(order, method="card")
    visit(page, "/dashboard/transactions")
    page.keyboard.press("/")
    page.keyboard.type(wanted)
    expect(page.locator("a.found").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(
        f"{DASHBOARD}/dashboard/{f'transactions/{card}' if wanted in ('1111', '499') else f'orders/{order}'}"
    )


def test_a_search_without_a_result_stays_and_says_at_how_much_it_looked(page, gateway):
    gateway.add_history(3)
    gateway.search_is_complete = False
    visit(page, "/dashboard/transactions")
    page.keyboard.press("Control+k")
    page.keyboard.type("rfnd_x")
    expect(page.get_by_text("Nothing found for “rfnd_x”. Looked at the newest 6")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(ROWS)).to_have_count(3)


def test_an_order_has_a_page_with_its_receipt_notes_and_attempts(page, gateway):
    scenes.order(page, gateway)
    for text in ("INV-2026-1003", "Monsoon umbrella", "asha@example.com"):
        expect(page.get_by_text(text).first).to_be_visible()
    expect(page.locator(ROWS)).to_have_count(1)
    expect(page.locator(".link-box")).to_contain_text("/checkout?order_id=")


def test_a_payment_shows_its_orders_receipt_and_notes(page, gateway):
    identifier = paid(gateway, receipt="INV-7", notes={"note": "Gift wrap"})
    visit(page, f"/dashboard/transactions/{identifier}")
    expect(page.get_by_text("Gift wrap")).to_be_visible()
    expect(page.get_by_text("INV-7").first).to_be_visible()


def test_a_refund_that_failed_says_so_above_all_and_why_in_both_lists(page, gateway):
    why = "The bank refused the refund"
    identifier = paid(gateway)
    visit(page, f"/dashboard/transactions/{identifier}")
    gateway.refund(identifier, {"amount": 13_131})
    next(iter(gateway.refunds.values())).update(status="failed", error_code="X", error_description=why)
    page.reload()
    expect(page.locator(".notice.bad")).to_have_text(f"A refund of ₹131.31 failed. {why}")
    page.get_by_role("link", name="Refunds").click()
    expect(page.locator("tr[data-refund-id]")).to_contain_text(why)


def test_a_refund_is_previewed_before_it_is_made(page, gateway):
    visit(page, f"/dashboard/transactions/{paid(gateway)}")
    page.get_by_role("button", name="Refund", exact=True).click()
    page.get_by_label("Amount in INR").fill("250.50")
    expect(page.get_by_text("You keep ₹749.50 of this payment.")).to_be_visible()
    expect(page.get_by_role("button", name="Refund ₹250.50")).to_be_visible()
    page.get_by_role("button", name="All of it").click()
    expect(page.get_by_role("button", name="Refund ₹1,000.00")).to_be_visible()


def test_what_is_not_captured_is_explained_and_can_be_voided(page, gateway):
    identifier = paid(gateway)
    visit(page, f"/dashboard/transactions/{identifier}")
    expect(page.get_by_text("The bank holds ₹1,000.00 for you.")).to_be_visible()
    page.get_by_role("button", name="Void").click()
    page.locator("dialog").get_by_role("button", name="Void ₹1,000.00").click()
    expect(named(page, "status")).to_have_text("voided")
    assert gateway.payments[identifier]["status"] == "voided"


def test_days_are_of_the_merchants_zone_which_is_named(page, gateway):
    gateway.time_zone = "Pacific/Auckland"
    visit(page, "/dashboard/settings")
    page.get_by_role("link", name="Payments").click()
    expect(page.get_by_text("Days in Pacific/Auckland")).to_be_visible()
    page.get_by_label("From").fill("2026-03-14")
    page.get_by_label("From").press("Tab")
    expect(page.locator("[aria-busy]")).to_have_count(0)
    asked = [each["query"] for each in gateway.requests if each["path"] == "/payments" and each["query"].get("from")]
    assert asked[-1]["from"] == "2026-03-13T11:00:00.000Z"


@pytest.mark.parametrize("width", [320, 390, 820, 1024])
@pytest.mark.parametrize("scene", ["orders", "refunds", "transactions", "webhooks", "keys", "disputes", "settlements"])
def test_no_list_needs_sideways_scrolling(new_page, gateway, scene, width):
    page = new_page(width, 844)
    SCENES[scene][0](page, gateway)
    for box in page.locator(".table-scroll").all():
        assert box.evaluate("each => each.scrollWidth - each.clientWidth") <= 1, box.get_attribute("aria-label")


def test_a_tablets_navigation_is_a_strip_of_icons_and_nothing_is_cut(new_page):
    page = new_page(820, 1180)
    page.goto(f"{DASHBOARD}/docs")
    side, link = page.locator(".sidebar").bounding_box(), page.get_by_role("link", name="Sign in").bounding_box()
    assert side["width"] <= 60
    assert link["x"] >= 0
    assert link["x"] + link["width"] <= side["width"]


def test_the_first_payment_is_on_a_phones_first_screen(new_page, gateway):
    page = new_page(320, 640)
    scenes.transactions(page, gateway)
    assert page.locator(ROWS).first.bounding_box()["y"] < 400
    page.get_by_text("Filters").click()
    expect(page.get_by_label("Status")).to_be_visible()


def test_a_dialog_about_an_endpoint_names_it(page, gateway):
    identifier = gateway.add_endpoint("https://ledger.example/in")
    visit(page, f"/dashboard/webhooks/endpoints/{identifier}")
    for button in ("Delete", "Rotate secret"):
        page.get_by_role("button", name=button).click()
        expect(page.locator("dialog")).to_contain_text("https://ledger.example/in")
        page.keyboard.press("Escape")


def test_a_signature_is_explained(page, gateway):
    scenes.signatures(page, gateway)
    expect(page.get_by_text("The body was changed after it was signed.")).to_be_visible()
    assert gateway.posted("/webhooks/verify")[0]["body"]["headers"] == {"X-Webhook-Signature": "5f"}


def test_an_event_is_found_by_its_object_and_sent_again(page, gateway):
    gateway.add_event(object_id="pay_0000000000000009")
    scenes.events(page, gateway)
    page.get_by_label("Object").fill("pay_0000000000000009")
    page.get_by_label("Object").press("Enter")
    rows = page.locator("tr[data-event-id]")
    expect(rows).to_have_count(1)
    rows.locator("a").first.click()
    page.get_by_role("button", name="Send again").click()
    page.locator("dialog").get_by_role("button", name="Send again").click()
    expect(page.get_by_text("Deliveries scheduled: 1")).to_be_visible()


def test_a_key_is_made_with_few_scopes_and_revoked(page, gateway):
    visit(page, "/dashboard/keys")
    page.get_by_role("button", name="Create key").click()
    dialog = page.locator("dialog")
    dialog.get_by_label("Name").fill("Warehouse")
    for scope in gateway.keys["key_test_abc123"]["scopes"]:
        dialog.get_by_label(scope).set_checked(scope == "orders:read")
    dialog.get_by_role("button", name="Create key").click()
    expect(page.get_by_text("secret_of_the_new_key")).to_be_visible()
    page.get_by_role("button", name="Done").click()
    made = next(key for key in gateway.keys.values() if key["name"] == "Warehouse")
    assert made["scopes"] == ["orders:read"]
    page.get_by_role("button", name=f"Revoke {made['id']}").click()
    page.locator("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("Warehouse")).to_have_count(0)


def test_settings_change_what_payers_see(page, gateway):
    visit(page, "/dashboard/settings")
    page.get_by_label("Business name").fill("Asha Stores")
    page.get_by_label("Logo URL").fill("https://shop.example/logo.png")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("Saved")).to_be_visible()
    assert (gateway.merchant_name, gateway.logo_url) == ("Asha Stores", "https://shop.example/logo.png")


LISTS = (
    "",
    "/transactions",
    "/orders",
    "/refunds",
    "/balance",
    "/settlements",
    "/disputes",
    "/webhooks",
    "/events",
    "/keys",
    "/settings",
    "/signatures",
    "/dead-letters",
)


@pytest.mark.parametrize("path", LISTS)
def test_the_first_view_of_a_page_asks_at_most_four_times(page, gateway, path):
    gateway.add_history(20)
    sign_in(page, f"/dashboard{path}")
    page.locator(".page h1").wait_for()
    expect(page.locator("[aria-busy], main .skeleton")).to_have_count(0)
    assert len([each for each in gateway.requests if each["path"] != "/auth/session"]) <= 4


def test_a_payment_that_nothing_moves_is_not_asked_for_again(page, gateway):
    page.clock.install()
    visit(page, f"/dashboard/transactions/{paid(gateway)}")
    page.wait_for_timeout(500)
    before = len(gateway.requests)
    assert before - 1 <= 4
    pass_time(page, 3_000)
    assert len(gateway.requests) == before


def test_rows_are_walked_by_j_and_k_and_opened_by_enter(page, gateway):
    gateway.add_history(3)
    visit(page, "/dashboard/transactions")
    for key in ("j", "j", "k", "j"):
        page.keyboard.press(key)
    second = page.locator(ROWS).nth(1).get_attribute("data-payment-id")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{DASHBOARD}/dashboard/transactions/{second}")


def test_test_mode_is_marked(page, gateway):
    visit(page, "/dashboard")
    expect(page.get_by_text("No real money moves here.")).to_be_visible()
