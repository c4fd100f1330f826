"""How long a transaction tries, and what it says when it is refused."""

from types import SimpleNamespace

import pytest
from pynamodb.exceptions import CancellationReason, TransactWriteError

from chalicelib.domain.errors import Unavailable
from chalicelib.persistence import base
from chalicelib.persistence.orders import Order
from chalicelib.persistence.transactions import Refused, Transaction


class Cancelled(TransactWriteError):
    def __init__(self, *codes):
        super().__init__("cancelled")
        self.codes = codes

    @property
    def cancellation_reasons(self):
        return [code and CancellationReason(code=code) for code in self.codes]


@pytest.fixture
def clock(monkeypatch):
    """Each write takes `pace` seconds, each pause what it says."""
    time = SimpleNamespace(now=0.0, pace=0.0, tries=0)
    time.monotonic = lambda: time.now
    time.sleep = lambda seconds: setattr(time, "now", time.now + seconds)
    monkeypatch.setattr(base, "time", time)
    return time


def commit(monkeypatch, clock, error):
    def write(_):
        clock.tries += 1
        clock.now += clock.pace
        raise error

    monkeypatch.setattr(Transaction, "_write", write)
    transaction = Transaction()
    transaction.put("order", Order("order_1"))
    transaction.update("payment", Order("order_2"), [])
    transaction.commit()


def test_where_another_holds_the_item_it_tries_again_for_a_while(monkeypatch, clock):
    with pytest.raises(Unavailable):
        commit(monkeypatch, clock, Cancelled(None, "TransactionConflict"))
    assert clock.tries == base.ATTEMPTS
    assert clock.now < 3


def test_where_each_try_takes_long_no_new_one_begins_late(monkeypatch, clock):
    """A worker takes the message of a payment for an orphan after 30 s."""
    clock.pace = 6
    with pytest.raises(Unavailable):
        commit(monkeypatch, clock, Cancelled(None, "TransactionConflict"))
    assert clock.tries == 2


def test_a_refusal_names_the_write_whose_condition_did_not_hold(monkeypatch, clock):
    with pytest.raises(Refused, match="refused by payment"):
        commit(monkeypatch, clock, Cancelled(None, "ConditionalCheckFailed"))
    assert clock.tries == 1


def test_what_has_another_reason_is_no_contention(monkeypatch, clock):
    with pytest.raises(Unavailable):
        commit(monkeypatch, clock, Cancelled("ValidationError", None))
    assert clock.tries == 1
