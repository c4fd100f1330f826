import pytest

from chalicelib.domain import clock
from chalicelib.domain.ledger import Movement, Posting, lines
from chalicelib.domain.settlements import BY_TARGET, EDGES, LIVE, Cut, is_paid_between, next_run, next_wait

FRIDAY = clock.seconds("2026-11-27T01:00:00Z")


def posting(movement, at, earned_on=None):
    return Posting(movement, "x", "m", "INR", at, lines(movement, 100), earned_on)


def test_every_edge_leaves_a_live_status_and_has_a_movement_of_its_own():
    assert {edge.source for edge in EDGES} == LIVE
    assert len({edge.movement for edge in EDGES}) == len(EDGES) == len(BY_TARGET)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-27T01:00:00Z", "2026-11-27"),
        ("2026-11-27T04:00:00Z", "2026-11-30"),
        ("2026-11-28T10:00:00Z", "2026-11-30"),
        ("2026-01-23T10:00:00Z", "2026-01-27"),
    ],
)
def test_a_merchant_is_settled_once_on_each_business_day(now, day):
    at = clock.iso(next_run("m", clock.seconds(now)))
    assert (at[:10], at[11:13]) == (day, "02")


def test_merchants_are_spread_over_an_hour_and_the_next_run_is_never_the_same_moment():
    moments = {next_run(f"m{n}", FRIDAY) for n in range(50)}
    assert len(moments) > 40
    first = next_run("m", FRIDAY)
    assert next_run("m", first) > first
    assert next_run("m", first - 999) > first


def test_waits_double_up_to_six_hours():
    assert [next_wait(n) for n in (0, 1, 2, 9, 1000)] == [60, 120, 240, 21_600, 21_600]


@pytest.mark.parametrize(
    ("movement", "at", "earned_on", "paid"),
    [
        (Movement.CAPTURED, "2026-11-23T09", "2026-11-23", True),  # matured since
        (Movement.CAPTURED, "2026-11-24T09", "2026-11-24", False),  # pending
        (Movement.CAPTURED, "2026-11-20T09", "2026-11-20", False),  # paid before
        (Movement.REFUND_CREATED, "2026-11-25T01", "2026-11-20", True),  # of what was paid before
        (Movement.REFUND_CREATED, "2026-11-26T09", "2026-11-20", False),  # later
        (Movement.SETTLEMENT_RETURNED, "2026-11-25T01", None, True),
        (Movement.SETTLEMENT_MADE, "2026-11-25T01", None, False),
        (Movement.REFUND_PROCESSED, "2026-11-25T01", "2026-11-20", False),  # owes the merchant nothing
    ],
)
def test_a_settlement_pays_what_became_available_between_two_cuts(movement, at, earned_on, paid):
    before, after = Cut("2026-11-24T02", "2026-11-23"), Cut("2026-11-25T02", "2026-11-24")
    assert is_paid_between(before, after, posting(movement, at, earned_on)) is paid
