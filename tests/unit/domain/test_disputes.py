"""A dispute's states: it is answered once, it ends once, and only one that was won frees its money."""

from chalicelib.domain.disputes import EDGES, LIVE, Cause, DisputeStatus, edge
from chalicelib.domain.ledger import Movement


def test_only_a_dispute_that_was_won_frees_its_money():
    assert {one.target for one in EDGES if one.frees} == {"won"}


def test_every_end_moves_money_and_nothing_leads_out_of_it():
    assert set(DisputeStatus) - LIVE == {"won", "lost"}
    for one in EDGES:
        assert (one.waits is None) == (one.target not in LIVE)
        assert one.movement == {"won": Movement.DISPUTE_WON, "lost": Movement.DISPUTE_LOST}.get(one.target)
        assert one.event == f"dispute.{one.target}"


def test_every_state_that_waits_has_an_end_at_its_deadline():
    assert [edge(status, Cause.EXPIRE).target for status in ("open", "under_review")] == ["lost", "won"]


def test_the_merchant_answers_an_open_dispute_only():
    for cause in (Cause.ACCEPT, Cause.CONTEST):
        assert [status for status in DisputeStatus if edge(status, cause)] == ["open"]
