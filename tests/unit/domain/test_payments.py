"""A payment's states and edges: nothing but them is legal, and nobody is left without a way out."""

import pytest

from chalicelib.domain.payments import (
    EDGES,
    FACES,
    LIVE,
    REFUNDABLE,
    SETTLED,
    Cause,
    Money,
    OrderEffect,
    State,
    edge,
    face,
    refund_status,
    states_of,
)  # fmt: skip
from chalicelib.domain.webhooks import Event

LEGAL = {
    ("pending", "challenge", "requires_action"),
    ("pending", "authorize", "authorized"),
    ("pending", "capture", "captured"),
    ("pending", "decline", "failed"),
    ("pending", "expire", "failed"),
    ("requires_action", "respond", "pending"),
    ("requires_action", "authorize", "authorized"),
    ("requires_action", "capture", "captured"),
    ("requires_action", "decline", "failed"),
    ("requires_action", "expire", "failed"),
    ("authorized", "capture", "captured"),
    ("authorized", "void", "voided"),
    ("authorized", "expire", "voided"),
    ("failed", "authorize", "authorized"),
    ("failed", "capture", "captured"),
    ("failed", "void", "voided"),
}


def test_the_edges_are_the_legal_ones():
    assert {(one.source, one.cause, one.target) for one in EDGES} == LEGAL
    assert len(EDGES) == len(LEGAL)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("cause", Cause)
def test_a_cause_leads_from_a_state_where_an_edge_says_so_and_nowhere_else(state, cause):
    found = edge(state, cause)
    assert (found is not None) == any((state, cause) == (source, why) for source, why, _ in LEGAL)
    assert found is None or found in EDGES


def test_nothing_leads_out_of_captured_and_voided():
    assert not [one for one in EDGES if one.source in {State.CAPTURED, State.VOIDED}]


def test_every_state_is_reached_from_pending():
    reached, grown = set(), {State.PENDING}
    while grown != reached:
        reached = grown
        grown = reached | {one.target for one in EDGES if one.source in reached}
    assert reached == set(State)


@pytest.mark.parametrize("state", sorted(LIVE))
def test_a_live_payment_can_expire(state):
    assert edge(state, Cause.EXPIRE).target == State.FAILED


def test_every_state_has_a_face_and_the_contracts_statuses_have_a_state():
    assert set(FACES) == set(State)
    assert {str(shown.status) for shown in FACES.values()} == {"pending", "success", "failed", "voided"}
    assert [state for state in State if face(state).captured] == [State.CAPTURED]
    assert {shown.razorpay for shown in FACES.values()} <= {"created", "authorized", "captured", "refunded", "failed"}


@pytest.mark.parametrize(
    ("status", "states"),
    [
        ("pending", {"pending", "requires_action"}),
        ("success", {"authorized", "captured"}),
        ("failed", {"failed"}),
        ("voided", {"voided"}),
        ("lost", set()),
    ],
)
def test_a_filter_by_status_finds_the_states_behind_it(status, states):
    assert set(states_of(status)) == states


def test_what_follows_from_the_edges():
    assert {"pending", "requires_action"} == LIVE
    assert set(State) - LIVE == SETTLED
    assert {"authorized", "captured"} == REFUNDABLE


@pytest.mark.parametrize("one", EDGES, ids=lambda one: f"{one.source} {one.cause}")
def test_money_and_order_follow_from_where_an_edge_leads(one):
    holds = {State.AUTHORIZED: Money.HOLD, State.CAPTURED: Money.TAKE, State.VOIDED: Money.RELEASE}
    assert one.money == holds.get(one.target, Money.NONE)
    frees = one.source in LIVE and one.target == State.FAILED
    assert (one.order == OrderEffect.FREE) == frees
    assert (one.order == OrderEffect.PAY) == (one.source in LIVE and one.target in REFUNDABLE)
    assert (one.order == OrderEffect.CLAIM) == (one.source == State.FAILED and one.target in REFUNDABLE)
    assert (one.order == OrderEffect.REOPEN) == (one.source == State.AUTHORIZED and one.target == State.VOIDED)
    assert one.late == (one.source == State.FAILED)


@pytest.mark.parametrize("one", EDGES, ids=lambda one: f"{one.source} {one.cause}")
def test_who_is_told_what_follows_from_where_an_edge_leads(one):
    told = set(one.events)
    settles = one.source in LIVE | {State.FAILED} and one.target in REFUNDABLE
    assert (Event.PAYMENT_SUCCESS in told) == settles
    assert (Event.PAYMENT_CAPTURED in told) == (one.target == State.CAPTURED)
    assert (Event.PAYMENT_FAILED in told) == (one.target == State.FAILED)
    assert (Event.PAYMENT_VOIDED in told) == (one.target == State.VOIDED)
    assert (Event.PAYMENT_EXPIRED in told) == (one.cause == Cause.EXPIRE)


@pytest.mark.parametrize(("refunded", "status"), [(0, None), (1, "partial"), (999, "partial"), (1000, "full")])
def test_a_share_that_is_given_back_is_named(refunded, status):
    assert refund_status(1000, refunded) == status
