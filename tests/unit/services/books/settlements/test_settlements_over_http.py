"""Settlements, their reports, and the sandbox's routes for them, as a merchant sees them."""

import csv
import io

import pytest

from chalicelib import queues
from chalicelib.api.shapes import books_answers
from chalicelib.queues import job
from chalicelib.services.books import terms
from chalicelib.services.books.settlements import processing, report
from chalicelib.services.merchants import accounts, credentials
from tests.unit.services.payments.test_a_payments_life_over_http import UPI, Caller

NET = 976


@pytest.fixture
def caller(tables):
    terms.forget()
    made = accounts.create("Settled", f"{credentials.new_pair().key}@settled.example")
    caller = Caller(made.pair)
    caller.merchant_id = made.id
    return caller


def settled(caller, **how):
    payment = caller.pay(UPI, capture="automatic")
    (made,) = caller.ask("POST", "/sandbox/settlements", {"pending": True, **how}, 201)["data"]
    return payment, made


def worked_off(caller, settlement_id):
    assert processing.process([job(queues.SETTLEMENTS, settlement_id, "r")]) == []
    return caller.ask("GET", f"/settlements/{settlement_id}")


def test_money_is_settled_now_and_arrives(caller):
    _, made = settled(caller)
    assert (made["amount"], made["fees"], made["tax"], made["status"], made["utr"]) == (NET, 24, 4, "created", None)
    done = worked_off(caller, made["id"])
    assert (done["status"], done["from"]) == ("processed", None)
    assert done["utr"].startswith("SIMB")
    page = caller.ask("GET", "/settlements?status=processed&currency=INR")
    assert (page["data"], page["total"]) == ([done], 1)
    assert caller.ask("GET", "/settlements?status=returned")["data"] == []


def test_only_money_that_has_matured_is_settled_unless_the_request_says_otherwise(caller):
    caller.pay(UPI, capture="automatic")
    assert caller.ask("POST", "/sandbox/settlements", {}, 201) == {"data": []}


def test_the_second_settlement_begins_where_the_first_one_ended(caller):
    _, first = settled(caller)
    _, second = settled(caller)
    assert (second["from"], second["amount"]) == (first["to"], NET)


def test_the_report_is_json_or_csv_by_the_accept_header(caller):
    payment, made = settled(caller)
    path = f"/settlements/{made['id']}/report"
    (row,) = caller.ask("GET", path)["data"]
    assert (row["payment_id"], row["order_id"], row["method"]) == (payment["id"], payment["order_id"], "upi")
    assert list(row) == list(report.COLUMNS) == list(books_answers.SettlementRow.__struct_fields__)
    answer = caller.http.request("GET", f"/api/v1{path}", headers={**caller.headers, "Accept": "text/csv"}, body=b"")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    (line,) = csv.DictReader(io.StringIO(answer.body.decode()))
    assert (line["entity_id"], line["credit"]) == (payment["id"], str(NET))


def test_another_merchants_settlement_is_unknown(caller):
    _, made = settled(caller)
    other = Caller(accounts.create("Other", f"{credentials.new_pair().key}@settled.example").pair)
    for path in ("", "/report"):
        other.ask("GET", f"/settlements/{made['id']}{path}", status=404)
    other.ask("POST", f"/sandbox/settlements/{made['id']}/act", {"action": "paid"}, 404)


def test_a_late_transfer_is_paid_when_the_bank_is_told_to(caller):
    _, made = settled(caller, outcome="late")
    assert worked_off(caller, made["id"])["status"] == "created"
    caller.ask("POST", f"/sandbox/settlements/{made['id']}/act", {"action": "paid"})
    assert worked_off(caller, made["id"])["status"] == "processed"


def test_a_returned_transfer_tells_why_and_takes_no_further_act(caller):
    _, made = settled(caller)
    caller.ask("POST", f"/sandbox/settlements/{made['id']}/act", {"action": "returned"})
    done = worked_off(caller, made["id"])
    assert (done["status"], done["reason"], done["processed_at"]) == ("returned", "ACCOUNT_CLOSED", None)
    refused = caller.ask("POST", f"/sandbox/settlements/{made['id']}/act", {"action": "paid"}, 400)
    assert refused["error"]["description"] == "A settlement that is returned takes no act, not 'paid'"


@pytest.mark.parametrize("body", [{"outcome": "lost"}, {"pending": "yes"}, {"outcome": 7}])
def test_an_unknown_outcome_is_refused(caller, body):
    caller.ask("POST", "/sandbox/settlements", body, 400)
