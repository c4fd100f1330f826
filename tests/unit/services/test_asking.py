"""Asking the bank about a batch, within the time that is left."""

import threading
import time

import pytest

from chalicelib.acquirers.base import Approved, Unknown
from chalicelib.services import asking


class Context:
    def __init__(self, seconds):
        self.seconds = seconds

    def get_remaining_time_in_millis(self):
        return int(self.seconds * 1000)


def test_the_time_that_is_left_is_lambdas_and_runs():
    left = asking.stopwatch(Context(30))
    assert 29 < left() <= 30
    first = left()
    time.sleep(0.01)
    assert left() < first


def test_without_a_context_there_is_time_for_a_question_and_a_commit():
    assert asking.stopwatch(None)() == pytest.approx(asking.PATIENCE + asking.COMMIT_SECONDS, abs=0.5)


@pytest.mark.parametrize(
    ("left", "patience"), [(60, asking.PATIENCE), (30, 12), (13, 5), (8.5, asking.LEAST_PATIENCE), (0, 1), (-5, 1)]
)
def test_a_question_gets_what_the_commit_leaves(left, patience):
    assert asking.ask({"a": lambda seconds: seconds}, left) == {"a": patience}


def test_questions_are_asked_side_by_side():
    together = threading.Barrier(10, timeout=5)
    said = asking.ask({str(n): lambda _: together.wait() and Approved() for n in range(10)}, 20)
    assert len(said) == 10
    assert Unknown() not in said.values()


def test_what_has_not_answered_in_time_is_unknown_and_so_is_what_breaks(monkeypatch, capsys):
    monkeypatch.setattr(asking, "LEAST_PATIENCE", 0.05)
    released = threading.Event()
    calls = {"hangs": lambda _: released.wait(5), "breaks": lambda _: 1 / 0, "answers": lambda _: Approved("a")}
    said = asking.ask(calls, 0)
    released.set()
    assert said == {"hangs": Unknown(), "breaks": Unknown(), "answers": Approved("a")}
    assert capsys.readouterr().out.count("AcquirerUnknown") >= 2


def test_nothing_to_ask_takes_no_time():
    assert asking.ask({}, 20) == {}


@pytest.mark.parametrize(("early", "due"), [(-100, True), (0, True), (0.5, True), (0.6, False)])
def test_half_a_second_early_is_on_time(early, due):
    assert asking.is_due(1000 + early, 1000) is due
