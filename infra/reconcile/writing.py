"""Writes files as the simulated bank and acquirer send them, on demand with planted errors."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from xml.etree.ElementTree import Element, SubElement, tostring

from chalicelib.domain.money import in_major_unit
from infra.reconcile.lines import ACQUIRER, BANK, OPPOSITE, PAYOUT, SALE, TOLD, Line
from infra.reconcile.matching import (
    DOUBLE,
    LATE,
    MISSING,
    UNKNOWN,
    WRONG_AMOUNT,
    WRONG_CURRENCY,
    WRONG_DIRECTION,
    WRONG_FEE,
    WRONG_REFERENCE,
)
from infra.reconcile.reading import ACQUIRER_COLUMNS, BANK_COLUMNS
from infra.usage import UsageError

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
LATE_DAYS = 9

Plant = Callable[[Line], list[Line]]
# Each planted error turns one right line into these lines.
PLANTS: Mapping[str, Plant] = {
    MISSING: lambda _: [],
    DOUBLE: lambda line: [line, line],
    UNKNOWN: lambda line: [line, replace(line, id=f"{line.id[:-6]}UNKNWN")],
    WRONG_AMOUNT: lambda line: [replace(line, amount=line.amount + 1)],
    WRONG_CURRENCY: lambda line: [replace(line, currency="USD" if line.currency != "USD" else "EUR")],
    WRONG_DIRECTION: lambda line: [replace(line, kind=OPPOSITE[line.kind])],
    LATE: lambda line: [replace(line, day=_later(line.day))],
    WRONG_FEE: lambda line: [replace(line, fee=(line.fee or 0) + 1)],
    WRONG_REFERENCE: lambda line: [replace(line, reference="OTHER0000000000")],
}
# Eight errors for each kind of file. A bank charges no fee in its statement, and an acquirer gives no reference.
ERRORS = {
    BANK: tuple(name for name in PLANTS if name != WRONG_FEE),
    ACQUIRER: tuple(name for name in PLANTS if name != WRONG_REFERENCE),
}
FORMS = {"camt": BANK, "bank": BANK, "acquirer": ACQUIRER}


def write(form: str, ledger: Sequence[Line], *, plant: bool = False) -> tuple[str, dict[str, str]]:
    """Writes what the ledger expects in this form. Returns the text, and error -> id of the movement with that error.

    The oldest movement stays right: it tells where a CSV file begins. Raises UsageError without enough movements.
    """
    source = FORMS[form]
    lines = [line for line in ledger if line.kind in TOLD[source]]
    planted: dict[str, str] = {}
    last = max((line.day for line in lines), default="1970-01-01")
    if plant:
        lines, planted = _plant(ERRORS[source], lines)
    last = max([last, *(line.day for line in lines)])
    written = _camt(lines, last) if form == "camt" else _csv(source, lines)
    return written, planted


def _plant(errors: Sequence[str], lines: list[Line]) -> tuple[list[Line], dict[str, str]]:
    kinds = [line.kind for line in lines]
    ids = [line.id for line in lines]
    fit = [line for line in lines if kinds and ids.count(line.id) == 1 and line.kind in {SALE, PAYOUT}]
    if len(fit) <= len(errors):
        raise UsageError(f"{len(errors)} errors need {len(errors) + 1} payments or payouts; the ledger has {len(fit)}.")
    chosen = dict(zip((line.id for line in fit[1:]), errors, strict=False))
    turned = [new for line in lines for new in (PLANTS[chosen[line.id]](line) if line.id in chosen else [line])]
    unknown = {error: identifier for identifier, error in chosen.items()}
    unknown[UNKNOWN] = f"{unknown[UNKNOWN][:-6]}UNKNWN"
    return turned, unknown


def _later(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=LATE_DAYS)).isoformat()


def _csv(source: str, lines: Iterable[Line]) -> str:
    columns = BANK_COLUMNS if source == BANK else ACQUIRER_COLUMNS
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore")
    writer.writeheader()
    for line in lines:
        writer.writerow(
            {
                "date": line.day,
                "type": line.kind,
                "settlement_id": line.id,
                "id": line.id,
                "reference": line.reference,
                "amount": in_major_unit(line.amount, line.currency),
                "fee": in_major_unit(line.fee or 0, line.currency),
                "currency": line.currency,
            }
        )
    return text.getvalue()


def _camt(lines: Sequence[Line], last: str) -> str:
    root = Element("Document", xmlns=NAMESPACE)
    statement = SubElement(SubElement(root, "BkToCstmrStmt"), "Stmt")
    _add(statement, "Id", f"STMT-{last}")
    period = SubElement(statement, "FrToDt")
    _add(period, "FrDtTm", f"{min((line.day for line in lines), default=last)}T00:00:00Z")
    _add(period, "ToDtTm", f"{last}T23:59:59Z")
    for line in lines:
        _entry(statement, line)
    return tostring(root, encoding="unicode", xml_declaration=True)


def _entry(statement: Element, line: Line) -> None:
    entry = SubElement(statement, "Ntry")
    SubElement(entry, "Amt", Ccy=line.currency).text = in_major_unit(line.amount, line.currency)
    _add(entry, "CdtDbtInd", "DBIT" if line.kind == PAYOUT else "CRDT")
    _add(SubElement(entry, "Sts"), "Cd", "BOOK")
    _add(SubElement(entry, "BookgDt"), "Dt", line.day)
    _add(entry, "AcctSvcrRef", line.reference)
    references = SubElement(SubElement(SubElement(entry, "NtryDtls"), "TxDtls"), "Refs")
    _add(references, "EndToEndId", line.id)


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text
