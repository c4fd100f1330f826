"""Defines what a file says and what the ledger expects, in one form for every kind of file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chalicelib.domain.money import in_major_unit
from infra.usage import UsageError

SALE, REFUND, PAYOUT, RETURN = "sale", "refund", "payout", "return"
BANK, ACQUIRER = "bank", "acquirer"
# What each kind of file tells about.
TOLD = {BANK: (PAYOUT, RETURN), ACQUIRER: (SALE, REFUND)}
OPPOSITE = {SALE: REFUND, REFUND: SALE, PAYOUT: RETURN, RETURN: PAYOUT}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file, or a movement that the ledger expects in one.

    id: the gateway's id of the payment, refund or settlement. amount and fee: minor units; fee None: the file has none.
    day: a UTC day. reference: the bank's, if there is one. place: where the line stands, for people.
    """

    kind: str
    id: str
    amount: int
    currency: str
    day: str
    fee: int | None = None
    reference: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was read. first, last: the UTC days that it covers, both included."""

    source: str
    lines: tuple[Line, ...]
    first: str
    last: str


# Fifteen digits are more money than there is, and Decimal computes them exactly.
AMOUNT = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,9})?")


def covering(source: str, lines: Sequence[Line], first: str = "", last: str = "") -> File:
    """Returns the file of these lines. first, last: the days that it says it covers, else those of its lines.

    Raises UsageError if it covers no day: nothing could be missing in it.
    """
    days = [line.day for line in lines]
    first, last = first or min(days, default="9999"), last or max(days, default="0000")
    if first > last:
        raise UsageError("The file covers no day: it has no line, or ends before it begins.")
    return File(source, tuple(lines), first, last)


def together(files: Sequence[File]) -> File:
    """Returns several files of one source as one. Raises UsageError if one is the bank's and another the acquirer's."""
    if len({file.source for file in files}) > 1:
        raise UsageError("The files are of a bank and of an acquirer. Reconcile them apart.")
    lines = [line for file in files for line in file.lines]
    return covering(files[0].source, lines, min(file.first for file in files), max(file.last for file in files))


def day(text: str, place: str) -> str:
    """Reads a date, or the date of a time. Raises UsageError."""
    try:
        return date.fromisoformat(text.strip()[:10]).isoformat()
    except ValueError:
        raise UsageError(f"{place}: {text!r} is no date") from None


def minor(text: str, currency: str, place: str) -> int:
    """Reads an amount in major units, such as 976.40. Raises UsageError unless it is a whole number of minor units."""
    if not AMOUNT.fullmatch(text.strip()):
        raise UsageError(f"{place}: {text[:40]!r} is no amount")
    amount = Decimal(text.strip()).scaleb(len(in_major_unit(0, currency).partition(".")[2]))
    if amount != int(amount):
        raise UsageError(f"{place}: {text!r} is finer than the minor unit of {currency!r}")
    return int(amount)
