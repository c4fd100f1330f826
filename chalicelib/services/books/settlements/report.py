"""Reports what a settlement holds, from the ledger alone. The columns are those of Razorpay's combined reconciliation."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.ledger import Account, Movement, Posting
from chalicelib.domain.settlements import SettlementStatus
from chalicelib.persistence.settlements import Settlement
from chalicelib.services.books.settlements import making, records

COLUMNS = (
    "entity_id", "type", "debit", "credit", "amount", "currency", "fee", "tax", "on_hold", "settled", "created_at",
    "settled_at", "settlement_id", "description", "payment_id", "order_id", "order_receipt", "method", "card_network",
    "settlement_utr", "dispute_id",
)  # fmt: skip
PAYMENT, REFUND, DISPUTE, ADJUSTMENT = "payment", "refund", "dispute", "adjustment"
# The type and the description of each movement that changes what the merchant is owed.
KINDS = {
    Movement.CAPTURED: (PAYMENT, "Payment captured"),
    Movement.REFUND_CREATED: (REFUND, "Refund"),
    Movement.REFUND_FAILED: (REFUND, "Refund failed: the money comes back"),
    Movement.DISPUTE_OPENED: (DISPUTE, "Dispute opened: the money is held back"),
    Movement.DISPUTE_WON: (DISPUTE, "Dispute won: the money comes back"),
    Movement.SETTLEMENT_RETURNED: (ADJUSTMENT, "Settlement returned: the money comes back"),
}
OTHER = (ADJUSTMENT, "Correction")
# Seconds between a settlement and its arrival, of the settlements that a report of a day or month finds.
LONGEST_TRANSFER = 31 * 24 * 3600
CARRIED = "Carried between this settlement and its neighbours"

Row = dict[str, Any]


def rows(made: Settlement) -> list[Row]:
    """Returns a row for each payment, refund, dispute and adjustment. credit less debit sums to the amount.

    A movement is written a moment after its own time. One that was under way while its settlement was made is listed by
    its time and paid out by the next settlement. An adjustment in both, of opposite amounts, tells so.
    """
    found = making.between(made.merchant_id, made.currency, made.first_cut, made.last_cut)
    shown = [_row(made, posting) for posting in found]
    carried = int(made.amount) - sum(row["credit"] - row["debit"] for row in shown)
    return [*shown, _carried(made, carried)] if carried else shown


def settled_between(merchant_id: str, start: str, end: str) -> Iterator[Row]:
    """Yields the rows of the settlements that arrived between two ISO times, the latest settlement first.

    A transfer that took longer than LONGEST_TRANSFER is left out.
    """
    first = clock.iso(clock.seconds(start) - LONGEST_TRANSFER)
    for made in records.made_between(merchant_id, first, end):
        if made.processed_at and start <= made.processed_at <= end:
            yield from rows(made)


def shown(made: Settlement) -> dict[str, Any]:
    """Shows the report as JSON."""
    return {"settlement_id": made.id, "data": rows(made)}


def as_csv(made: Settlement) -> str:
    """Shows the report as CSV (RFC 4180), with a line of column names. Nothing is an empty field."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(_plain(rows(made)))
    return text.getvalue()


def _plain(lines: Iterable[Row]) -> Iterator[Row]:
    """Writes booleans as JSON does."""
    for line in lines:
        yield {name: str(value).lower() if isinstance(value, bool) else value for name, value in line.items()}


def _row(made: Settlement, posting: Posting) -> Row:
    kind, description = KINDS.get(posting.movement, OTHER)
    charge = posting.on(Account.FEES) + posting.on(Account.TAX)
    owed = -posting.on(Account.MERCHANT_PAYABLE)
    return _base(made, owed) | {
        "entity_id": posting.object_id,
        "type": kind,
        "amount": abs(owed - charge),
        "fee": -charge,
        "tax": -posting.on(Account.TAX),
        "created_at": posting.at,
        "description": description,
        "payment_id": posting.about.get("payment_id"),
        "order_id": posting.about.get("order_id"),
        "method": posting.about.get("method"),
        "card_network": posting.about.get("network"),
        "dispute_id": posting.object_id if kind == DISPUTE else None,
    }


def _base(made: Settlement, owed: int) -> Row:
    """Returns a row about the settlement itself. owed: what the row adds to the merchant's money, in minor units."""
    return dict.fromkeys(COLUMNS) | {
        "debit": max(-owed, 0),
        "credit": max(owed, 0),
        "currency": made.currency,
        "on_hold": False,
        "settled": made.status == SettlementStatus.PROCESSED,
        "settled_at": made.processed_at,
        "settlement_id": made.id,
        "settlement_utr": made.utr,
    }


def _carried(made: Settlement, owed: int) -> Row:
    return _base(made, owed) | {
        "entity_id": made.id,
        "type": ADJUSTMENT,
        "amount": abs(owed),
        "fee": 0,
        "tax": 0,
        "created_at": made.created_at,
        "description": CARRIED,
    }
