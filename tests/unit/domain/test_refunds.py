"""A refund's states: it is processed or failed once, and only a failed one frees its amount."""

from chalicelib.domain.refunds import BY_TARGET, EDGES, LIVE, RefundStatus
from chalicelib.domain.webhooks import Event


def test_the_edges_are_the_contracts():
    assert {(one.source, one.target, one.event, one.frees) for one in EDGES} == {
        ("pending", "processed", Event.REFUND_PROCESSED, False),
        ("pending", "failed", Event.REFUND_FAILED, True),
    }


def test_nothing_leads_out_of_an_end():
    assert {"pending"} == LIVE
    assert set(BY_TARGET) == set(RefundStatus) - LIVE
