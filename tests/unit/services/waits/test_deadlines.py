"""What a run sends, how far its cursors go, and what is made up for after runs that died or never came."""

import json

import pytest

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.domain.errors import Unavailable
from chalicelib.persistence import deadlines as table
from chalicelib.persistence.deadlines import SHARDS, Deadline
from chalicelib.queues import PAYMENTS, Job
from chalicelib.services.waits import deadlines

NOW = 1_800_000_000.0  # the start of a minute
MINUTE = 60


class SameThread:
    """moto is not safe under threads."""

    def __init__(self, *_, **__): ...

    def __enter__(self):
        return self

    def __exit__(self, *_): ...

    def map(self, call, items):
        return map(call, items)


@pytest.fixture
def sent(database, monkeypatch):
    """Object ids, as their jobs are sent."""
    found = []
    monkeypatch.setattr(clock, "source", lambda: NOW)
    monkeypatch.setattr(deadlines, "ThreadPoolExecutor", SameThread)
    monkeypatch.setattr(queues, "_send_chunk", lambda _, jobs: found.extend(work.object_id for work in jobs))
    return found


def due(seconds, name=None):
    """A row that is due so many seconds from NOW. Returns its object's id."""
    object_id = name or f"pay_{seconds}"
    work = Job(PAYMENTS, object_id, NOW + seconds, NOW, "req-1")
    table.row(PAYMENTS, object_id, work.due_at, queues.encode(work)).write()
    return object_id


def in_one_shard(number):
    """So many object ids whose rows fall into the same shard."""
    names = (f"pay_{n}" for n in range(100_000))
    shard = table.row(PAYMENTS, "pay_0", NOW, "").bucket[-2:]
    found = (name for name in names if table.row(PAYMENTS, name, NOW, "").bucket[-2:] == shard)
    return [next(found) for _ in range(number)]


def test_what_is_due_is_sent_once_and_what_is_not_waits(sent):
    near, far = [due(seconds) for seconds in (-200, -1, 0, 59, 119)], due(600)
    assert deadlines.run(NOW) == 5
    assert sorted(sent) == sorted(near)
    assert deadlines.run(NOW + 1) == 0
    assert deadlines.run(NOW + 600) == 1
    assert sent[-1] == far


def test_a_job_that_is_sent_ahead_keeps_its_time_so_that_its_message_is_delayed(database, monkeypatch):
    delays = []
    monkeypatch.setattr(clock, "source", lambda: NOW)
    monkeypatch.setattr(deadlines, "ThreadPoolExecutor", SameThread)
    monkeypatch.setattr(queues, "_send_chunk", lambda _, jobs: delays.extend(map(queues._delay, jobs)))
    due(95)
    deadlines.run(NOW)
    assert delays == [95]


def test_missed_minutes_are_made_up_for_bucket_by_bucket(sent):
    deadlines.run(NOW)
    names = [due(MINUTE * n) for n in range(4, 15)]
    assert deadlines.run(NOW + 15 * MINUTE) == len(names)
    assert sorted(sent) == sorted(names)


def test_the_first_run_ever_begins_a_little_before_now_and_not_at_the_epoch(sent, monkeypatch):
    looked = []
    monkeypatch.setattr(deadlines.deadlines, "after", lambda _, position, __: looked.append(position) or [])
    deadlines.run(NOW)
    assert len(looked) <= SHARDS * 10
    assert min(looked) == clock.iso(NOW - 300)


def test_a_run_that_is_out_of_time_goes_on_where_it_stood(sent, monkeypatch):
    """Each look at the watch is a second: a chunk a second, of two shards' worth of rows and more."""
    monkeypatch.setattr(deadlines, "CHUNK", 10)
    names = [due(10 + n / 1000, name) for n, name in enumerate(in_one_shard(35))]
    seconds = iter(range(100_000))
    monkeypatch.setattr(deadlines.time, "monotonic", lambda: next(seconds))
    runs = [deadlines.run(NOW, 40) for _ in range(20)]
    assert sum(runs) == len(names)
    assert sent == names
    assert len([number for number in runs if number]) > 1


def test_the_cursor_stays_before_what_could_not_be_sent(sent, monkeypatch):
    monkeypatch.setattr(deadlines, "CHUNK", 10)
    names = [due(10 + n / 1000, name) for n, name in enumerate(in_one_shard(25))]
    whole = queues._send_chunk

    def refuse_the_second(queue, jobs):
        if jobs[0].object_id == names[10]:
            raise Unavailable("The queue did not answer")
        whole(queue, jobs)

    monkeypatch.setattr(queues, "_send_chunk", refuse_the_second)
    with pytest.raises(Unavailable):
        deadlines.run(NOW)
    assert sent == names[:10]
    monkeypatch.setattr(queues, "_send_chunk", whole)
    assert deadlines.run(NOW + 60) == 15
    assert sent == names


def test_a_shard_that_fails_holds_up_no_other(sent, monkeypatch):
    names = [due(30, f"pay_{n}") for n in range(64)]
    after = table.after

    def fail_one(shard, position, limit):
        if shard == 3:
            raise Unavailable("The database did not answer")
        return after(shard, position, limit)

    monkeypatch.setattr(table, "after", fail_one)
    with pytest.raises(Unavailable):
        deadlines.run(NOW)
    monkeypatch.setattr(table, "after", after)
    others = set(sent)
    assert 0 < len(others) < len(names)
    deadlines.run(NOW + 60)
    assert set(sent) == set(names)
    assert len(sent) == len(names)


def test_a_run_beside_another_that_is_further_takes_nothing_back(sent):
    deadlines.run(NOW + 600)
    ahead = dict(table.cursors())
    deadlines.run(NOW)
    assert table.cursors() == ahead


def test_a_row_that_is_no_job_is_left_out_and_stops_nothing(sent):
    good = due(20, in_one_shard(2)[1])
    table.row(PAYMENTS, in_one_shard(1)[0], NOW + 10, '{"v": 99}').write()
    deadlines.run(NOW)
    assert sent == [good]


def test_a_run_says_how_late_the_slowest_shard_is(sent, capsys):
    deadlines.run(NOW)
    deadlines.run(NOW + 3600, seconds=0)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    late = [line["DeadlinesLate"] for line in lines if "DeadlinesLate" in line]
    assert late[0] == [0]
    assert 3300 < late[1][0] <= 3600


def test_runs_that_share_the_shards_send_everything_once(sent):
    names = [due(30, f"pay_{n}") for n in range(64)]
    parts = [deadlines.run(NOW, shards=range(start, start + 4)) for start in range(0, SHARDS, 4)]
    assert all(0 < part < len(names) for part in parts)
    assert sorted(sent) == sorted(names)


def test_a_run_tells_of_shards_that_nobody_runs(sent, capsys):
    deadlines.run(NOW)
    deadlines.run(NOW + 3600, shards=[0])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["DeadlinesLate"][0] > 3300 for line in lines if "DeadlinesLate" in line] == [False, True]


def test_a_thousand_deadlines_a_second_are_hot_in_no_partition(sent):
    """What one minute's bucket of one shard gets of them, against the 1,000 units a second that a partition takes."""
    shards = [table.row(PAYMENTS, f"pay_{n}", NOW, "").bucket for n in range(1000)]
    transactional = 2
    assert len(set(shards)) == SHARDS
    assert max(map(shards.count, set(shards))) * transactional < 250


def test_cursors_are_no_deadlines(sent):
    deadlines.run(NOW)
    assert all(row.expires_at is None for row in Deadline.scan())
    assert len(table.cursors()) == SHARDS
