"""The dashboard's disputes."""

import pytest

from tests.integration.frontend import money_scenes as scenes
from tests.integration.frontend.dashboard_scenes import named, pass_time, visit

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect


def test_the_disputes_of_a_payment_are_found_from_its_page_with_the_time_that_is_left(page, gateway):
    mine, other = scenes.disputed(gateway), scenes.disputed(gateway)
    dispute = gateway.add_dispute(mine)
    gateway.add_dispute(other)
    visit(page, f"/dashboard/transactions/{mine}")
    page.get_by_role("link", name="Disputes of this payment").click()
    rows = named(page, "disputes-table").locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("₹1,299.00")
    expect(rows).to_contain_text("goods not received")
    expect(rows).to_contain_text("in 3 d")
    rows.locator("a.cover").click()
    page.wait_for_url(f"**/dashboard/disputes/{dispute}")


def test_the_open_disputes_are_listed_alone(page, gateway):
    scenes.disputes(page, gateway)
    rows = named(page, "disputes-table").locator("tbody tr")
    expect(rows).to_have_count(4)
    page.get_by_label("Status").select_option("open")
    expect(rows).to_have_count(1)
    assert gateway.requests[-1]["query"]["status"] == "open"


def test_evidence_is_sent_once_and_shown_and_nothing_can_be_done_afterwards(page, gateway):
    scenes.dispute_contest(page, gateway)
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("What happened").fill(" Delivered on 3 May ")
    dialog.get_by_label("Tracking number").fill("AB123")
    dialog.get_by_role("button", name="Send evidence").dblclick()
    expect(page.get_by_text("The payer's bank decides. Your evidence is final.")).to_be_visible()
    (sent,) = gateway.posted(f"/disputes/{next(iter(gateway.disputes))}/contest")
    assert sent["body"] == {"evidence": {"summary": "Delivered on 3 May", "tracking_number": "AB123"}}
    expect(page.get_by_text("Delivered on 3 May")).to_be_visible()
    expect(page.get_by_role("button", name="Contest")).to_have_count(0)
    expect(page.get_by_role("button", name="Accept")).to_have_count(0)


def test_accepting_says_what_it_costs_and_shows_the_outcome(page, gateway):
    scenes.dispute(page, gateway)
    page.get_by_role("button", name="Accept").click()
    page.get_by_role("button", name="Give back ₹1,299.00").click()
    expect(page.get_by_text("The payer got the money back.")).to_be_visible()
    (dispute,) = gateway.disputes.values()
    assert dispute["status"] == "lost"


def test_a_dispute_that_ended_meanwhile_says_so_in_the_dialog(page, gateway, complaints):
    complaints.expect("400")
    scenes.dispute(page, gateway)
    page.get_by_role("button", name="Accept").click()
    next(iter(gateway.disputes.values()))["status"] = "won"
    page.get_by_role("button", name="Give back ₹1,299.00").click()
    expect(page.locator("dialog[open]")).to_contain_text("Dispute is not open")


def test_evidence_of_any_shape_is_shown_as_text(page, gateway):
    scenes.dispute_lost(page, gateway)
    expect(page.get_by_text("<script>alert(1)</script>")).to_be_visible()
    expect(page.get_by_text('[{"tracking_number":"AB123"}]')).to_be_visible()


def test_a_dispute_that_has_ended_is_not_asked_for_again(page, gateway):
    page.clock.install()
    scenes.dispute_lost(page, gateway)
    asked = len(gateway.requests)
    pass_time(page, 4_000)
    assert len(gateway.requests) == asked
