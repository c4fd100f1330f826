"""A transaction that meets others: it tries again, waiting longer each time, and says so when it gives up."""

import pytest
from pynamodb.exceptions import CancellationReason, TransactWriteError

from chalicelib.domain.errors import Unavailable
from chalicelib.persistence import transactions
from chalicelib.persistence.orders import Order
from chalicelib.persistence.transactions import ATTEMPTS, Refused, Transaction


def cancelled(code):
    class Cancelled(TransactWriteError):
        cancellation_reasons = (CancellationReason(code), None)

    return Cancelled("cancelled")


@pytest.fixture
def pauses(monkeypatch):
    noted = []
    monkeypatch.setattr(transactions.time, "sleep", noted.append)
    return noted


@pytest.fixture
def commit(pauses, monkeypatch):
    """Commits a transaction that meets these errors, one a try; returns how many tries it took."""

    def meet(errors):
        waiting = list(errors)
        monkeypatch.setattr(Transaction, "_write", lambda _: _raise(waiting.pop(0)) if waiting else None)
        transaction = Transaction()
        transaction.put("order", Order("order_1"))
        try:
            transaction.commit()
        finally:
            meet.tries = len(errors) - len(waiting)

    return meet


def _raise(error):
    raise error


@pytest.mark.parametrize("code", sorted(transactions.CONTENTION))
def test_what_meets_another_transaction_is_tried_again(commit, pauses, code):
    commit([cancelled(code)] * (ATTEMPTS - 1))
    assert len(pauses) == ATTEMPTS - 1
    assert pauses[-1] > pauses[0] * 10


def test_after_eight_conflicts_nobody_knows_and_the_caller_is_told_so(commit, pauses):
    with pytest.raises(Unavailable, match="too many requests at once"):
        commit([cancelled("TransactionConflict")] * 20)
    assert commit.tries == ATTEMPTS == 8
    assert sum(pauses) < 3


def test_a_condition_that_does_not_hold_is_not_tried_again(commit):
    with pytest.raises(Refused) as refusal:
        commit([cancelled("ConditionalCheckFailed")] * 2)
    assert (commit.tries, list(refusal.value.conditions)) == (1, ["order"])


def test_another_reason_is_not_tried_again(commit):
    with pytest.raises(Unavailable, match="did not answer"):
        commit([cancelled("ValidationError")] * 2)
    assert commit.tries == 1
