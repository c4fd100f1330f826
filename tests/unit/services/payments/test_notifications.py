"""What the bank says by itself is a reason to ask: it comes twice, early, and in any order, and from nobody else."""

import pytest

from chalicelib.acquirers.base import Declined, InvalidNotification, Notification, Unknown, Working
from chalicelib.acquirers.simulated.notifications import signed
from chalicelib.config import settings
from chalicelib.domain.errors import AuthenticationFailed
from chalicelib.persistence.payments import Payment
from chalicelib.queues import PAYMENTS, REFUNDS
from chalicelib.services.payments import notifications, records
from chalicelib.services.refunds import records as refunds
from tests.unit.services.money import pay, process, refund, settle, states


@pytest.fixture
def tell(bank, sent):
    """The bank says that something became of an object; returns what was woken."""

    def read(_headers, body):
        return Notification(body.decode())

    bank.read_notification = read

    def tell(object_id):
        sent.clear()
        notifications.receive({}, object_id.encode(), "r")
        return [(work.queue, work.object_id) for work in sent]

    return tell


@pytest.fixture
def pending(now, bank, order):
    """A payment that the bank has, and of which it will say yes."""
    payment_id = pay(order)
    bank.says(payment_id, Unknown())
    settle(payment_id)
    return payment_id


def test_a_pending_payment_is_asked_about_before_its_time(pending, tell, now, bank):
    now[0] += 1
    assert tell(pending) == [(PAYMENTS, pending)]
    assert float(records.find(pending).deadline_at) == now[0]
    settle(pending)
    assert (states(pending), bank.verbs(pending)) == (["authorized"], ["start", "inquire"])


def test_what_the_bank_answers_counts_and_not_what_it_was_told_to_have_said(pending, tell, bank):
    bank.says(pending, Working())
    tell(pending)
    settle(pending)
    assert states(pending) == ["pending"]


def test_a_second_notification_changes_nothing(pending, tell, bank):
    tell(pending)
    settle(pending)
    assert tell(pending) == []
    settle(pending)
    assert bank.verbs(pending) == ["start", "inquire"]


def test_one_that_comes_twice_before_the_worker_is_asked_about_once(pending, tell, bank):
    tell(pending)
    tell(pending)
    settle(pending, pending)
    settle(pending)
    assert bank.verbs(pending) == ["start", "inquire"]


def test_one_that_comes_before_the_payment_was_started_starts_it(now, bank, order, tell):
    payment_id = pay(order)
    tell(payment_id)
    settle(payment_id)
    assert (states(payment_id), bank.verbs(payment_id)) == (["authorized"], ["start"])


def test_a_failed_payment_may_have_become_a_success(now, bank, order, tell):
    payment_id = pay(order)
    bank.says(payment_id, Declined("CARD_DECLINED"))
    settle(payment_id)
    assert tell(payment_id) == [(PAYMENTS, payment_id)]
    settle(payment_id)
    assert records.find(payment_id).late


@pytest.mark.parametrize("state", ["captured", "voided"])
def test_a_payment_at_its_end_wakes_nobody(pending, tell, state):
    Payment(pending).update([Payment.state.set(state)])
    assert tell(pending) == []


def test_a_pending_refund_is_asked_about(now, bank, paid, tell):
    refund_id = refund(paid, 100)
    bank.says(refund_id, Working(600))
    process(refund_id)
    assert tell(refund_id) == [(REFUNDS, refund_id)]
    process(refund_id)
    assert refunds.find(refund_id, paid.merchant_id).status == "processed"
    assert tell(refund_id) == []


@pytest.mark.parametrize("object_id", ["pay_unknown", "order_unknown", "x" * 2000])
def test_an_unknown_object_wakes_nobody(tables, tell, object_id):
    assert tell(object_id) == []


def test_one_that_is_not_the_banks_is_refused(tables, bank, sent):
    def refuse(_headers, _body):
        raise InvalidNotification("The signature is wrong or missing")

    bank.read_notification = refuse
    with pytest.raises(AuthenticationFailed):
        notifications.receive({}, b"{}", "r")
    assert sent == []


@pytest.mark.parametrize("forge", ["body", "x-bank-signature", "x-bank-timestamp", None])
def test_the_simulated_banks_notifications_are_authenticated(tables, sent, forge, order):
    payment_id = pay(order)
    sent.clear()
    headers, body = signed(payment_id, "n1", settings().bank_notification_secret)
    if forge is None:
        notifications.receive(headers, body, "r")
        assert [work.object_id for work in sent] == [payment_id]
        return
    body = body + b" " if forge == "body" else body
    headers |= {forge: "0"} if forge != "body" else {}
    with pytest.raises(AuthenticationFailed):
        notifications.receive(headers, body, "r")
    assert sent == []
