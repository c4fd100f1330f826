"""Defines what a file says and what the ledger expects, in one form for every kind of file."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from chalicelib.domain.money import in_major_unit
from infra.usage import UsageError

SALE, REFUND, PAYOUT, RETURN = "sale", "refund", "payout", "return"
BANK, ACQUIRER = "bank", "acquirer"
# What each kind of file tells about.
TOLD = {BANK: (PAYOUT, RETURN), ACQUIRER: (SALE, REFUND)}


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


def minor(text: str, currency: str, place: str) -> int:
    """Reads an amount in major units, such as 976.40. Raises UsageError unless it is a whole number of minor units."""
    digits = len(in_major_unit(0, currency).partition(".")[2])
    try:
        amount = Decimal(text.strip()).scaleb(digits)
        whole = int(amount)
    except (InvalidOperation, ValueError, OverflowError):
        raise UsageError(f"{place}: {text!r} is no amount") from None
    if amount != whole:
        raise UsageError(f"{place}: {text!r} is finer than the minor unit of {currency}")
    return whole
