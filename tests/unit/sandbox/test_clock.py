"""The movable clock without an emulator; tests/integration/test_clock.py has it with one."""

import math
import time

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib.sandbox import clock


class Table:
    """The item as the clock reads it; None: it does not answer."""

    def __init__(self, seconds=0.0):
        self.seconds, self.looks = seconds, 0

    def get_item(self, **_):
        self.looks += 1
        if self.seconds is None:
            raise EndpointConnectionError(endpoint_url="http://nowhere")
        return {"Item": {"seconds": {"N": str(self.seconds)}}} if self.seconds else {}


@pytest.fixture
def table(monkeypatch):
    """Of a process that has never looked."""
    made = Table()
    monkeypatch.setattr(clock, "_client", made)
    monkeypatch.setattr(clock, "_offset", 0.0)
    monkeypatch.setattr(clock, "_looked_at", -math.inf)
    return made


def ahead():
    return clock.read() - time.time()


def test_a_clock_that_was_never_moved_is_the_worlds(table):
    assert ahead() == pytest.approx(0, abs=0.1)


def test_it_is_ahead_by_what_the_table_says(table):
    table.seconds = 7200
    assert ahead() == pytest.approx(7200, abs=0.1)


def test_it_looks_twice_a_second_and_not_at_every_question(table, monkeypatch):
    for _ in range(100):
        clock.read()
    assert table.looks == 1
    monkeypatch.setattr(clock, "_looked_at", time.monotonic() - 0.6)
    clock.read()
    assert table.looks == 2


def test_it_keeps_its_time_while_the_table_does_not_answer(table, monkeypatch):
    table.seconds = 7200
    clock.read()
    table.seconds = None
    monkeypatch.setattr(clock, "_looked_at", -math.inf)
    assert ahead() == pytest.approx(7200, abs=0.1)


def test_a_real_account_is_never_asked(monkeypatch):
    monkeypatch.setattr(clock, "_client", None)
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    assert clock.client() is None


@pytest.mark.parametrize("seconds", [-1, -0.001, math.inf, -math.inf, math.nan])
def test_a_move_back_or_to_nowhere_is_refused_and_changes_nothing(table, seconds):
    with pytest.raises(ValueError, match="forward"):
        clock.move(seconds)
