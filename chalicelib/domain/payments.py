"""Defines a payment's life as data: its states, every legal edge between them, and what each edge does.

The diagram in docs/architecture.md, the audit, the model test and the OpenAPI document are made from these tables.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from chalicelib.domain.webhooks import Event


class State(StrEnum):
    """The state of a payment in the gateway. The payer and the merchant see the state's face (FACES)."""

    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    VOIDED = "voided"
    FAILED = "failed"


class PaymentStatus(StrEnum):
    """A payment's public status."""

    PENDING = "pending"
    SUCCESS = "success"
    FAILED = "failed"
    VOIDED = "voided"


class Cause(StrEnum):
    """What moves a payment from one state to the next."""

    CHALLENGE = "challenge"  # the bank asks the payer to act
    RESPOND = "respond"  # the payer has acted, and the bank works on the payment
    AUTHORIZE = "authorize"  # the bank holds the money
    CAPTURE = "capture"  # the money is taken: by the merchant, or by the bank at once if the order asks for that
    DECLINE = "decline"  # the bank refuses
    EXPIRE = "expire"  # the deadline has passed
    VOID = "void"  # the money is released


class OrderEffect(StrEnum):
    """What an edge does to the payment's order, in the same transaction."""

    NONE = "none"
    PAY = "pay"  # the order's live payment has paid it
    FREE = "free"  # the order's live payment is over, and another may try
    CLAIM = "claim"  # a late success pays an order that is still unpaid, open, and free
    REOPEN = "reopen"  # the money was released, so that the order is unpaid again


class Money(StrEnum):
    """The movement of money on an edge. The books (domain/ledger.py) begin where money is taken: a hold moves nothing."""

    NONE = "none"
    HOLD = "hold"
    TAKE = "take"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Edge:
    """One legal step. events: the events for subscribed endpoints, in order. late: a success after a failure."""

    source: State
    cause: Cause
    target: State
    events: tuple[Event, ...] = ()
    order: OrderEffect = OrderEffect.NONE
    money: Money = Money.NONE
    late: bool = False


_SUCCESS = (Event.PAYMENT_SUCCESS,)
_CAPTURED = (Event.PAYMENT_SUCCESS, Event.PAYMENT_CAPTURED)
_FAILED = (Event.PAYMENT_FAILED,)
_EXPIRED = (Event.PAYMENT_FAILED, Event.PAYMENT_EXPIRED)

EDGES = (
    Edge(State.PENDING, Cause.CHALLENGE, State.REQUIRES_ACTION),
    Edge(State.PENDING, Cause.AUTHORIZE, State.AUTHORIZED, _SUCCESS, OrderEffect.PAY, Money.HOLD),
    Edge(State.PENDING, Cause.CAPTURE, State.CAPTURED, _CAPTURED, OrderEffect.PAY, Money.TAKE),
    Edge(State.PENDING, Cause.DECLINE, State.FAILED, _FAILED, OrderEffect.FREE),
    Edge(State.PENDING, Cause.EXPIRE, State.FAILED, _EXPIRED, OrderEffect.FREE),
    Edge(State.REQUIRES_ACTION, Cause.RESPOND, State.PENDING),
    Edge(State.REQUIRES_ACTION, Cause.AUTHORIZE, State.AUTHORIZED, _SUCCESS, OrderEffect.PAY, Money.HOLD),
    Edge(State.REQUIRES_ACTION, Cause.CAPTURE, State.CAPTURED, _CAPTURED, OrderEffect.PAY, Money.TAKE),
    Edge(State.REQUIRES_ACTION, Cause.DECLINE, State.FAILED, _FAILED, OrderEffect.FREE),
    Edge(State.REQUIRES_ACTION, Cause.EXPIRE, State.FAILED, _EXPIRED, OrderEffect.FREE),
    Edge(State.AUTHORIZED, Cause.CAPTURE, State.CAPTURED, (Event.PAYMENT_CAPTURED,), money=Money.TAKE),
    Edge(State.AUTHORIZED, Cause.VOID, State.VOIDED, (Event.PAYMENT_VOIDED,), OrderEffect.REOPEN, Money.RELEASE),
    Edge(
        State.AUTHORIZED,
        Cause.EXPIRE,
        State.VOIDED,
        (Event.PAYMENT_VOIDED, Event.PAYMENT_EXPIRED),
        OrderEffect.REOPEN,
        Money.RELEASE,
    ),
    Edge(State.FAILED, Cause.AUTHORIZE, State.AUTHORIZED, _SUCCESS, OrderEffect.CLAIM, Money.HOLD, late=True),
    Edge(State.FAILED, Cause.CAPTURE, State.CAPTURED, _CAPTURED, OrderEffect.CLAIM, Money.TAKE, late=True),
    Edge(State.FAILED, Cause.VOID, State.VOIDED, (Event.PAYMENT_VOIDED,), money=Money.RELEASE, late=True),
)
_BY_CAUSE = {(edge.source, edge.cause): edge for edge in EDGES}


@dataclass(frozen=True, slots=True)
class Face:
    """A state as it looks from outside. razorpay: the status of the Razorpay-compatible surface."""

    status: PaymentStatus
    captured: bool
    razorpay: str


FACES = {
    State.PENDING: Face(PaymentStatus.PENDING, captured=False, razorpay="created"),
    State.REQUIRES_ACTION: Face(PaymentStatus.PENDING, captured=False, razorpay="created"),
    State.AUTHORIZED: Face(PaymentStatus.SUCCESS, captured=False, razorpay="authorized"),
    State.CAPTURED: Face(PaymentStatus.SUCCESS, captured=True, razorpay="captured"),
    State.VOIDED: Face(PaymentStatus.VOIDED, captured=False, razorpay="refunded"),
    State.FAILED: Face(PaymentStatus.FAILED, captured=False, razorpay="failed"),
}

# A payment in one of these states keeps other payments away from its order.
LIVE = frozenset({State.PENDING, State.REQUIRES_ACTION})
SETTLED = frozenset(State) - LIVE
# The states in which money may be given back: the bank holds the money or has taken it.
REFUNDABLE = frozenset({State.AUTHORIZED, State.CAPTURED})

# Deadlines, in seconds. A live payment always has one; an authorised payment has one if its order sets
# `capture_within`.
GIVE_UP_SECONDS = 24 * 3600  # after the payment was made
CHALLENGE_SECONDS = 600  # for the payer, unless the bank names another time
CARD_SECONDS = 3600  # for which a card is kept until the bank is asked


def edge(source: str, cause: Cause) -> Edge | None:
    """Returns the edge that `cause` takes from this state; None if the table has none."""
    return _BY_CAUSE.get((State(source), cause))


def face(state: str) -> Face:
    return FACES[State(state)]


def states_of(status: str) -> tuple[State, ...]:
    """Returns the states behind a public status, for a filter."""
    return tuple(state for state, shown in FACES.items() if shown.status == status)


RefundedShare = Literal["partial", "full"]


def refund_status(amount: int, amount_refunded: int) -> RefundedShare | None:
    """Returns the refunded share. Pending refunds count as refunded: their amount cannot be given back twice."""
    if amount_refunded == 0:
        return None
    return "full" if amount_refunded == amount else "partial"
