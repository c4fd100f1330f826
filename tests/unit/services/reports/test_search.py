"""A merchant finds a payment by what the merchant remembers of it."""

import pytest

from chalicelib.domain.ids import new_id
from chalicelib.services.merchants import accounts
from chalicelib.services.reports import search
from tests.unit.services.payments.test_a_payments_life_over_http import UPI, Caller

CARD = {"number": "4111111111111111", "expiry_month": "12", "expiry_year": "2030", "cvv": "123", "holder_name": "Asha"}


@pytest.fixture(scope="module")
def caller(tables):
    return Caller(accounts.create("Search", f"{new_id('find')}@example.com").pair)


@pytest.fixture(scope="module")
def sold(caller):
    """One order of each kind: by UPI with a receipt, by card, and one that nobody has paid."""
    upi = caller.pay(UPI, receipt="INV-2026-1003", amount=49_900)
    card = caller.pay({"method": "card", "card": CARD}, amount=129_900)
    unpaid = caller.order(customer={"name": "Priya", "email": "priya@example.com"}, amount=12_000, currency="JPY")
    return {"upi": upi, "card": card, "unpaid": unpaid}


def found(caller, text):
    return [(each["type"], each["id"], each["matched"]) for each in caller.ask("GET", f"/search?q={text}")["data"]]


def test_an_id_is_found_in_the_whole_history(caller, sold, monkeypatch):
    monkeypatch.setattr(search, "LOOK", 1)
    payment, order = sold["upi"]["id"], sold["upi"]["order_id"]
    assert found(caller, payment) == [("payment", payment, "id")]
    assert found(caller, order) == [("order", order, "id")]


def test_a_receipt_is_found_whole_anywhere_and_in_part_among_the_newest(caller, sold, monkeypatch):
    order = ("order", sold["upi"]["order_id"], "receipt")
    assert found(caller, "INV-2026-1003") == [order]
    assert found(caller, "inv-2026") == [order]
    monkeypatch.setattr(search, "LOOK", 1)
    assert found(caller, "INV-2026-1003") == [order]
    assert found(caller, "inv-2026") == []


@pytest.mark.parametrize(
    ("text", "kind", "matched"),
    [("success@upi", "upi", "vpa"), ("1111", "card", "last4"), ("priya@exam", "unpaid", "email"),
     ("PRIYA", "unpaid", "name"), ("12000", "unpaid", "amount"), ("¥12,000", "unpaid", "amount")],
)  # fmt: skip
def test_what_else_is_remembered_is_found(caller, sold, text, kind, matched):
    thing = sold[kind]
    wanted = ("order", thing, matched) if kind == "unpaid" else ("payment", thing["id"], matched)
    assert wanted in found(caller, text)


def test_an_amount_is_in_the_currencys_own_unit(caller, sold):
    assert {each[:2] for each in found(caller, "499")} == {
        ("payment", sold["upi"]["id"]), ("order", sold["upi"]["order_id"]),
    }  # fmt: skip
    assert found(caller, "49900") == []


def test_the_answer_says_at_how_many_rows_it_looked(caller, sold, monkeypatch):
    whole = caller.ask("GET", "/search?q=nothing")
    assert whole == {"data": [], "looked_at": 5, "complete": True}
    monkeypatch.setattr(search, "LOOK", 2)
    assert caller.ask("GET", "/search?q=nothing") == {"data": [], "looked_at": 4, "complete": False}


def test_another_merchants_payment_is_not_found(tables, sold):
    other = Caller(accounts.create("Other", f"{new_id('other')}@example.com").pair)
    for text in (sold["upi"]["id"], "INV-2026-1003", "success@upi"):
        assert found(other, text) == []
