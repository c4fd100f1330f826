"""Where a wait is kept: in a queue's delay, in the deadlines table, or in both."""

import json
from dataclasses import replace

import pytest

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.domain.errors import Unavailable
from chalicelib.persistence import deadlines
from chalicelib.persistence.orders import Order
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.queues import PAYMENTS, job
from chalicelib.services.waits import wakeups

NOW = 1_800_000_000.0
WAITS = (0, 1, 4, 900, 901, 86400)
PRODUCTION, TEST = "dev", "local"


@pytest.fixture
def sent(database, monkeypatch):
    """What is sent to SQS."""
    found = []
    monkeypatch.setattr(clock, "source", lambda: NOW)
    monkeypatch.setattr(queues, "_send_chunk", lambda _queue, jobs: found.extend(jobs))
    return found


def waiting(seconds, **changes):
    return replace(job(PAYMENTS, f"pay_{seconds}", "req-1", seconds), **changes)


def rows_of(*jobs):
    """The rows that the table holds for these jobs."""
    keys = [deadlines.row(work.queue, work.object_id, work.due_at, "").key() for work in jobs]
    return deadlines.Deadline.find_many(keys)


def stored(*jobs):
    return {row.job and json.loads(row.job)["object_id"] for row in rows_of(*jobs).values()}


@pytest.mark.parametrize(
    ("stage", "messages", "rows"),
    [(PRODUCTION, (0, 1, 4, 900), (901, 86400)), (TEST, (0, 1, 4, 900), (4, 900, 901, 86400))],
)
def test_a_wait_is_a_message_up_to_fifteen_minutes_and_a_row_beyond(sent, environment, stage, messages, rows):
    """On a test stage every wait but the shortest is a row as well, which a moved clock can reach."""
    environment(STAGE=stage)
    jobs = [waiting(seconds) for seconds in WAITS]
    wakeups.send(*jobs)
    assert [work.object_id for work in sent] == [f"pay_{seconds}" for seconds in messages]
    assert stored(*jobs) == {f"pay_{seconds}" for seconds in rows}


def test_a_planned_row_is_written_by_the_callers_transaction_and_by_nothing_else(sent, environment):
    environment(STAGE=PRODUCTION)
    jobs, transaction = [waiting(60), waiting(901)], Transaction()
    assert wakeups.plan(transaction, *jobs) == jobs[:1]
    assert (stored(*jobs), sent) == (set(), [])
    transaction.commit()
    assert stored(*jobs) == {"pay_901"}
    assert sent == []


def test_a_refused_transaction_leaves_no_row(sent, environment):
    environment(STAGE=PRODUCTION)
    work, transaction = waiting(901), Transaction()
    wakeups.plan(transaction, work)
    transaction.update("order", Order("order_none"), [Order.status.set("paid")], Order.id.exists())
    with pytest.raises(Refused):
        transaction.commit()
    assert stored(work) == set()


def test_a_row_says_what_its_job_says(sent):
    work = waiting(5000, sent_at=NOW - 50)
    wakeups.send(work)
    (row,) = rows_of(work).values()
    assert queues.decode(row.job) == work


@pytest.mark.parametrize("seconds", [10, 5000])
@pytest.mark.parametrize("stage", [PRODUCTION, TEST])
def test_a_job_with_a_cards_key_is_never_a_row_however_long_it_waits(sent, environment, stage, seconds):
    environment(STAGE=stage)
    work = waiting(seconds, card_key="QUJD")
    transaction = Transaction()
    assert wakeups.plan(transaction, work) == [work]
    assert len(transaction) == 0
    wakeups.send(work)
    assert sent == [work]
    assert rows_of(work) == {}


def test_a_message_keeps_the_cards_key(sent):
    work = waiting(10, card_key="QUJD")
    assert wakeups.plan(Transaction(), work) == [work]
    wakeups.send(work)
    assert sent == [work]


def test_a_row_outlives_its_moment_by_a_week(sent):
    work = waiting(5000)
    wakeups.send(work)
    (row,) = rows_of(work).values()
    assert row.expires_at == NOW + 5000 + 7 * 86400


def test_a_message_may_be_early_by_what_rounding_its_delay_would_make_it_late(sent):
    work = waiting(60)
    wakeups.send(work, early=0.5)
    assert sent[0].due_at == work.due_at - 0.5
    (row,) = rows_of(work).values()
    assert queues.decode(row.job).due_at == work.due_at


def test_a_row_that_cannot_be_kept_fails_the_caller(sent, monkeypatch):
    def fail(_row):
        raise Unavailable("The database did not answer")

    monkeypatch.setattr(deadlines.Deadline, "write", fail)
    with pytest.raises(Unavailable):
        wakeups.send(waiting(5000))
