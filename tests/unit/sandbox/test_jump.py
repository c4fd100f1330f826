"""Where the steps of a jump end: at each due moment, or in a few large steps where too much is due."""

import pytest

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest
from chalicelib.persistence import deadlines
from chalicelib.queues import PAYMENTS, Job
from chalicelib.sandbox import jump

NOW = 1_800_000_000.0
DAY = 86400


@pytest.fixture(autouse=True)
def still(monkeypatch):
    monkeypatch.setattr(clock, "source", lambda: NOW)


def due(*seconds):
    works = [Job(PAYMENTS, f"pay_{each}", NOW + each, NOW) for each in seconds]
    return [deadlines.row(PAYMENTS, work.object_id, work.due_at, queues.encode(work)) for work in works]


def stop(rows, large=0):
    return jump._next_stop(NOW, NOW + DAY, rows, large) - NOW


def test_an_exact_step_ends_just_after_the_next_due_moment():
    assert 60 < stop(due(60, 300)) < 61


def test_a_stretch_without_anything_due_is_one_step():
    assert stop([]) == DAY


@pytest.mark.parametrize(("large", "end"), [(4, DAY / 4), (1, DAY)])
def test_a_large_step_crosses_its_share_of_what_remains(large, end):
    assert stop(due(60, 300), large) == pytest.approx(end)


def test_a_large_step_reaches_at_least_the_next_due_moment():
    assert stop(due(DAY / 2), large=6) == pytest.approx(DAY / 2, abs=1)


def test_no_step_goes_beyond_the_goal():
    assert stop(due(DAY)) == DAY


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf"), jump.LONGEST + 1])
def test_a_jump_that_makes_no_sense_is_refused_before_anything_is_asked(seconds):
    with pytest.raises(BadRequest, match="forward only"):
        jump.advance(seconds)
