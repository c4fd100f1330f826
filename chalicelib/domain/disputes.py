"""Defines a dispute's life as data: open, under review, then won or lost."""

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.ledger import Movement
from chalicelib.domain.webhooks import Event

DAY_SECONDS = 24 * 3600
# Seconds that the payer's bank has to judge the evidence. If it says nothing, the merchant has won.
REVIEW_SECONDS = 45 * DAY_SECONDS
# The longest time for an answer, in seconds.
LONGEST_RESPONSE = 90 * DAY_SECONDS
# Bytes of a dispute's evidence as JSON. Every event of the dispute carries it.
MAX_EVIDENCE = 16 * 1024


class DisputeStatus(StrEnum):
    OPEN = "open"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"


class Phase(StrEnum):
    """How far the payer's bank has taken the dispute, by the card networks' names."""

    FRAUD = "fraud"
    RETRIEVAL = "retrieval"
    CHARGEBACK = "chargeback"
    PRE_ARBITRATION = "pre_arbitration"
    ARBITRATION = "arbitration"


class Cause(StrEnum):
    """What moves a dispute. CONTEST and ACCEPT come from the merchant, WIN and LOSE from the payer's bank."""

    CONTEST = "contest"
    ACCEPT = "accept"
    WIN = "win"
    LOSE = "lose"
    EXPIRE = "expire"  # the deadline has passed


@dataclass(frozen=True, slots=True)
class DisputeEdge:
    """One legal step. movement: in the books. waits: seconds until the next deadline; None ends the dispute."""

    source: DisputeStatus
    cause: Cause
    target: DisputeStatus
    event: Event
    movement: Movement | None = None
    waits: int | None = None

    @property
    def frees(self) -> bool:
        """Returns whether the payment's money can be refunded or disputed again."""
        return self.movement == Movement.DISPUTE_WON


_WON = (DisputeStatus.WON, Event.DISPUTE_WON, Movement.DISPUTE_WON)
_LOST = (DisputeStatus.LOST, Event.DISPUTE_LOST, Movement.DISPUTE_LOST)
EDGES = (
    DisputeEdge(
        DisputeStatus.OPEN,
        Cause.CONTEST,
        DisputeStatus.UNDER_REVIEW,
        Event.DISPUTE_UNDER_REVIEW,
        waits=REVIEW_SECONDS,
    ),
    DisputeEdge(DisputeStatus.OPEN, Cause.ACCEPT, *_LOST),
    DisputeEdge(DisputeStatus.OPEN, Cause.EXPIRE, *_LOST),
    DisputeEdge(DisputeStatus.OPEN, Cause.WIN, *_WON),
    DisputeEdge(DisputeStatus.OPEN, Cause.LOSE, *_LOST),
    DisputeEdge(DisputeStatus.UNDER_REVIEW, Cause.WIN, *_WON),
    DisputeEdge(DisputeStatus.UNDER_REVIEW, Cause.LOSE, *_LOST),
    DisputeEdge(DisputeStatus.UNDER_REVIEW, Cause.EXPIRE, *_WON),
)
_BY_CAUSE = {(edge.source, edge.cause): edge for edge in EDGES}
# A dispute in one of these states waits for its deadline.
LIVE = frozenset(edge.source for edge in EDGES)


def edge(source: str, cause: Cause) -> DisputeEdge | None:
    """Returns the edge that `cause` takes from this state; None if the table has none."""
    return _BY_CAUSE.get((DisputeStatus(source), cause))
