"""Reads a bank statement (camt.053 or CSV) or an acquirer's file (CSV)."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from infra.reconcile.lines import ACQUIRER, BANK, PAYOUT, RETURN, TOLD, File, Line, minor
from infra.usage import UsageError

BANK_COLUMNS = ("date", "type", "settlement_id", "reference", "amount", "currency")
ACQUIRER_COLUMNS = ("date", "type", "id", "amount", "fee", "currency")


def read(text: str) -> File:
    """Reads a file; its content tells its form. Raises UsageError for a file that it cannot read."""
    return _camt(text) if text.lstrip("\ufeff \r\n\t").startswith("<") else _csv(text)


def _csv(text: str) -> File:
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    columns = set(rows.fieldnames or ())
    for source, wanted in ((BANK, BANK_COLUMNS), (ACQUIRER, ACQUIRER_COLUMNS)):
        if columns >= set(wanted):
            return _file(source, [_row(source, row, f"line {rows.line_num}") for row in rows])
    raise UsageError(
        f"The file is no camt.053 and has not the columns of a bank ({', '.join(BANK_COLUMNS)}) "
        f"or of an acquirer ({', '.join(ACQUIRER_COLUMNS)})."
    )


def _row(source: str, row: dict[str, str], place: str) -> Line:
    if None in row.values() or row["type"] not in TOLD[source]:
        raise UsageError(f"{place}: type must be one of {', '.join(TOLD[source])}, and no column may be missing")
    currency = row["currency"].strip()
    of_bank = source == BANK
    return Line(
        row["type"],
        row["settlement_id" if of_bank else "id"].strip(),
        minor(row["amount"], currency, place),
        currency,
        _day(row["date"], place),
        None if of_bank else minor(row["fee"], currency, place),
        row["reference"].strip() if of_bank else "",
        place,
    )


def _day(text: str, place: str) -> str:
    try:
        return date.fromisoformat(text.strip()[:10]).isoformat()
    except ValueError:
        raise UsageError(f"{place}: {text!r} is no date") from None


def _file(source: str, lines: list[Line], first: str = "", last: str = "") -> File:
    days = [line.day for line in lines]
    return File(source, tuple(lines), first or min(days, default="9999"), last or max(days, default="0000"))


def _camt(text: str) -> File:
    """Reads the entries of all statements of an ISO 20022 camt.053, of any version."""
    try:
        root = fromstring(text.encode())
    except (ParseError, DefusedXmlException) as error:
        raise UsageError(f"The file is no XML that can be read: {error!r}") from None
    statements = list(_all(root, "Stmt"))
    if not statements:
        raise UsageError("The file has no statement (Stmt), so it is no camt.053.")
    lines = [_entry(entry, f"entry {n}") for n, entry in enumerate(_entries(statements), start=1)]
    starts = [_day(_text(each, "FrDtTm"), "FrToDt") for each in statements if _text(each, "FrDtTm")]
    ends = [_day(_text(each, "ToDtTm"), "FrToDt") for each in statements if _text(each, "ToDtTm")]
    return _file(BANK, lines, min(starts, default=""), max(ends, default=""))


def _entries(statements: Iterable[Element]) -> Iterator[Element]:
    for statement in statements:
        yield from _all(statement, "Ntry")


def _entry(entry: Element, place: str) -> Line:
    """Reads a booked entry. A debit is a payout of the gateway's; a credit is one that came back."""
    amount = next(_all(entry, "Amt"), None)
    if amount is None:
        raise UsageError(f"{place}: no amount (Amt)")
    currency = amount.get("Ccy", "")
    booked = next(_all(entry, "BookgDt"), None)
    day = "" if booked is None else _text(booked, "Dt") or _text(booked, "DtTm")
    return Line(
        PAYOUT if _text(entry, "CdtDbtInd") == "DBIT" else RETURN,
        _text(entry, "EndToEndId"),
        minor(amount.text or "", currency, place),
        currency,
        _day(day, place),
        None,
        _text(entry, "AcctSvcrRef"),
        place,
    )


def _all(element: Element, name: str) -> Iterator[Element]:
    """Yields the descendants of a name in any namespace: each version of camt.053 has its own."""
    return (each for each in element.iter() if each.tag.rpartition("}")[2] == name)


def _text(element: Element, name: str) -> str:
    return next((str(each.text or "").strip() for each in _all(element, name)), "")
