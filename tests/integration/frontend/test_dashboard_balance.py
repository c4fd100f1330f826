"""The dashboard's balance and ledger."""

import csv
import io

import pytest

from tests.integration.frontend import money_scenes as scenes
from tests.integration.frontend.dashboard_scenes import named, visit

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect


def test_each_currency_shows_its_three_amounts(page, gateway):
    scenes.balance(page, gateway)
    rupees = page.get_by_role("region", name="INR")
    amounts = {name: named(rupees, f"balance-{name}").text_content() for name in ("available", "pending", "reserved")}
    assert amounts == {"available": "₹12,500.00", "pending": "₹976.40", "reserved": "₹0.00"}
    expect(page.get_by_role("region", name="USD").get_by_text("You gave back more")).to_be_visible()


def test_a_posting_shows_what_it_changes_and_its_lines(page, gateway):
    scenes.balance(page, gateway)
    rows = named(page, "ledger-table").locator("tbody tr")
    assert [named(row, "change").text_content() for row in rows.all()] == ["-₹200.00", "No change", "+₹976.40"]
    rows.last.get_by_role("button", name="Lines").click()
    lines = page.locator("dialog[open] tbody tr")
    assert [line.locator("th, td").all_text_contents() for line in lines.all()] == [
        ["Owed to you", "", "₹976.40"], ["Fees", "", "₹20.00"], ["Tax on fees", "", "₹3.60"],
        ["With the acquirer", "₹1,000.00", ""],
    ]  # fmt: skip


def test_the_ledger_is_exported_with_a_row_for_each_line(page, gateway):
    gateway.add_posting("captured", "pay_0000000000000001", merchant_payable=-97_640, fees=-2_360)
    visit(page, "/dashboard/balance")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig"))))
    assert [(row["account"], row["debit"], row["credit"], row["amount_minor"]) for row in rows] == [
        ("merchant_payable", "", "976.40", "-97640"), ("fees", "", "23.60", "-2360"),
        ("acquirer_receivable", "1000.00", "", "100000"),
    ]  # fmt: skip


def test_the_days_of_the_ledger_are_filtered_by_the_api(page, gateway):
    visit(page, "/dashboard/balance")
    page.get_by_label("From").fill("2026-03-01")
    page.wait_for_url("**from=2026-03-01**")
    page.wait_for_timeout(300)
    asked = [each["query"].get("from") for each in gateway.requests if each["path"] == "/ledger"]
    assert asked[-1] == "2026-02-28T18:30:00.000Z"


def test_a_settlement_shows_what_it_pays_out_and_saves_it_as_csv(page, gateway):
    scenes.settlements(page, gateway)
    page.get_by_label("Status").select_option("processed")
    expect(page.locator("tbody a.cover")).to_have_count(1)
    page.locator("tbody a.cover").click()
    rows = named(page, "report-table").locator('tbody [data-test-id="change"]')
    expect(rows).to_have_text(["+₹976.40", "-₹200.00"])
    with page.expect_download() as download:
        page.get_by_role("button", name="Report as CSV").click()
    saved = list(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig"))))
    assert [(row["type"], row["credit"], row["debit"], row["order_receipt"]) for row in saved] == [
        ("payment", "976.40", "0.00", "'=receipt"), ("refund", "0.00", "200.00", "'=receipt"),
    ]  # fmt: skip


def test_a_returned_settlement_says_why(page, gateway):
    scenes.settlement_returned(page, gateway)
    expect(page.get_by_text("The account is closed. The money goes into the next settlement.")).to_be_visible()
