"""Settlements and their combined report as the Razorpay-compatible surface shows them."""

import json
from datetime import UTC, datetime

import pytest

from chalicelib import queues
from chalicelib.domain import clock, counterparts
from chalicelib.queues import job
from chalicelib.services.books import terms
from chalicelib.services.books.settlements import making, processing
from chalicelib.services.books.settlements.making import Run
from chalicelib.services.entities import happened
from chalicelib.services.events import listing
from tests.support.surface import ask
from tests.unit.services.books.shop import captured
from tests.unit.services.disputes.court import dispute

FIELDS = {"id", "entity", "amount", "status", "fees", "tax", "utr", "created_at"}
LINE = {
    "entity_id", "type", "debit", "credit", "amount", "currency", "fee", "tax", "on_hold", "settled", "created_at",
    "settled_at", "settlement_id", "posted_at", "credit_type", "description", "notes", "payment_id", "settlement_utr",
    "order_id", "order_receipt", "method", "card_network", "card_issuer", "card_type", "dispute_id",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _no_old_terms(sent):
    terms.forget()


def settled(merchant_id, name, script=""):
    """A settlement of all that is there, as the bank's answer leaves it."""
    (made,) = making.settle(Run(merchant_id, name, script, early=True))
    assert processing.process([job(queues.SETTLEMENTS, made.id, "r")]) == []
    return made


def report(when, **more):
    today = datetime.fromtimestamp(when, UTC)
    asked = {"year": today.year, "month": today.month, "day": today.day, "count": 1000} | more
    query = "&".join(f"{name}={value}" for name, value in asked.items() if value is not None)
    return ask("GET", "settlements/recon/combined", query=query)


def test_a_settlement_is_shown_alone_and_in_a_collection(merchant_id, request):
    captured(merchant_id)
    made = settled(merchant_id, request.node.name)
    status, shown = ask("GET", f"settlements/{made.id}")
    assert (status, shown.keys(), shown["status"], shown["amount"]) == (200, FIELDS, "processed", made.amount)
    assert shown["utr"].startswith("SIMB")
    assert ask("GET", "settlements")[1]["items"][0] == shown


def test_a_returned_transfer_is_a_failed_settlement(merchant_id, request):
    captured(merchant_id)
    made = settled(merchant_id, request.node.name, "returned")
    assert ask("GET", f"settlements/{made.id}")[1]["status"] == "failed"


def test_a_processed_settlement_is_told_as_it_is_shown(merchant_id, request):
    captured(merchant_id)
    made = settled(merchant_id, request.node.name)
    (event,) = listing._of_object(merchant_id, made.id).found
    assert counterparts.made_from(event) == ["settlement.processed"]
    body = happened.webhook(event, "settlement.processed")
    assert body["payload"] == {"settlement": {"entity": ask("GET", f"settlements/{made.id}")[1]}}


def test_the_report_of_a_day_adds_up_to_its_settlements(merchant_id, request):
    payment = captured(merchant_id, receipt="r-7", notes={"table": "7"})
    made = settled(merchant_id, request.node.name)

    status, found = report(clock.now())

    assert (status, found["entity"]) == (200, "collection")
    mine = [line for line in found["items"] if line["settlement_id"] == made.id]
    assert {tuple(sorted(line)) for line in mine} == {tuple(sorted(LINE))}
    assert sum(line["credit"] - line["debit"] for line in mine) == made.amount
    (line,) = [each for each in mine if each["entity_id"] == payment.id]
    assert (line["type"], line["amount"], line["fee"], line["tax"]) == ("payment", 100_000, 2360, 360)
    assert (line["order_receipt"], json.loads(line["notes"])) == ("r-7", {"table": "7"})
    assert (line["settled"], line["settlement_utr"]) == (True, ask("GET", f"settlements/{made.id}")[1]["utr"])
    assert type(line["created_at"]) is type(line["settled_at"]) is int


def test_money_of_a_dispute_is_an_adjustment_that_names_it(merchant_id, request):
    payment = captured(merchant_id)
    claimed = dispute(payment, 40_000)
    settled(merchant_id, request.node.name)
    (line,) = [each for each in report(clock.now())[1]["items"] if each["entity_id"] == claimed.id]
    assert (line["type"], line["debit"], line["dispute_id"]) == ("adjustment", 40_000, claimed.id)


def test_a_month_holds_its_days_and_another_day_does_not(merchant_id, request):
    captured(merchant_id)
    made = settled(merchant_id, request.node.name)

    def holds(when, **more):
        return any(line["settlement_id"] == made.id for line in report(when, **more)[1]["items"])

    now = clock.now()
    assert holds(now)
    assert holds(now, day=None)
    assert not holds(now - 86400)
    assert not holds(now + 86400)
    assert not holds(now, year=2025, day=None)


def test_the_report_is_cut_into_pages(merchant_id, request):
    captured(merchant_id)
    captured(merchant_id)
    settled(merchant_id, request.node.name)
    whole = report(clock.now())[1]["items"]
    assert report(clock.now(), count=1, skip=1)[1]["items"] == whole[1:2]


@pytest.mark.parametrize(
    ("query", "field"), [("year=2026", "month"), ("month=1", "year"), ("year=2026&month=2&day=29", "day")]
)
def test_a_report_needs_a_month_that_exists(tables, query, field):
    status, refused = ask("GET", "settlements/recon/combined", query=query)
    assert (status, refused["error"]["field"]) == (400, field)


def test_no_downtime_is_known(tables):
    assert ask("GET", "payments/downtimes") == (200, {"entity": "collection", "count": 0, "items": []})
    status, refused = ask("GET", "payments/downtimes/down_1")
    assert (status, refused["error"]["description"]) == (400, "The id provided does not exist")
