"""Checks the money of every transaction before it is written (docs/adr/0021).

The rules read the writes themselves, and not the code that planned them. They share no code with domain/ledger.py.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from pynamodb.expressions.update import Action

from chalicelib.domain.errors import Unavailable
from chalicelib.telemetry import count, logger

Puts = Sequence[Any]
# An item, and what is done to it.
Updates = Sequence[tuple[Any, Sequence[Action]]]
SIDES = ("_debits", "_credits")
SETTLEMENT_OF = {"created": "settlement_made", "processed": "settlement_paid", "returned": "settlement_returned"}
MOVEMENT_OF = {"pending": "refund_created", "processed": "refund_processed", "failed": "refund_failed"}
MOVEMENT_OF_DISPUTE = {"open": "dispute_opened", "won": "dispute_won", "lost": "dispute_lost"}
# What each movement adds to the amount of the payment that disputes hold, in shares of the dispute.
HELD = {"dispute_opened": 1, "dispute_won": -1, "dispute_lost": 0}


class InvariantBroken(Unavailable):
    """The transaction would have broken the books. Nothing was written."""


def check(puts: Puts, updates: Updates) -> None:
    """Raises InvariantBroken, and counts the metric that an alarm watches."""
    found = list(broken(puts, updates))
    if found:
        logger.error("a transaction would break the books", broken=found)
        count("InvariantsBroken")
        raise InvariantBroken("The books would not balance")


def broken(puts: Puts, updates: Updates) -> Iterator[str]:
    """Yields a sentence for each rule that the transaction breaks."""
    postings = {f"{item.movement}.{item.object_id}": item for item in _of_kind(puts, "Posting")}
    yield from _unbalanced(postings)
    yield from _unequal(postings, updates)
    yield from _captures(postings, updates)
    yield from _refunds(postings, puts)
    yield from _disputes(postings, puts, updates)
    yield from _settlements(postings, puts)


def _of_kind(items: Sequence[Any], kind: str) -> list[Any]:
    """Returns the items of a table by its class's name: the tables' modules import this one."""
    return [item for item in items if type(item).__name__ == kind]


def _unbalanced(postings: dict[str, Any]) -> Iterator[str]:
    for posting_id, posting in postings.items():
        total = sum(amount for _, amount in posting.lines)
        if total or not posting.lines:
            yield f"{posting_id} sums to {total}"


def _unequal(postings: dict[str, Any], updates: Updates) -> Iterator[str]:
    """Compares what the postings say with what the balances get."""
    said: Counter[tuple[str, str, str]] = Counter()
    for posting in postings.values():
        for account, amount in posting.lines:
            side = "debits" if amount > 0 else "credits"
            said[posting.merchant_id, posting.currency, f"{account}_{side}"] += abs(amount)
    got = _added(updates)
    if said != got:
        yield f"the balances get {dict(got - said)} too much and {dict(said - got)} too little"


def _added(updates: Updates) -> Counter[tuple[str, str, str]]:
    got: Counter[tuple[str, str, str]] = Counter()
    for item, actions in updates:
        if type(item).__name__ != "Total":
            continue
        for action in actions:
            operand: Any = action.values[1]
            counter, amount = _name(action), int(operand.value.get("N", 0))
            if counter.endswith(SIDES) and amount:
                got[item.merchant_id, item.currency, counter] += amount
    return got


def _name(action: Action) -> str:
    """Returns the attribute that an action changes."""
    attribute: Any = action.values[0]
    return str(attribute.path[0])


def _captures(postings: dict[str, Any], updates: Updates) -> Iterator[str]:
    """Checks that the payments captured here, and no others, are posted as captured."""
    captured = {
        f"captured.{item.id}": item
        for item, actions in updates
        if type(item).__name__ == "Payment" and "captured_at" in map(_name, actions)
    }
    for posting_id in sorted(captured.keys() ^ {name for name in postings if name.startswith("captured.")}):
        yield f"{posting_id} is only one of: captured, posted"
    for posting_id in captured.keys() & postings.keys():
        payment, lines = captured[posting_id], dict(postings[posting_id].lines)
        owed = payment.amount - (payment.fee or 0)
        if lines.get("acquirer_receivable") != payment.amount or -lines.get("merchant_payable", 0) != owed:
            yield f"{posting_id} has {lines} for {payment.amount} less {payment.fee}"


def _refunds(postings: dict[str, Any], puts: Puts) -> Iterator[str]:
    """Checks that each refund of captured money is posted as what it is now."""
    for refund in _of_kind(puts, "Refund"):
        posting = postings.get(f"{MOVEMENT_OF[refund.status]}.{refund.id}")
        moved = abs(dict(posting.lines).get("refunds_in_flight", 0)) if posting else 0
        if moved != (0 if refund.of_hold else refund.amount):
            yield f"{refund.id} is {refund.status} with {moved} of {refund.amount} posted"


def _disputes(postings: dict[str, Any], puts: Puts, updates: Updates) -> Iterator[str]:
    """Checks that each dispute is posted as what it is now, and holds or frees its amount on its payment."""
    held = _held(updates)
    for dispute in _of_kind(puts, "Dispute"):
        movement = MOVEMENT_OF_DISPUTE.get(dispute.status, "")
        posting = postings.get(f"{movement}.{dispute.id}")
        moved = abs(dict(posting.lines).get("disputes_reserved", 0)) if posting else 0
        if moved != (dispute.amount if movement else 0):
            yield f"{dispute.id} is {dispute.status} with {moved} of {dispute.amount} posted"
        wanted = HELD.get(movement, 0) * dispute.amount
        if held.get(dispute.payment_id, 0) != wanted:
            yield f"{dispute.id} is {dispute.status} and changes the disputed amount by {held} instead of {wanted}"


def _held(updates: Updates) -> dict[str, int]:
    """Returns payment -> what the transaction adds to the amount that disputes hold."""
    held: dict[str, int] = {}
    for item, actions in updates:
        for action in actions:
            if type(item).__name__ == "Payment" and _name(action) == "amount_disputed":
                operand: Any = action.values[1]
                held[item.id] = int(operand.value["N"])
    return held


def _settlements(postings: dict[str, Any], puts: Puts) -> Iterator[str]:
    """Checks that each settlement is posted as what it is now."""
    for made in _of_kind(puts, "Settlement"):
        posting = postings.get(f"{SETTLEMENT_OF[made.status]}.{made.id}")
        moved = abs(dict(posting.lines).get("settlements_in_transit", 0)) if posting else 0
        if moved != made.amount:
            yield f"{made.id} is {made.status} with {moved} of {made.amount} posted"
