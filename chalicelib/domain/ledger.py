"""Defines the books as data: the accounts, the movements of money, and the lines of each movement.

An amount on a line is signed: a debit is positive and a credit is negative, in minor units. docs/books.md shows the
tables. The ledger, its export and the statements are made from them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from chalicelib.domain.fees import FREE, Charge


class Account(StrEnum):
    """An account of the books. Every merchant has each account once for each currency."""

    ACQUIRER_RECEIVABLE = "acquirer_receivable"
    MERCHANT_PAYABLE = "merchant_payable"
    FEES = "fees"
    TAX = "tax"
    REFUNDS_IN_FLIGHT = "refunds_in_flight"
    DISPUTES_RESERVED = "disputes_reserved"
    SETTLEMENTS_IN_TRANSIT = "settlements_in_transit"
    MERCHANT_BANK = "merchant_bank"


class Kind(StrEnum):
    """The kind of an account, by the names that accounting programs use."""

    ASSETS = "Assets"
    LIABILITIES = "Liabilities"
    INCOME = "Income"
    EQUITY = "Equity"


@dataclass(frozen=True, slots=True)
class Nature:
    """What an account is. meaning: what its balance says."""

    kind: Kind
    meaning: str


CHART = {
    Account.ACQUIRER_RECEIVABLE: Nature(Kind.ASSETS, "money that the acquirer took, less what it gave back"),
    Account.MERCHANT_PAYABLE: Nature(Kind.LIABILITIES, "money that the gateway owes to the merchant"),
    Account.FEES: Nature(Kind.INCOME, "fees that the gateway earned, without tax"),
    Account.TAX: Nature(Kind.LIABILITIES, "tax on the fees, owed to the tax office"),
    Account.REFUNDS_IN_FLIGHT: Nature(Kind.LIABILITIES, "money owed to payers until the bank has paid it"),
    Account.DISPUTES_RESERVED: Nature(Kind.LIABILITIES, "money held back until a dispute ends"),
    Account.SETTLEMENTS_IN_TRANSIT: Nature(Kind.LIABILITIES, "money on its way to the merchant's bank"),
    Account.MERCHANT_BANK: Nature(Kind.EQUITY, "money that arrived at the merchant's bank"),
}


class Movement(StrEnum):
    """An event that moves money. Each happens at most once to an object."""

    CAPTURED = "captured"
    REFUND_CREATED = "refund_created"
    REFUND_PROCESSED = "refund_processed"
    REFUND_FAILED = "refund_failed"
    LATE_TAKEN = "late_taken"  # the bank took money for an order that takes none
    LATE_RETURNED = "late_returned"  # the bank confirmed that it gave such money back
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"
    SETTLEMENT_MADE = "settlement_made"
    SETTLEMENT_PAID = "settlement_paid"
    SETTLEMENT_RETURNED = "settlement_returned"


class Part(StrEnum):
    """The part of a movement's amount that a line carries."""

    AMOUNT = "amount"
    NET = "amount less fee and tax"
    FEE = "fee without tax"
    TAX = "tax"


