"""Reads the booked entries of an ISO 20022 camt.053, of any version."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from infra.reconcile.lines import BANK, PAYOUT, RETURN, File, Line, covering, day, minor
from infra.usage import UsageError

# A debit is a payout of the gateway's; a credit is one that came back.
KINDS = {"DBIT": PAYOUT, "CRDT": RETURN}
BOOKED = "BOOK"


def read(data: bytes) -> File:
    """Reads all statements. Raises UsageError for a file that is no camt.053, and for entities in it."""
    try:
        root = fromstring(data)
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise UsageError(f"The file is no XML that can be read: {error!r}") from None
    statements = [each for message in root for each in _children(message, "Stmt")]
    if not statements:
        raise UsageError("The file has no statement (Stmt), so it is no camt.053.")
    entries = (entry for each in statements for entry in _children(each, "Ntry"))
    lines = [line for n, entry in enumerate(entries, start=1) for line in _lines(entry, f"entry {n}")]
    starts = [day(text, "FrToDt") for each in statements if (text := _text(each, "FrToDt", "FrDtTm"))]
    ends = [day(text, "FrToDt") for each in statements if (text := _text(each, "FrToDt", "ToDtTm"))]
    return covering(BANK, lines, min(starts, default=""), max(ends, default=""))


def _lines(entry: Element, place: str) -> Iterator[Line]:
    """Yields the lines of an entry: one for each transaction in it. An entry that is not booked yet has none."""
    status = _text(entry, "Sts", "Cd") or _text(entry, "Sts")
    if status not in {"", BOOKED}:
        return
    details = [one for group in _children(entry, "NtryDtls") for one in _children(group, "TxDtls")]
    if len(details) <= 1:
        yield _line(entry, entry, details[0] if details else entry, place)
        return
    for n, detail in enumerate(details, start=1):
        yield _line(entry, _amount_of(detail), detail, f"{place}, detail {n}")


def _amount_of(detail: Element) -> Element:
    """Returns the element that holds the amount of one of several transactions. Older versions have it deeper."""
    older = [part for each in _children(detail, "AmtDtls") for part in _children(each, "TxAmt")]
    return older[0] if older and not any(_children(detail, "Amt")) else detail


def _line(entry: Element, amounts: Element, detail: Element, place: str) -> Line:
    amount = next(_children(amounts, "Amt"), None)
    kind = KINDS.get(_text(detail, "CdtDbtInd") or _text(entry, "CdtDbtInd"))
    if amount is None or kind is None:
        raise UsageError(f"{place}: no amount (Amt), or it is neither a debit nor a credit (CdtDbtInd)")
    currency = amount.get("Ccy", "")
    booked = _text(entry, "BookgDt", "Dt") or _text(entry, "BookgDt", "DtTm")
    reference = _text(detail, "Refs", "AcctSvcrRef") or _text(entry, "AcctSvcrRef")
    return Line(
        kind,
        _text(detail, "Refs", "EndToEndId"),
        minor(amount.text or "", currency, place),
        currency,
        day(booked, place),
        None,
        reference,
        place,
    )


def _children(element: Element, name: str) -> Iterator[Element]:
    """Yields the children of a name in any namespace: each version of camt.053 has its own."""
    return (each for each in element if each.tag.rpartition("}")[2] == name)


def _text(element: Element, *path: str) -> str:
    """Returns the text at a path of names; an empty text if there is none."""
    found: Element | None = element
    for name in path:
        found = None if found is None else next(_children(found, name), None)
    return "" if found is None else str(found.text or "").strip()
