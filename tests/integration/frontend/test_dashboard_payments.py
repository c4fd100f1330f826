"""The dashboard's payments, orders and refunds."""

import csv
import io
import re

import pytest

from tests.integration.frontend import dashboard_scenes as scenes
from tests.integration.frontend import site
from tests.integration.frontend.dashboard_scenes import named, pass_time, sign_in, visit
from tests.integration.frontend.fake_gateway import Refusal
from tests.integration.frontend.scenes import SCENES
from tests.integration.frontend.site import CHECKOUT

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect


def paid(gateway, amount=100_000):
    return gateway.add_payment(gateway.add_order(amount=amount, status="paid"))


def test_what_happens_shows_within_three_seconds(page, gateway):
    scenes.transactions_empty(page, gateway)
    expect(page.get_by_text("No payments match.")).to_be_visible()
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


def test_an_empty_page_before_the_end_says_that_older_rows_may_match(page, gateway):
    gateway.add_history(20)
    list(gateway.payments.values())[-1]["status"] = "voided"
    gateway.look = 15
    visit(page, "/dashboard/transactions")
    page.get_by_label("Status").select_option("voided")
    expect(page.get_by_text("No match on this page")).to_be_visible()
    expect(page.get_by_text("0 shown")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    expect(page.locator('[data-test-id="transaction-row"]')).to_have_count(1)
    expect(page.get_by_text("1 shown")).to_be_visible()


def test_the_export_has_every_page_and_no_formula(page, gateway):
    gateway.add_history(130)
    payment = next(iter(gateway.payments.values()))
    payment.update(error_code="=cmd()", amount=123_450, currency="KWD", vpa="asha@oksbi")
    visit(page, "/dashboard/transactions")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    lines = download.value.path().read_text(encoding="utf-8-sig").split("\n")
    assert len(lines) == 131
    assert re.fullmatch(r"payments-\d{4}-\d\d-\d\d\.csv", download.value.suggested_filename)
    row = next(line for line in lines if "'=cmd()" in line)
    names = dict(zip(lines[0].strip().split(","), row.strip().split(","), strict=True))
    assert (names["amount"], names["amount_minor"], names["vpa"]) == ("123.450", "123450", "asha@oksbi")


@pytest.mark.parametrize(
    ("scene", "amount", "minor"),
    [("orders", "99.00", "9900"), ("refunds", "299.00", "29900"), ("disputes", "1299.00", "129900")],
)
def test_every_list_of_money_is_exported_in_both_units(page, gateway, scene, amount, minor):
    SCENES[scene][0](page, gateway)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    assert re.fullmatch(rf"{scene}-\d{{4}}-\d\d-\d\d\.csv", download.value.suggested_filename)
    row = next(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig"))))
    assert (row["amount"], row["amount_minor"]) == (amount, minor)


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


@pytest.mark.parametrize(("currency", "typed", "least"), [("INR", "0.99", "₹1.00"), ("JPY", "99", "¥100")])
def test_an_order_of_too_little_is_told_the_least_in_its_currency_and_not_sent(page, gateway, currency, typed, least):
    visit(page, "/dashboard/orders")
    page.get_by_role("button", name="Create order").click()
    page.get_by_label("Amount").fill(typed)
    page.get_by_label("Currency").select_option(currency)
    page.locator("dialog").get_by_role("button", name="Create order").click()
    expect(page.locator("dialog").get_by_role("alert")).to_have_text(f"At least {least}.")
    assert gateway.orders == {}


def test_the_filters_call_statuses_and_methods_what_the_rows_do(page, gateway):
    for status, method in (("success", "card"), ("failed", "upi")):
        gateway.add_payment(gateway.add_order(), status, method=method)
    visit(page, "/dashboard/transactions")
    for name, label in (("status", "Status"), ("method", "Method")):
        seen = {cell.inner_text().strip() for cell in page.locator(f'tbody [data-test-id="{name}"]').all()}
        assert len(seen) == 2
        assert seen <= set(page.get_by_label(label).locator("option").all_inner_texts())


def test_a_hidden_page_does_not_ask(page, gateway):
    gateway.add_history(2)
    page.clock.install()
    visit(page, "/dashboard/transactions")
    page.evaluate("""() => {
      Object.defineProperty(document, "hidden", { value: true, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }""")
    page.wait_for_timeout(300)
    before = len(gateway.requests)
    pass_time(page, 2_600)
    assert len(gateway.requests) == before
    page.evaluate("() => { delete document.hidden; document.dispatchEvent(new Event('visibilitychange')); }")
    page.wait_for_timeout(500)
    assert len(gateway.requests) > before


def test_a_refused_filter_leaves_no_rows_of_the_one_before(page, gateway, complaints):
    complaints.expect("400")
    gateway.add_history(3)
    visit(page, "/dashboard/transactions")
    gateway.failing = Refusal(400, "BAD_REQUEST_ERROR", "from must not be after to")
    page.get_by_label("Status").select_option("failed")
    expect(page.get_by_text("from must not be after to")).to_be_visible()
    expect(page.locator('[data-test-id="transaction-row"]')).to_have_count(0)


def test_next_clicked_twice_goes_on_by_one_page(page, gateway):
    gateway.add_history(65)
    visit(page, "/dashboard/transactions")
    gateway.delays["/payments"] = 0.4
    page.get_by_role("button", name="Next").dblclick()
    expect(page.locator("[aria-busy]")).to_have_count(0)
    gateway.delays.clear()
    page.get_by_role("button", name="Previous").click()
    expect(page.get_by_role("button", name="Previous")).to_be_disabled()


def test_an_order_has_no_link_until_the_key_in_it_is_known(page, gateway, complaints):
    complaints.expect("500")
    gateway.add_order()
    gateway.refusing["/merchants/profile"] = Refusal(500, "SERVER_ERROR", "Something went wrong on our side")
    sign_in(page, "/dashboard/orders")
    expect(page.locator("tr[data-order-id]")).to_have_count(1)
    expect(page.get_by_role("link", name="Checkout")).to_have_count(0)
    page.get_by_role("button", name="Create order").click()
    page.get_by_label("Amount").fill("10,00")
    page.locator("dialog").get_by_role("button", name="Create order").click()
    expect(page.get_by_text("Enter an amount such as 499.00.")).to_be_visible()
    page.get_by_label("Amount").fill("1,000")
    page.locator("dialog").get_by_role("button", name="Create order").click()
    expect(page.locator("dialog").get_by_role("alert")).to_have_text("Something went wrong on our side")
    gateway.refusing.clear()
    page.locator("dialog").get_by_role("button", name="Create order").click()
    expect(page.get_by_role("heading", name="Order created")).to_be_visible()
    page.get_by_role("button", name="Done").click()
    expect(page.locator("tr[data-order-id] a", has_text="Checkout")).to_have_count(2)
    assert sorted(order["amount"] for order in gateway.orders.values()) == [50_000, 100_000]


def test_where_there_is_no_demo_shop_no_link_leads_to_it(page, gateway):
    visit(page, "/dashboard/orders")
    gateway.add_order()
    expect(page.get_by_role("link", name="Demo")).to_have_count(1)
    site.route_pages(page.context, demo=False)
    page.reload()
    expect(page.get_by_role("link", name="Checkout")).to_have_count(1)
    expect(page.get_by_role("link", name="Demo")).to_have_count(0)
