"""Checks cards: Luhn digit, network, expiry, CVV."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from chalicelib.domain.errors import ExpiredCard, InvalidCard

SEPARATORS = str.maketrans("", "", " -")
NUMBER = re.compile(r"[0-9]{13,19}")
CENTURY = 2000
TWO_DIGITS = 2
MONTHS = 12

# (first prefix, last prefix, network); prefixes of one row have the same length.
NETWORKS = (
    ("4", "4", "visa"),
    ("51", "55", "mastercard"),
    ("2221", "2720", "mastercard"),
    ("34", "34", "amex"),
    ("37", "37", "amex"),
    ("60", "60", "rupay"),
    ("65", "65", "rupay"),
    ("81", "89", "rupay"),
)
# The first digits of the test cards that count as issued outside India.
FOREIGN = ("401288", "510406", "510510", "555555")
CVV_DIGITS = {"amex": 4}
DEFAULT_CVV_DIGITS = 3
# The number of last digits of a card number that may be kept and shown.
LAST = 4


@dataclass(frozen=True, slots=True)
class Card:
    """A checked card. number and cvv stay out of repr, so that no log line or traceback shows them."""

    number: str = field(repr=False)
    expiry_month: int
    expiry_year: int
    cvv: str = field(repr=False)
    holder_name: str
    network: str

    @property
    def international(self) -> bool:
        """Returns whether the card is known to be issued outside India."""
        return self.number.startswith(FOREIGN)

    @property
    def last4(self) -> str:
        return self.number[-LAST:]


def luhn(number: str) -> bool:
    """Returns whether the check digit is right (ISO/IEC 7812-1 Annex B)."""
    digits = [int(c) for c in reversed(number)]
    doubled = [sum(divmod(2 * d, 10)) for d in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def network(number: str) -> str:
    for first, last, name in NETWORKS:
        if first <= number[: len(first)] <= last:
            return name
    return "unknown"


def full_year(year: str) -> int:
    """Returns the full year. Two digits are 20YY; 0030 is the year 30."""
    return int(year) + CENTURY if len(year) == TWO_DIGITS else int(year)


def check_expiry(month: int, year: int, now: float) -> None:
    """Raises ExpiredCard after the last second of the card's month, in UTC. now: Unix seconds."""
    today = datetime.fromtimestamp(now, UTC)
    if not 1 <= month <= MONTHS or (year, month) < (today.year, today.month):
        raise ExpiredCard


def check(number: str, month: int, year: int, cvv: str, holder_name: str, now: float) -> Card:  # a card has these parts
    """Checks a card as sent and returns it. year: the full year. now: Unix seconds.

    Raises InvalidCard or ExpiredCard.
    """
    digits = number.translate(SEPARATORS)
    if not NUMBER.fullmatch(digits) or not luhn(digits):
        raise InvalidCard("card.number")
    scheme = network(digits)
    check_expiry(month, year, now)
    if not re.fullmatch(rf"[0-9]{{{CVV_DIGITS.get(scheme, DEFAULT_CVV_DIGITS)}}}", cvv):
        raise InvalidCard("card.cvv")
    if not holder_name.strip():
        raise InvalidCard("card.holder_name")
    return Card(digits, month, year, cvv, holder_name.strip(), scheme)
