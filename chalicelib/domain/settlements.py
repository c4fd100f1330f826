"""Defines a settlement: its life as data, the part of the books that it pays out, and when a merchant is settled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zlib import crc32

from chalicelib.domain import business_days
from chalicelib.domain.ledger import Account, Movement, Posting
from chalicelib.domain.webhooks import Event


class SettlementStatus(StrEnum):
    CREATED = "created"
    PROCESSED = "processed"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class SettlementEdge:
    """One legal step. event: for subscribed endpoints, if there is one. movement: in the books."""

    source: SettlementStatus
    target: SettlementStatus
    movement: Movement
    event: Event | None = None


EDGES = (
    SettlementEdge(
        SettlementStatus.CREATED,
        SettlementStatus.PROCESSED,
        Movement.SETTLEMENT_PAID,
        Event.SETTLEMENT_PROCESSED,
    ),
    SettlementEdge(SettlementStatus.CREATED, SettlementStatus.RETURNED, Movement.SETTLEMENT_RETURNED),
)
LIVE = frozenset(edge.source for edge in EDGES)
BY_TARGET: Mapping[SettlementStatus, SettlementEdge] = {edge.target: edge for edge in EDGES}

PREFIX = "setl"
# Settlements are made between 02:00 and 03:00 UTC, spread by the merchant: the UTC day that matures a payment has ended.
FIRST_HOUR = 2
SPREAD_SECONDS = 3600
# The least seconds from now to the next settlement. Such a wait is always a row of the deadlines table.
LEAST_WAIT = 1000
# Seconds after which a settlement is looked at, whatever became of its message. A transfer is never given up: the bank
# may have paid, so it is asked until it answers.
LOOK_SECONDS = 3600
# Seconds between two questions about one transfer. They double from the first wait up to the longest.
FIRST_WAIT, LONGEST_WAIT = 60, 6 * 3600
MOST_DOUBLINGS = 10


@dataclass(frozen=True, slots=True)
class Cut:
    """A point in a merchant's postings, up to which settlements have paid out.

    to: an ISO time; "" is before all postings. matured_before: the UTC day of the earliest capture that is pending.
    """

    to: str = ""
    matured_before: str = ""

    def covers(self, posting: Posting) -> bool:
        """Returns whether the posting's money was available at this point."""
        matured = posting.earned_on is None or posting.earned_on < self.matured_before
        return posting.at <= self.to and matured


START = Cut()


def is_paid_between(before: Cut, after: Cut, posting: Posting) -> bool:
    """Returns whether the settlement between two cuts pays this posting out. A payout itself is no part of one."""
    moves = posting.movement != Movement.SETTLEMENT_MADE and posting.on(Account.MERCHANT_PAYABLE) != 0
    return moves and after.covers(posting) and not before.covers(posting)


def next_run(merchant_id: str, now: float) -> float:
    """Returns when the merchant is settled next, in Unix seconds: once on each business day."""
    spread = FIRST_HOUR * 3600 + crc32(merchant_id.encode()) % SPREAD_SECONDS
    day = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    while True:
        at = day.timestamp() + spread
        if business_days.is_business_day(day.date()) and at >= now + LEAST_WAIT:
            return at
        day += timedelta(days=1)


def next_wait(inquiries: int) -> float:
    """Returns the seconds to wait before the next question. inquiries: the questions that brought no outcome so far."""
    return float(min(FIRST_WAIT * 2 ** min(inquiries, MOST_DOUBLINGS), LONGEST_WAIT))
