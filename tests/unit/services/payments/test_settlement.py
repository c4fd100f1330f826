"""The payments worker: a batch, a bank that takes its time, and what becomes of each payment."""

import time

import pytest

from chalicelib import queues
from chalicelib.acquirers.base import Approved, NotFound, Unknown, Working
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.payments import GIVE_UP_SECONDS
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.transactions import Transaction
from chalicelib.services import asking, orders
from chalicelib.services.payments import records, settlement
from tests.unit.services.money import (
    NOW,
    deadlines_of,
    pay,
    settle,
    states,
    work_of,
)


def test_a_silent_bank_leaves_a_payment_pending_and_is_asked_again_after_growing_times(pays, bank, now, sent, capsys):
    (payment_id,) = pays(1)
    bank.says(payment_id, Unknown(), Unknown(), Working())
    for wait in (5, 10, 20):
        sent.clear()
        settle(payment_id)
        kept = records.find(payment_id)
        assert (kept.state, float(kept.deadline_at)) == ("pending", now[0] + wait)
        assert [work.due_at for work in sent] == [now[0] + wait]
        assert now[0] + wait in deadlines_of(payment_id)
        settle(payment_id)  # too early: the bank is not asked
        now[0] += wait
    settle(payment_id)
    assert states(payment_id) == ["authorized"]
    assert bank.verbs(payment_id) == ["start", "inquire", "inquire", "inquire"]
    assert capsys.readouterr().out.count('"AcquirerUnknown":[1.0]') == 2


def test_a_payment_of_which_the_bank_says_nothing_holds_up_no_other(pays, bank):
    silent, settled = pays(2)
    bank.says(silent, Unknown())
    settle(silent, settled)
    assert states(silent, settled) == ["pending", "authorized"]


def test_a_payment_that_is_never_answered_is_given_up_after_a_day_and_frees_its_order(pays, bank, now, merchant_id):
    (payment_id,) = pays(1)
    bank.says(payment_id, Unknown(), Unknown())
    settle(payment_id)
    now[0] += GIVE_UP_SECONDS
    settle(payment_id)
    kept = records.find(payment_id)
    assert (kept.state, kept.error_code) == ("failed", "PAYMENT_EXPIRED")
    assert orders.find(kept.order_id).live_payment_id is None


def test_a_bank_that_never_got_the_request_is_asked_anew(pays, bank, now):
    (payment_id,) = pays(1)
    bank.says(payment_id, Unknown(), NotFound())
    settle(payment_id)
    now[0] += 5
    settle(payment_id)
    now[0] += 10
    settle(payment_id)
    assert states(payment_id) == ["authorized"]
    assert bank.verbs(payment_id) == ["start", "inquire", "start"]


def test_ten_payments_settle_in_their_first_receive_at_a_bank_that_takes_two_seconds(pays, bank):
    payment_ids = pays(10)
    for payment_id in payment_ids:
        bank.says(payment_id, lambda _: time.sleep(2) or Approved())

    class Context:
        def get_remaining_time_in_millis(self):
            return 30_000

    started = time.monotonic()
    assert settlement.process([work_of(payment_id) for payment_id in payment_ids], Context()) == []
    assert time.monotonic() - started < 6
    assert set(states(*payment_ids)) == {"authorized"}


def test_a_bank_that_hangs_beyond_its_time_holds_up_its_own_payment_only(pays, bank, now, monkeypatch):
    monkeypatch.setattr(asking, "PATIENCE", 0.1)
    monkeypatch.setattr(asking, "LEAST_PATIENCE", 0.1)
    hanging, *others = pays(3)
    bank.says(hanging, lambda timeout: time.sleep(timeout + 1) or Approved())
    settle(hanging, *others)
    assert states(hanging, *others) == ["pending", "authorized", "authorized"]
    assert float(records.find(hanging).deadline_at) == now[0] + 5


def test_an_adapter_that_raises_holds_up_its_own_payment_only(pays, bank, now):
    broken, other = pays(2)
    bank.says(broken, ZeroDivisionError())
    settle(broken, other)
    assert states(broken, other) == ["pending", "authorized"]
    now[0] += 5
    settle(broken)
    assert states(broken) == ["authorized"]


def test_where_one_payment_refuses_its_step_the_others_take_theirs(pays, bank, monkeypatch):
    payment_ids = pays(5)
    raced = payment_ids[2]
    bank.says(raced, lambda _: Payment(raced).update([Payment.state.set("failed")]) and Approved())
    settle(*payment_ids)
    assert states(*payment_ids) == ["authorized", "authorized", "failed", "authorized", "authorized"]


def test_a_batch_that_cannot_be_committed_comes_again(pays, bank, monkeypatch):
    payment_ids = pays(2)

    def fail(_):
        raise Unavailable("The database did not answer")

    work = [work_of(payment_id) for payment_id in payment_ids]
    with monkeypatch.context() as patch:
        patch.setattr(Transaction, "commit", fail)
        assert settlement.process(work) == work
    assert settlement.process(work) == []
    assert set(states(*payment_ids)) == {"authorized"}


def test_of_two_messages_for_one_payment_the_bank_is_asked_once(pays, bank):
    (payment_id,) = pays(1)
    settle(payment_id, payment_id)
    assert bank.verbs(payment_id) == ["start"]


def test_a_deadline_that_is_overtaken_does_nothing(pays, bank, now, sent):
    (payment_id,) = pays(1)
    settle(payment_id)
    sent.clear()
    now[0] += GIVE_UP_SECONDS
    settle(payment_id)
    assert (sent, states(payment_id), bank.verbs(payment_id)) == ([], ["authorized"], ["start"])


def test_a_notification_that_comes_while_the_bank_is_asked_is_looked_at_again(pays, bank, now, sent):
    (payment_id,) = pays(1)
    bank.says(payment_id, lambda _: Payment(payment_id).update([Payment.deadline_at.set(now[0])]) and Unknown())
    sent.clear()
    settle(payment_id)
    assert [work.due_at for work in sent] == [now[0] + settlement.SECOND_LOOK]
    assert float(records.find(payment_id).deadline_at) == now[0]


def test_a_bank_that_wants_to_be_asked_in_two_hours_is_asked_then(bank, now, order, sent):
    bank.delay = 7200
    payment_id = pay(order)
    assert NOW + 7200 in deadlines_of(payment_id)
    assert [work.due_at for work in sent if work.object_id == payment_id] == []

    (early,) = [queues.postponed_until(work_of(payment_id), NOW + 7200)]
    assert settlement.process([early]) == []
    assert bank.verbs(payment_id) == []
    now[0] += 7200
    assert settlement.process([early]) == []
    assert states(payment_id) == ["authorized"]


@pytest.mark.parametrize("early", [1, 30, 850])
def test_a_message_that_comes_early_is_put_off_to_its_time(early, pays, bank, sent):
    (payment_id,) = pays(1)
    sent.clear()
    assert settlement.process([queues.postponed_until(work_of(payment_id), NOW + early)]) == []
    assert [work.due_at for work in sent] == [NOW + early]
    assert bank.verbs(payment_id) == []
