"""One pass sends what the dispatcher would, and leaves its cursors where the pass ended."""

import pytest

from chalicelib import aws, queues
from chalicelib.domain import clock
from chalicelib.persistence import deadlines
from chalicelib.persistence.deadlines import SHARDS
from chalicelib.queues import PAYMENTS, Job
from chalicelib.sandbox import sweep
from tests.support.mocked import aws_in_this_process

NOW = 1_800_000_000.0  # the start of a minute
DAY = 86400


@pytest.fixture
def sent(monkeypatch):
    """Object ids, as their jobs are sent."""
    found = []
    monkeypatch.setattr(clock, "source", lambda: NOW)
    monkeypatch.setattr(queues, "_send_chunk", lambda _, jobs: found.extend(work.object_id for work in jobs))
    with aws_in_this_process():
        yield found


def due(seconds):
    work = Job(PAYMENTS, f"pay_{seconds}", NOW + seconds, NOW)
    deadlines.row(PAYMENTS, work.object_id, work.due_at, queues.encode(work)).write()
    return work.object_id


def test_everything_between_two_times_is_sent_in_its_order_and_nothing_else(sent):
    wanted = [due(seconds) for seconds in (-30, 10, 3600, 7 * DAY)]
    due(-90)
    due(7 * DAY + 1)
    assert sweep.run(aws.client("dynamodb"), NOW - 60, NOW + 7 * DAY) == 4
    assert sent == wanted


def test_what_the_dispatcher_had_not_come_to_is_sent_as_well(sent):
    for shard in range(SHARDS):
        deadlines.move_cursor(shard, clock.iso(NOW - DAY))
    missed = due(-DAY + 5)
    sweep.run(aws.client("dynamodb"), NOW, NOW)
    assert sent == [missed]


def test_the_dispatcher_goes_on_at_the_end_and_never_goes_back(sent):
    deadlines.move_cursor(0, clock.iso(NOW + 2 * DAY))
    sweep.run(aws.client("dynamodb"), NOW, NOW + DAY)
    cursors = deadlines.cursors()
    assert cursors.pop(0) == clock.iso(NOW + 2 * DAY)
    assert set(cursors.values()) == {clock.iso(NOW + DAY)[:16]}
    assert len(cursors) == SHARDS - 1


def test_an_object_that_is_due_twice_is_sent_once_at_its_first_place(sent):
    for seconds in (20, 5):
        work = Job(PAYMENTS, "pay_twice", NOW + seconds, NOW)
        deadlines.row(PAYMENTS, work.object_id, work.due_at, queues.encode(work)).write()
    between = due(10)
    sweep.run(aws.client("dynamodb"), NOW, NOW + DAY)
    assert sent == ["pay_twice", between]
