"""Waits in one way: a message with a delay up to fifteen minutes, a row of the deadlines table beyond.

A wake-up only asks a worker to look at a record. It may come twice, late, or for a record that has moved on.
"""

from chalicelib import queues
from chalicelib.config import settings
from chalicelib.domain import clock
from chalicelib.persistence import deadlines
from chalicelib.persistence.deadlines import Deadline
from chalicelib.persistence.transactions import Transaction
from chalicelib.queues import Job

# On test stages a longer wait has a row beside its message, because no message's delay follows a clock that a test
# moves.
TEST_WAIT = 1


def plan(transaction: Transaction, *jobs: Job) -> list[Job]:
    """Adds a row to the transaction for every job whose wait is too long for a queue.

    Returns the jobs that the caller sends with queues.send: before the commit at the edge, after the commit in a
    worker.
    """
    for work in jobs:
        if _needs_row(work):
            transaction.put(f"deadline of {work.object_id}", _row(work))
    return [work for work in jobs if _fits_queue(work)]


def send(*jobs: Job, early: float = 0) -> None:
    """Stores or sends each job by the length of its wait. Raises Unavailable if a job may have been lost.

    early: seconds by which a message may come before its time, so that a delay that is rounded up does not make it
    late.
    """
    for work in jobs:
        if _needs_row(work):
            _row(work).write()
    queues.send(*(queues.postponed_until(work, work.due_at - early) for work in jobs if _fits_queue(work)))


def _wait(work: Job) -> float:
    return work.due_at - clock.now()


def _fits_queue(work: Job) -> bool:
    """Returns whether the job waits in a queue. A job with a card's key always does, however long its wait.

    The key stays out of the tables, so that no backup of them opens a card.
    """
    return bool(work.card_key) or _wait(work) <= queues.LONGEST_DELAY


def _needs_row(work: Job) -> bool:
    if work.card_key:
        return False
    longest = TEST_WAIT if settings().is_test_stage else queues.LONGEST_DELAY
    return _wait(work) > longest


def _row(work: Job) -> Deadline:
    return deadlines.row(work.queue, work.object_id, work.due_at, queues.encode(work))
