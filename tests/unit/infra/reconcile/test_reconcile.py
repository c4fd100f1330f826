"""A file of the bank or of the acquirer against the ledger: what agrees is matched, and every error has its name."""

import re
import sys

import pytest

from infra.reconcile import __main__ as command
from infra.reconcile.ledger import expected
from infra.reconcile.lines import ACQUIRER, BANK, Line
from infra.reconcile.matching import ADVICE, DOUBLE, LATE, MISSING, UNKNOWN, WRONG_AMOUNT, WRONG_DIRECTION, compare
from infra.reconcile.reading import read
from infra.reconcile.writing import ERRORS, FORMS, write
from infra.usage import UsageError

CURRENCIES = ("INR", "JPY", "KWD")
FEE, TAX = 2000, 360


def posting(movement, object_id, day, lines, currency="INR"):
    at = f"2026-11-{day:02}T10:00:00.000000Z"
    return f"{at} {object_id}", {
        "movement": movement, "object_id": object_id, "at_id": f"{at}#{movement}.{object_id}", "currency": currency,
        "lines": [list(line) for line in lines.items()], "merchant_id": "m",
    }  # fmt: skip


def books():
    """Twelve payments, a refund, twelve settlements that were paid, and one that came back."""
    rows = []
    for n in range(12):
        currency = CURRENCIES[n % 3]
        taken = {"acquirer_receivable": 100_000, "merchant_payable": -97_640, "fees": -FEE, "tax": -TAX}
        rows.append(posting("captured", f"pay_{n:016}", n + 1, taken, currency))
        paid = {"settlements_in_transit": 97_640, "merchant_bank": -97_640}
        rows.append(posting("settlement_paid", f"setl_{n:016}", n + 1, paid, currency))
    refunded = {"refunds_in_flight": 500, "acquirer_receivable": -500}
    rows.append(posting("refund_processed", "rfnd_0000000000000001", 3, refunded))
    back = {"settlements_in_transit": 700, "merchant_payable": -700}
    rows.append(posting("settlement_returned", "setl_returned00000001", 4, back))
    settlements = {f"setl_{n:016}": {"utr": f"SIMB{n:012}"} for n in range(12)}
    return dict(rows), settlements


@pytest.fixture
def ledger():
    return expected(*books())


@pytest.mark.parametrize("form", FORMS)
def test_a_right_file_matches_the_ledger(ledger, form):
    text, planted = write(form, ledger)
    file = read(text.encode())
    result = compare(file, ledger)
    assert (result.exceptions, result.waiting, planted) == ((), 0, {})
    assert result.matched == len(file.lines) == {BANK: 14, ACQUIRER: 13}[FORMS[form]]


@pytest.mark.parametrize("form", FORMS)
def test_eight_planted_errors_are_all_found_and_named(ledger, form):
    text, planted = write(form, ledger, plant=True)
    result = compare(read(text.encode()), ledger)
    assert len(planted) == 8
    assert {(each.name, each.subject) for each in result.exceptions} == set(planted.items())
    assert len(result.exceptions) == 8
    assert all(each.advice == ADVICE[each.name] for each in result.exceptions)


def test_every_exception_has_advice_and_is_planted_in_some_file():
    assert {*ERRORS[BANK], *ERRORS[ACQUIRER]} == set(ADVICE)


@pytest.mark.parametrize("form", FORMS)
def test_each_amount_is_read_back_as_it_was_written(ledger, form):
    lines = {(line.kind, line.id): line for line in ledger}
    for line in read(write(form, ledger)[0].encode()).lines:
        wanted = lines[line.kind, line.id]
        assert (line.amount, line.currency, line.day) == (wanted.amount, wanted.currency, wanted.day)


def test_what_is_a_few_days_old_may_still_come(ledger):
    text, _ = write("acquirer", ledger)
    lines = text.splitlines()
    without = "\n".join(line for line in lines if "pay_0000000000000010" not in line)
    result = compare(read(without.encode()), ledger)
    assert (result.waiting, result.exceptions) == (1, ())


