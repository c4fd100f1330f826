"""Files as a real bank sends them, and files that a stranger sends: read rightly, or refused with one sentence."""

import time

import pytest

from infra.reconcile import __main__ as command
from infra.reconcile.lines import Line, together
from infra.reconcile.matching import MISSING, UNKNOWN, compare
from infra.reconcile.reading import MOST_BYTES, read, read_path
from infra.usage import UsageError

HEAD = "date,type,settlement_id,reference,amount,currency\n"
ROW = "2026-11-25,payout,setl_1,U1,976.40,INR\n"
PAID = Line("payout", "setl_1", 97_640, "INR", "2026-11-25", None, "U1")


def statement(entries, head='<?xml version="1.0"?>', period=""):
    return (
        f'{head}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>{period}{entries}'
        "</Stmt></BkToCstmrStmt></Document>"
    )


def entry(details, amount="976.40", status="<Sts><Cd>BOOK</Cd></Sts>", mark="DBIT"):
    return (
        f'<Ntry><Amt Ccy="INR">{amount}</Amt><CdtDbtInd>{mark}</CdtDbtInd>{status}<BookgDt><Dt>2026-11-25</Dt></BookgDt>'
        f"<AcctSvcrRef>U1</AcctSvcrRef><NtryDtls>{details}</NtryDtls></Ntry>"
    )


def detail(object_id, more=""):
    return f"<TxDtls><Refs><EndToEndId>{object_id}</EndToEndId></Refs>{more}</TxDtls>"


def laughs():
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE a [<!ENTITY l0 "ha">{entities}]>' + statement(entry(detail("&l11;")), head="")


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x00" * 100, b"\xff\xfe", b"\x89PNG\r\n\x1a\n\x00", b"%PDF-1.7", HEAD.encode(),
        (HEAD + ROW).encode("utf-16")[:-1], (HEAD + ROW.replace("U1", "Ü")).encode("latin-1"),
        (HEAD + ROW.replace("U1", "U" * 200_000)).encode(), (HEAD + '"' + "x" * 200_000).encode(),
        *((HEAD + ROW.replace("976.40", text)).encode() for text in
          ("NaN", "Infinity", "-Infinity", "1e999999", "1e9999999999", "1E+5", "9" * 5000, "1_0", "٣", "")),
        laughs().encode(),
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + statement(entry(detail("&x;")), head="").encode(),
        b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]><a/>',
        statement(entry(detail("setl_1")), head='<?xml version="1.0" encoding="klingon"?>').encode(),
        statement(entry(detail("setl_1")), head='<?xml version="1.0" encoding="utf-7"?>').encode(),
        statement(entry(detail("Ü"))).encode("latin-1"), statement("").encode(),
        statement(entry(detail("setl_1"), mark="")).encode(), statement(entry(detail("setl_1"), amount="")).encode(),
        statement(entry(detail("a") + detail("b"))).encode(),
        statement("", period="<FrToDt><FrDtTm>2026-11-26T00:00:00Z</FrDtTm><ToDtTm>2026-11-25T00:00:00Z</ToDtTm></FrToDt>"
                  ).encode(),
    ],
)  # fmt: skip
def test_a_broken_or_hostile_file_is_refused_with_one_sentence(data):
    began = time.monotonic()
    with pytest.raises(UsageError):
        read(data)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("opening", ["<a>", "<Ntry>"])
def test_tags_that_are_nested_deeply_cost_no_more_than_their_bytes(opening):
    began = time.monotonic()
    nested = statement(f"{opening * 100_000}x{opening.replace('<', '</') * 100_000}")
    with pytest.raises(UsageError):
        read(nested.encode())
    assert time.monotonic() - began < 5


