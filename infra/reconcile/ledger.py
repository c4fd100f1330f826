"""Tells what the ledger expects in a file of the bank or of the acquirer."""

from collections.abc import Iterator

from infra.audit.books_rules import lines_of
from infra.audit.snapshot import Item, Items
from infra.reconcile.lines import PAYOUT, REFUND, RETURN, SALE, Line

# The kind of line that each movement expects, and the account whose amount the line tells.
EXPECTED = {
    "captured": (SALE, "acquirer_receivable"),
    "late_taken": (SALE, "acquirer_receivable"),
    "refund_processed": (REFUND, "acquirer_receivable"),
    "late_returned": (REFUND, "acquirer_receivable"),
    "settlement_paid": (PAYOUT, "settlements_in_transit"),
    "settlement_returned": (RETURN, "settlements_in_transit"),
}


def expected(postings: Items, settlements: Items) -> list[Line]:
    """Returns the lines that the files must have by the ledger. settlements: for the bank's references."""
    lines = [_line(posting, settlements) for posting in postings.values() if posting["movement"] in EXPECTED]
    return sorted([*lines, *_paid_before(postings)], key=lambda line: (line.day, line.id, line.kind))


def _line(posting: Item, settlements: Items) -> Line:
    kind, account = EXPECTED[posting["movement"]]
    lines = lines_of(posting)
    fee = -(lines.get("fees", 0) + lines.get("tax", 0)) if kind == SALE else 0
    made = settlements.get(posting["object_id"], {})
    reference = str(made.get("utr") or "") if kind == PAYOUT else ""
    day = str(posting["at_id"])[:10]
    amount, told = abs(lines[account]), None if kind in {PAYOUT, RETURN} else fee
    return Line(kind, posting["object_id"], amount, posting["currency"], day, told, reference)


def _paid_before(postings: Items) -> Iterator[Line]:
    """Yields the payouts of settlements that came back: the bank debits each, and credits it again."""
    for posting in postings.values():
        if posting["movement"] == "settlement_returned":
            amount = abs(lines_of(posting)["settlements_in_transit"])
            yield Line(PAYOUT, posting["object_id"], amount, posting["currency"], str(posting["at_id"])[:10])