def test_what_is_outside_the_days_of_the_file_is_not_missing(ledger):
    text, _ = write("bank", ledger)
    lines = text.splitlines()
    later = "\n".join([lines[0], *(line for line in lines if line.startswith("2026-11-1"))])
    assert compare(read(later.encode()), ledger).exceptions == ()


def test_money_that_came_back_beside_its_payout_is_unknown_to_a_ledger_that_knows_only_the_payout(ledger):
    paid = next(line for line in ledger if line.id == "setl_0000000000000003" and line.kind == "payout")
    text, _ = write("bank", [*ledger, Line("return", paid.id, paid.amount, paid.currency, paid.day)])
    (found,) = compare(read(text.encode()), ledger).exceptions
    assert (found.name, found.subject) == (UNKNOWN, paid.id)


@pytest.mark.parametrize(
    "text",
    [
        "", "a,b\n1,2\n", "<a/>", "<Document>", "date,type,id,amount,fee,currency\n2026-11-01,gift,x,1,0,INR\n",
        "date,type,id,amount,fee,currency\n2026-11-01,sale,x,1.005,0,INR\n",
        "date,type,id,amount,fee,currency\nyesterday,sale,x,1,0,INR\n",
        "date,type,id,amount,fee,currency\n2026-11-01,sale,x,much,0,INR\n",
        "date,type,id,amount,fee,currency\n2026-11-01,sale,x,1\n",
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused(text):
    with pytest.raises(UsageError):
        read(text.encode())


def test_a_statement_of_another_version_and_with_a_time_is_read():
    text = """<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>
    <Stmt><Ntry><Amt Ccy="INR">976.40</Amt><CdtDbtInd>DBIT</CdtDbtInd><BookgDt><DtTm>2026-11-25T02:00:00Z</DtTm></BookgDt>
    <AcctSvcrRef>U1</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>setl_1</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>
    </Stmt></BkToCstmrStmt></Document>"""
    (line,) = read(text.encode()).lines
    assert (line.kind, line.id, line.amount, line.day, line.reference) == (
        "payout",
        "setl_1",
        97_640,
        "2026-11-25",
        "U1",
    )


def test_errors_need_as_many_movements(ledger):
    with pytest.raises(UsageError, match="8 errors need 9"):
        write("camt", ledger[:6], plant=True)


class Stage:
    def __init__(self, _stack, merchant):
        self.merchant = merchant

    def is_there(self):
        return self.merchant != "nobody"

    def postings(self):
        return books()[0]

    def settlements(self):
        return books()[1]


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setattr(command, "Stage", Stage)
    monkeypatch.setattr(command, "use_target", lambda: None)

    def main(*words):
        monkeypatch.setattr(sys, "argv", ["reconcile", *words])
        return command.main()

    return main


def test_the_command_writes_a_file_with_errors_and_finds_them(run, tmp_path, capsys):
    path = str(tmp_path / "statement.xml")
    assert run(path, "--write", "camt", "--plant") == 0
    planted = re.findall("^planted: (.+) (.+)$", capsys.readouterr().out, re.MULTILINE)
    assert run(path) == 1
    printed = capsys.readouterr().out
    assert "8 exceptions" in printed
    assert all(f"{name.upper()} {subject}: " in printed for name, subject in planted)
    assert all(ADVICE[name] in printed for name in (MISSING, DOUBLE, WRONG_AMOUNT, WRONG_DIRECTION, LATE))


def test_the_command_succeeds_when_all_agree(run, tmp_path):
    path = str(tmp_path / "acquirer.csv")
    assert run(path, "--write", "acquirer") == 0
    assert run(path) == 0


@pytest.mark.parametrize("words", [["no-such-file"], ["x", "--merchant", "nobody"]])
def test_the_command_says_what_it_lacks(run, capsys, words):
    assert run(*words) == 1
    assert capsys.readouterr().err
