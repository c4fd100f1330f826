"""A test stage's clock moves for all of its processes at once, and what becomes due is done as in real time."""

import time

import pytest

from chalicelib.domain import webhooks
from infra.local import stack
from tests.support.processes import Process
from tests.support.receiver import Receiver
from tests.support.waiting import until

STACK_NAME = "clock-test"
# That a process is given for an attempt on a busy machine.
PATIENCE = 20
LATE = 6


@pytest.fixture(scope="module")
def own_stack(emulator):
    """A clock that no other test looks at."""
    stack.create_or_update(emulator, STACK_NAME)
    return STACK_NAME


@pytest.fixture
def process(own_stack):
    """Starts a process of the stage."""
    running = []

    def start(**environ):
        running.append(Process(STACK_NAME=own_stack, WEBHOOK_RETRY_INTERVALS_TEST="false", **environ))
        return running[-1]

    yield start
    for each in running:
        each.end()


def test_another_process_sees_a_moved_clock_by_the_time_the_move_returns(process):
    mover, other = process(), process()
    before = other.ask("ahead")
    started = time.monotonic()
    mover.ask("move", 5000)
    took = time.monotonic() - started
    assert other.ask("ahead") - before == pytest.approx(5000, abs=0.1)
    assert mover.ask("ahead") - before == pytest.approx(5000, abs=0.1)
    assert took < PATIENCE


def test_a_process_that_looks_all_the_time_sees_a_moved_clock_within_a_second(process):
    mover, other = process(), process()
    before = other.ask("ahead")
    mover.child.stdin.write('["move", 1000]\n')
    mover.child.stdin.flush()
    until(lambda: mover_has_written(process, before), PATIENCE, every=0.01)
    started = time.monotonic()
    until(lambda: other.ask("ahead") > before + 999, PATIENCE, every=0.01)
    assert time.monotonic() - started < 1


def mover_has_written(process, before):
    """By a process that has just begun, which knows nothing older."""
    fresh = process()
    seen = fresh.ask("ahead")
    fresh.end()
    return seen > before + 999


def test_a_clock_never_goes_back(process):
    mover = process()
    before = mover.ask("ahead")
    assert mover.ask("refuses", -1)
    assert mover.ask("refuses", float("nan"))
    assert mover.ask("ahead") == pytest.approx(before, abs=0.1)


def test_the_whole_ladder_is_climbed_in_seconds_with_the_record_of_two_and_a_half_hours(process):
    """The receiver fails five times; the same attempts at the same times are recorded as without a moved clock."""
    receiver, worker, merchant = Receiver(), process(), process()
    receiver.scripts["/hook"] = lambda _: 500
    worker.ask("work")
    delivery_id = merchant.ask("announce", receiver.url("/hook"))
    for made in range(1, webhooks.MAX_ATTEMPTS + 1):
        shown = until(lambda made=made: attempted(merchant, delivery_id, made), PATIENCE)
        if shown["next_retry_at"]:
            merchant.ask("move", shown["next_retry_at"] - time.time() - merchant.ask("ahead"))
    receiver.close()
    gaps = [later - earlier for earlier, later in zip(shown["times"], shown["times"][1:], strict=False)]
    planned = [webhooks.delay_before(attempt, delivery_id) for attempt in range(2, webhooks.MAX_ATTEMPTS + 1)]
    assert all(wait - 1.5 <= gap <= wait + LATE for gap, wait in zip(gaps, planned, strict=True)), (gaps, planned)
    assert (shown["status"], shown["attempts"]) == ("failed", webhooks.MAX_ATTEMPTS)
    assert shown["errors"] == ["the receiver answered 500: its own log says why"] * webhooks.MAX_ATTEMPTS
    assert len(receiver.arrivals["/hook"]) == webhooks.MAX_ATTEMPTS


def attempted(merchant, delivery_id, times):
    shown = merchant.ask("delivery", delivery_id)
    return shown if shown["attempts"] == times else None