def test_a_file_that_is_too_large_is_refused_before_it_is_read_whole(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as large:
        large.truncate(MOST_BYTES * 1000)
    with pytest.raises(UsageError, match=r"large\.csv: The file is larger than 16 MiB"):
        read_path(path)


@pytest.mark.parametrize(
    "data",
    [
        (HEAD + ROW).encode("utf-8-sig"), (HEAD + ROW).encode("utf-16"), (HEAD + ROW).replace("\n", "\r\n").encode(),
        statement(entry(detail("setl_1"))).encode("utf-8-sig"),
        statement(entry(detail("setl_1")), head='<?xml version="1.0" encoding="ISO-8859-1"?><!-- é -->').encode("latin-1"),
        statement(entry(detail("setl_1")), head="").encode("utf-16"),
        statement(entry(detail("setl_1"), status="<Sts>BOOK</Sts>")).encode(),
        statement(entry(detail("setl_1"), status="")).encode(),
    ],
)  # fmt: skip
def test_the_encodings_and_versions_of_banks_are_read(data):
    result = compare(read(data), [PAID])
    assert (result.matched, result.exceptions) == (1, ())


def test_an_entry_that_is_not_booked_yet_is_no_payout():
    period = "<FrToDt><FrDtTm>2026-11-25T00:00:00Z</FrDtTm><ToDtTm>2026-11-25T23:59:59Z</ToDtTm></FrToDt>"
    text = statement(entry(detail("setl_1"), status="<Sts><Cd>PDNG</Cd></Sts>"), period=period)
    result = compare(read(text.encode()), [PAID])
    assert (result.matched, result.waiting, result.exceptions) == (0, 1, ())


@pytest.mark.parametrize(
    "amounts", ['<Amt Ccy="INR">{}</Amt>', '<AmtDtls><TxAmt><Amt Ccy="INR">{}</Amt></TxAmt></AmtDtls>']
)
def test_each_transaction_of_a_batch_is_a_line(amounts):
    batch = detail("setl_1", amounts.format("976.40")) + detail("setl_2", amounts.format("10.00"))
    result = compare(
        read(statement(entry(batch, amount="986.40")).encode()),
        [PAID, Line(*("payout", "setl_2", 1000, "INR"), PAID.day)],
    )
    assert (result.matched, result.exceptions) == (2, ())


def test_every_unknown_movement_is_named_though_the_bank_gives_them_no_id():
    charges = "".join(entry(detail("NOTPROVIDED"), amount=amount) for amount in ("5.00", "7.00"))
    found = compare(read(statement(charges).encode()), []).exceptions
    assert [each.name for each in found] == [UNKNOWN, UNKNOWN]
    assert ["payout 500 INR" in found[0].detail, "payout 700 INR" in found[1].detail] == [True, True]


def day_of(number, *ids):
    return read((HEAD + "".join(f"2026-11-{number:02},payout,{each},,1.00,INR\n" for each in ids)).encode())


def test_what_no_statement_of_several_days_has_is_missing():
    ledger = [Line("payout", f"setl_{n}", 100, "INR", f"2026-11-{n:02}") for n in range(10, 20)]
    days = [day_of(n, f"setl_{n}") if n != 12 else day_of(n, "setl_late") for n in range(10, 20)]
    found = {(each.name, each.subject) for each in compare(together(days), ledger).exceptions}
    assert found == {(UNKNOWN, "setl_late"), (MISSING, "setl_12")}


def test_files_of_different_sources_are_not_compared_as_one():
    acquirers = read(b"date,type,id,amount,fee,currency\n2026-11-25,sale,pay_1,1.00,0,INR\n")
    with pytest.raises(UsageError, match="apart"):
        together([day_of(10, "setl_1"), acquirers])


def test_a_file_of_many_lines_is_compared_in_seconds():
    ledger = [Line("payout", f"setl_{n}", 100, "INR", "2026-11-10") for n in range(20_000)]
    file = day_of(10, *(f"setl_x{n}" for n in range(20_000)))
    began = time.monotonic()
    result = compare(file, ledger)
    assert (result.waiting, len(result.exceptions)) == (20_000, 20_000)
    assert time.monotonic() - began < 5


def test_a_file_cannot_command_the_terminal():
    file = read((HEAD + ROW.replace("setl_1", "\x1b]0;owned\x07\x1b[2J")).encode())
    printed = "\n".join(command.report(file, compare(file, [])))
    assert "\\x1b]0;owned\\x07" in printed
    assert all(char.isprintable() or char == "\n" for char in printed)
