"""A bank that gives no answer: nothing is decided, the job comes again, and the next answer counts once."""

from types import SimpleNamespace

import pytest

from chalicelib import queues
from chalicelib.acquirers.base import Approved, Unknown
from chalicelib.domain.errors import Unavailable
from chalicelib.persistence.transactions import Transaction
from chalicelib.queues import job
from chalicelib.services import orders, payments, refunds, settlement, stats
from tests.unit.services.test_rules_in_conditions import body, order, paid, pay, refund, sent

__all__ = ["order", "paid", "sent"]


@pytest.fixture
def bank(monkeypatch):
    """Its answers, the first first."""
    answers = []
    silent = SimpleNamespace(
        authorise=lambda _: answers.pop(0), refund=lambda _: answers.pop(0), processing_delay=lambda _: 0.0
    )
    for module in (settlement, refunds):
        monkeypatch.setattr(module, "acquirer", lambda: silent)
    return answers


def test_a_payment_of_which_the_bank_says_nothing_stays_pending_until_it_does(order, bank, sent, capsys):
    payment_id = pay(order)
    work = job(queues.PAYMENTS, payment_id, "r")
    sent.clear()
    bank[:] = [Unknown(), Approved()]

    assert settlement.process([work]) == [work]
    assert payments.find(payment_id).status == "pending"
    assert sent == []
    assert "AcquirerUnknown" in capsys.readouterr().out
    assert settlement.process([work]) == []
    assert payments.find(payment_id).status == "success"


def test_a_payment_of_which_the_bank_says_nothing_holds_up_no_other(order, bank):
    silent, settled = (pay(each) for each in (order, _another(order)))
    work = [job(queues.PAYMENTS, payment_id, "r") for payment_id in (silent, settled)]
    bank[:] = [Unknown(), Approved()]

    assert settlement.process(work) == work[:1]
    assert [payments.find(each).status for each in (silent, settled)] == ["pending", "success"]


def test_a_refund_of_which_the_bank_says_nothing_keeps_its_amount_until_it_does(paid, bank, capsys):
    refund_id = refund(paid, 700)
    work = job(queues.REFUNDS, refund_id, "r")
    before = stats.stats(paid.merchant_id, None, None, "INR")["refunded_amount"]
    bank[:] = [Unknown(), Approved()]

    assert refunds.process([work]) == [work]
    assert refunds.find(refund_id, paid.merchant_id).status == "pending"
    assert payments.find(paid.id).amount_refunded == 700
    assert stats.stats(paid.merchant_id, None, None, "INR")["refunded_amount"] == before
    assert "AcquirerUnknown" in capsys.readouterr().out
    assert refunds.process([work]) == []
    assert refunds.find(refund_id, paid.merchant_id).status == "processed"
    assert stats.stats(paid.merchant_id, None, None, "INR")["refunded_amount"] == before + 700


def test_a_refund_that_came_twice_in_a_batch_and_was_not_stored_comes_again(paid, bank, monkeypatch):
    work = [job(queues.REFUNDS, refund(paid, 700), "r")] * 2
    bank[:] = [Approved(), Approved()]
    with monkeypatch.context() as while_the_database_is_away:
        while_the_database_is_away.setattr(Transaction, "commit", _unavailable)
        assert refunds.process(work) == work[:1]
    assert refunds.process(work) == []
    assert refunds.find(work[0].object_id, paid.merchant_id).status == "processed"


def _unavailable(_):
    raise Unavailable("The database is away")


def _another(order):
    return orders.find(body(orders.create(order.merchant_id, 1000, "INR", None, {}, None))["id"])
