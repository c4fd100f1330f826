"""A schedule's function is started at once, at its rate, and whatever became of the run before."""

import itertools
import threading
import time

import pytest

from infra.deployment.template import Schedule
from infra.local.schedules import Ticker

RATE = 0.05
MOMENT = 5


@pytest.fixture
def tick():
    """Runs a handler as a schedule until the test ends; returns its ticker."""
    stopping, tickers = threading.Event(), []

    def start(handler, every=RATE):
        tickers.append(Ticker(Schedule("Run", "", every, timeout=7, event={"shards": [3]}), handler, stopping))
        tickers[-1].start()
        return tickers[-1]

    yield start
    stopping.set()
    for ticker in tickers:
        ticker.finish(MOMENT)
        assert not ticker.thread.is_alive()


def test_the_first_run_is_at_once_so_that_a_missed_minute_is_made_up_for(tick):
    ran = threading.Event()
    tick(lambda *_: ran.set(), every=3600)
    assert ran.wait(MOMENT)


def test_it_runs_again_at_its_rate_after_a_run_that_failed(tick):
    times, enough = [], threading.Event()

    def fail(_event, _context):
        times.append(time.monotonic())
        if len(times) == 4:
            enough.set()
        raise RuntimeError("broken")

    tick(fail)
    assert enough.wait(MOMENT)
    assert all(later - earlier >= RATE * 0.9 for earlier, later in itertools.pairwise(times))


def test_a_run_never_meets_the_next(tick):
    at_once, most, enough, runs = [], [], threading.Event(), iter(range(4))

    def slow(_event, _context):
        at_once.append(1)
        most.append(len(at_once))
        time.sleep(2 * RATE)
        at_once.pop()
        if next(runs) == 3:
            enough.set()

    tick(slow)
    assert enough.wait(MOMENT)
    assert max(most) == 1


def test_the_function_is_told_its_event_and_how_much_time_it_has(tick):
    told, heard = [], threading.Event()

    def note(event, context):
        told.append(context.get_remaining_time_in_millis())
        assert event == {"shards": [3]}
        heard.set()

    tick(note, every=3600)
    assert heard.wait(MOMENT)
    assert 6000 < told[0] <= 7000
