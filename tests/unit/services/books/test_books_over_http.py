"""The balance, the ledger and the operator's terms, over HTTP."""

from dataclasses import replace

import pytest
from chalice.test import Client

import app
from chalicelib.config import settings
from chalicelib.services.books import terms
from chalicelib.services.merchants import accounts, auth, credentials
from tests.unit.services.payments.test_a_payments_life_over_http import UPI, Caller

TOKEN = "operator-" * 5


@pytest.fixture
def caller(tables):
    terms.forget()
    made = accounts.create("Books", f"{credentials.new_pair().key}@books.example")
    caller = Caller(made.pair)
    caller.merchant_id = made.id
    return caller


@pytest.fixture
def operator(caller, monkeypatch):
    with_token = replace(settings(), admin_token=TOKEN)
    monkeypatch.setattr(auth, "settings", lambda: with_token)
    return {"Authorization": f"Bearer {TOKEN}"}


def test_a_captured_payment_has_a_fee_and_changes_the_balance_and_the_ledger(caller):
    payment = caller.pay(UPI, capture="automatic")
    assert (payment["fee"], payment["tax"]) == (24, 4)
    assert caller.ask("GET", "/balance") == {"INR": {"available": 0, "pending": 976, "reserved": 0}}
    page = caller.ask("GET", "/ledger?limit=1")
    (row,) = page["data"]
    assert (row["id"], row["movement"], page["next_cursor"]) == (f"captured.{payment['id']}", "captured", None)
    assert sum(line["amount"] for line in row["lines"]) == 0


def test_the_payer_does_not_see_the_fee(caller):
    payment = caller.pay(UPI, capture="automatic")
    shown = caller.ask("GET", f"/payments/{payment['id']}/public")
    assert (shown["fee"], shown["tax"]) == (None, None)


@pytest.mark.parametrize("query", ["offset=1", "limit=101", "cursor=x", "from=yesterday"])
def test_a_query_that_makes_no_sense_is_refused(caller, query):
    assert caller.ask("GET", f"/ledger?{query}", status=400)["error"]["field"] == query.split("=")[0]


@pytest.mark.parametrize(("path", "scope"), [("/balance", "balance:read"), ("/ledger", "ledger:read")])
def test_each_route_needs_its_scope(caller, path, scope):
    made = caller.ask("POST", "/keys", {"name": "Reader", "scopes": [scope]}, 201)
    reader = Caller(credentials.Pair(made["api_key"], made["api_secret"]))
    other = {"/balance": "/ledger", "/ledger": "/balance"}[path]
    reader.ask("GET", path)
    reader.ask("GET", other, status=403)


def test_the_operator_sets_a_merchants_terms(caller, operator):
    path = f"/admin/merchants/{caller.merchant_id}/terms"
    rows = [{"rate": 100, "fixed": 5, "method": "upi"}]
    kept = caller.ask("PUT", path, {"prices": rows, "settlement_delay": 0, "fees_come_back": True}, headers=operator)
    assert (kept["settlement_delay"], kept["fees_come_back"], kept["refunds_within_balance"]) == (0, True, False)
    assert caller.ask("GET", path, headers=operator) == kept
    assert caller.pay(UPI, capture="automatic")["fee"] == 15 + 3
    assert caller.ask("GET", "/balance")["INR"]["available"] == 982


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"settlement_delay": 31}, "settlement_delay"),
        ({"home_currency": "RUPEE"}, "currency"),
        ({"prices": [{"rate": 10_001}]}, "prices[0].rate"),
        ({"prices": [{}]}, "prices[0]"),
    ],
)
def test_terms_that_make_no_sense_are_refused(caller, operator, body, field):
    path = f"/admin/merchants/{caller.merchant_id}/terms"
    error = caller.ask("PUT", path, body, 400, operator)["error"]
    assert error["field"].startswith(field.split("[")[0])


def test_only_the_operator_sees_terms(caller, operator):
    path = f"/api/v1/admin/merchants/{caller.merchant_id}/terms"
    assert Client(app.app).http.get(path).status_code == 401


def test_there_are_no_terms_to_see_without_an_operator(caller):
    caller.ask("GET", f"/admin/merchants/{caller.merchant_id}/terms", status=404)