DEBIT, CREDIT = 1, -1


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a movement. side: DEBIT or CREDIT."""

    account: Account
    side: int
    part: Part


def _pair(debited: Account, credited: Account) -> tuple[Rule, ...]:
    return Rule(debited, DEBIT, Part.AMOUNT), Rule(credited, CREDIT, Part.AMOUNT)


# The charge of a refund is the part of the payment's fee that comes back with the refund.
RULES = {
    Movement.CAPTURED: (
        Rule(Account.ACQUIRER_RECEIVABLE, DEBIT, Part.AMOUNT),
        Rule(Account.MERCHANT_PAYABLE, CREDIT, Part.NET),
        Rule(Account.FEES, CREDIT, Part.FEE),
        Rule(Account.TAX, CREDIT, Part.TAX),
    ),
    Movement.REFUND_CREATED: (
        Rule(Account.MERCHANT_PAYABLE, DEBIT, Part.NET),
        Rule(Account.FEES, DEBIT, Part.FEE),
        Rule(Account.TAX, DEBIT, Part.TAX),
        Rule(Account.REFUNDS_IN_FLIGHT, CREDIT, Part.AMOUNT),
    ),
    Movement.REFUND_PROCESSED: _pair(Account.REFUNDS_IN_FLIGHT, Account.ACQUIRER_RECEIVABLE),
    Movement.REFUND_FAILED: (
        Rule(Account.REFUNDS_IN_FLIGHT, DEBIT, Part.AMOUNT),
        Rule(Account.MERCHANT_PAYABLE, CREDIT, Part.NET),
        Rule(Account.FEES, CREDIT, Part.FEE),
        Rule(Account.TAX, CREDIT, Part.TAX),
    ),
    Movement.LATE_TAKEN: _pair(Account.ACQUIRER_RECEIVABLE, Account.REFUNDS_IN_FLIGHT),
    Movement.LATE_RETURNED: _pair(Account.REFUNDS_IN_FLIGHT, Account.ACQUIRER_RECEIVABLE),
    Movement.DISPUTE_OPENED: _pair(Account.MERCHANT_PAYABLE, Account.DISPUTES_RESERVED),
    Movement.DISPUTE_WON: _pair(Account.DISPUTES_RESERVED, Account.MERCHANT_PAYABLE),
    Movement.DISPUTE_LOST: _pair(Account.DISPUTES_RESERVED, Account.ACQUIRER_RECEIVABLE),
    Movement.SETTLEMENT_MADE: _pair(Account.MERCHANT_PAYABLE, Account.SETTLEMENTS_IN_TRANSIT),
    Movement.SETTLEMENT_PAID: _pair(Account.SETTLEMENTS_IN_TRANSIT, Account.MERCHANT_BANK),
    Movement.SETTLEMENT_RETURNED: _pair(Account.SETTLEMENTS_IN_TRANSIT, Account.MERCHANT_PAYABLE),
}


class Unbalanced(ValueError):
    """The lines of a posting do not sum to zero."""


@dataclass(frozen=True, slots=True)
class Line:
    """An amount on an account. amount: minor units; a debit is positive, a credit is negative."""

    account: Account
    amount: int


@dataclass(frozen=True, slots=True)
class Posting:
    """A movement in the books, with all its lines. Raises Unbalanced unless the lines sum to zero.

    object_id: the payment, refund, dispute or settlement that moved the money. at: an ISO time. earned_on: the UTC day
    on which the money's payment was captured; the settlement delay counts from it. None means that the movement changes
    the available balance at once. about: facts for reports: payment_id, order_id, method, network.
    """

    movement: Movement
    object_id: str
    merchant_id: str
    currency: str
    at: str
    lines: tuple[Line, ...]
    earned_on: str | None = None
    about: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        total = sum(line.amount for line in self.lines)
        if total or not self.lines or not all(line.amount for line in self.lines):
            raise Unbalanced(f"the lines of {self.id} sum to {total}: {self.lines}")

    @property
    def id(self) -> str:
        """Returns the id, which follows from the event: the same event has the same posting."""
        return f"{self.movement}.{self.object_id}"

    def on(self, account: Account) -> int:
        """Returns the signed amount on an account."""
        return sum(line.amount for line in self.lines if line.account == account)


def lines(movement: Movement, amount: int, charge: Charge = FREE) -> tuple[Line, ...]:
    """Returns the lines of a movement, without empty ones. amount: minor units."""
    parts = {
        Part.AMOUNT: amount,
        Part.NET: amount - charge.fee,
        Part.FEE: charge.fee - charge.tax,
        Part.TAX: charge.tax,
    }
    drawn = (Line(rule.account, rule.side * parts[rule.part]) for rule in RULES[movement])
    return tuple(line for line in drawn if line.amount)
