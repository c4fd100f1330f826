"""The exported books are those of the gateway, and beancount finds each difference."""

import csv
import io
import json
import sys

import pytest

from chalicelib.domain.ledger import Account
from infra.books import COLUMNS, FORMATS, as_csv, as_json, beancount
from infra.books import __main__ as command
from infra.books.check import beancounts, differences, gateways

AT = "2026-11-23T10:00:00.000000Z"
CAPTURED = [["acquirer_receivable", 100_000], ["merchant_payable", -97_640], ["fees", -2000], ["tax", -360]]


def posting(movement="captured", object_id="pay_1", lines=CAPTURED, currency="INR", at=AT):
    return {
        "owner": "m#0", "at_id": f"{at}#{movement}.{object_id}", "movement": movement, "object_id": object_id,
        "merchant_id": "m", "currency": currency, "lines": lines,
    }  # fmt: skip


def totals_of(lines=CAPTURED, currency="INR", **wrong):
    counters = {f"{account}_{'debits' if amount > 0 else 'credits'}": abs(amount) for account, amount in lines}
    day = {"period": f"2026-11-23#{currency}#3", "merchant_id": "m", "earned": 97_640}
    return [day, {"period": f"all#{currency}#3", "merchant_id": "m", **counters, **wrong}]


def compared(postings, totals):
    return list(differences(gateways(totals), beancounts(beancount(postings))))


def test_beancount_agrees_with_books_that_agree():
    assert compared([posting()], totals_of()) == []


def test_beancount_finds_a_paisa():
    (found,) = compared([posting()], totals_of(fees_credits=2001))
    assert found == "Income:Fees:M-m: the gateway has -20.01 INR, beancount has -20.00 INR"


def test_beancount_finds_a_posting_without_a_balance_and_a_balance_without_a_posting():
    assert len(compared([posting()], [])) == len(compared([], totals_of())) == 4


@pytest.mark.parametrize(("currency", "shown"), [("JPY", "100000 JPY"), ("KWD", "100.000 KWD"), ("INR", "1000.00 INR")])
def test_amounts_have_their_currencys_digits(currency, shown):
    journal = beancount([posting(currency=currency)])
    assert f"Assets:Acquirer-Receivable:M-m  {shown}" in journal
    assert compared([posting(currency=currency)], totals_of(currency=currency)) == []


def test_a_journal_that_does_not_balance_is_refused():
    with pytest.raises(ValueError, match="does not balance"):
        beancounts(beancount([posting(lines=[["fees", 1], ["tax", -2]])]))


def test_the_rows_are_in_the_order_of_time_with_debits_and_credits_apart():
    later = posting(
        "refund_created", "rfnd_1", [["merchant_payable", 5], ["refunds_in_flight", -5]], at=AT.replace("10", "11")
    )
    rows = list(csv.DictReader(io.StringIO(as_csv([later, posting()]))))
    assert tuple(rows[0]) == COLUMNS
    assert [row["posting"] for row in rows] == ["captured.pay_1"] * 4 + ["refund_created.rfnd_1"] * 2
    assert [(row["account"], row["debit"], row["credit"]) for row in rows[-2:]] == [
        ("merchant_payable", "5", ""), ("refunds_in_flight", "", "5"),
    ]  # fmt: skip


def test_an_empty_ledger_is_exported_in_every_format():
    assert [write([]).strip() for write in FORMATS.values()] == ["", ",".join(COLUMNS), "[]"]


def test_the_postings_of_the_json_export_balance():
    (exported,) = json.loads(as_json([posting()]))
    assert exported["posting"] == "captured.pay_1"
    assert exported["time"] == AT
    assert exported["lines"][0] == {"account": "acquirer_receivable", "amount": 100_000}
    assert sum(line["amount"] for line in exported["lines"]) == 0


class OneStage:
    """Stands for the stage of the command. wrong: paise by which a balance differs."""

    wrong = 0

    def __init__(self, *_):
        pass

    def is_there(self):
        return True

    def postings(self):
        return {"captured.pay_1": posting()}

    def totals(self):
        return dict(enumerate(totals_of(fees_credits=2000 + self.wrong)))


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs the command. Returns (exit status, standard output, standard error)."""
    monkeypatch.setattr(command, "Stage", OneStage)
    monkeypatch.setattr(command, "use_target", lambda: None)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["books", *words])
        return (command.main(), *capsys.readouterr())

    return run


@pytest.mark.parametrize("wrong", [0, 1])
def test_the_check_tells_a_program_what_differs(run, monkeypatch, wrong):
    monkeypatch.setattr(OneStage, "wrong", wrong)
    status, out, _ = run("--check", "--json")
    told = json.loads(out)
    assert status == wrong == len(told["differences"])
    assert (told["postings"], told["balances"]) == (1, len(Account))


def test_json_exports_the_postings(run):
    status, out, _ = run("--json")
    assert status == 0
    assert [row["posting"] for row in json.loads(out)] == ["captured.pay_1"]


def test_a_check_without_beancount_says_what_to_install(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "beancount", None)
    status, out, err = run("--check")
    assert (status, out) == (1, "")
    assert err == "The check of the books needs beancount: pip install beancount\n"
