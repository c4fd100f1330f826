"""What comes after the first answer: captures, acts of the payer, and a bank that changes its mind."""

import pytest

from chalicelib.acquirers.base import ActionNeeded, Declined, Unknown, Working
from chalicelib.services import orders
from chalicelib.services.payments import decide, records
from chalicelib.services.reports import stats
from tests.unit.services.money import NOW, pay, refund, settle, states


def test_an_order_with_automatic_capture_is_captured_in_one_step(pays, bank):
    (payment_id,) = pays(1, capture="automatic")
    settle(payment_id)
    kept = records.find(payment_id)
    assert (kept.state, kept.captured_at, kept.instruction) == ("captured", kept.settled_at, None)
    assert bank.requests[0].capture is True
    assert orders.find(kept.order_id).status == "paid"


def test_a_payer_who_must_act_is_shown_where_and_the_payment_goes_on_when_he_has(pays, bank, now):
    (payment_id,) = pays(1)
    bank.says(payment_id, ActionNeeded("redirect", "https://bank.example/"), Working())
    settle(payment_id)
    kept = records.find(payment_id)
    assert (kept.state, kept.next_action["url"]) == ("requires_action", "https://bank.example/")
    assert orders.find(kept.order_id).live_payment_id == payment_id
    for _ in range(2):
        now[0] += 10
        settle(payment_id)
    assert states(payment_id) == ["authorized"]
    assert records.find(payment_id).next_action is None


def test_money_that_is_not_captured_in_time_is_released_and_the_order_is_open_again(pays, bank, now):
    (payment_id,) = pays(1, capture_within=60)
    settle(payment_id)
    assert float(records.find(payment_id).deadline_at) == NOW + 60
    settle(payment_id)
    assert states(payment_id) == ["authorized"]
    now[0] += 60
    settle(payment_id)
    kept = records.find(payment_id)
    assert (kept.state, kept.instruction) == ("voided", "void")
    assert orders.find(kept.order_id).status == "attempted"
    settle(payment_id)
    assert bank.verbs(payment_id) == ["start", "void"]


def test_of_what_was_given_back_in_part_nothing_is_released_when_the_time_to_capture_is_over(pays, bank, now):
    (payment_id,) = pays(1, capture_within=60)
    settle(payment_id)
    refund(records.find(payment_id), 1)
    now[0] += 60
    settle(payment_id)
    kept = records.find(payment_id)
    assert (kept.state, kept.deadline_at) == ("authorized", None)


def test_a_bank_that_refuses_an_instruction_is_told_again_and_somebody_hears_of_it(pays, bank, now, capsys):
    (payment_id,) = pays(1)
    settle(payment_id)
    decide.capture(records.find(payment_id).merchant_id, payment_id, 1000, None, "r")
    bank.says(payment_id, Declined("CAPTURE_FAILED"))
    now[0] += 30
    settle(payment_id)
    assert '"AcquirerUnconfirmed":[1.0]' in capsys.readouterr().out
    now[0] += 5
    settle(payment_id)
    assert records.find(payment_id).instruction is None
    assert bank.verbs(payment_id) == ["start", "capture", "capture"]


@pytest.fixture
def refused(now, bank, order):
    """A failed payment of which there may be news after a minute, and there will be: a yes."""
    payment_id = pay(order)
    bank.says(payment_id, Declined("PAYMENT_TIMED_OUT", 60))
    settle(payment_id)
    assert states(payment_id) == ["failed"]
    now[0] += 60
    return payment_id


def test_a_late_success_pays_an_order_that_is_still_free(refused, order, merchant_id):
    settle(refused)
    kept = records.find(refused)
    assert (kept.state, kept.late, kept.error_code) == ("authorized", True, None)
    assert (orders.find(order.id).status, orders.find(order.id).amount_paid) == ("paid", 1000)


def paid_by_another(order, bank, now):
    settle(pay(orders.find(order.id)))


def under_way_by_another(order, bank, now):
    pay(orders.find(order.id))


def cancelled(order, bank, now):
    orders.cancel(order.merchant_id, order.id, None, "r")


def expired(order, bank, now):
    order.update([type(order).expires_at.set(now[0])])


@pytest.mark.parametrize("meanwhile", [paid_by_another, under_way_by_another, cancelled, expired])
def test_a_late_success_that_its_order_does_not_take_is_released(meanwhile, refused, order, bank, now):
    meanwhile(order, bank, now)
    before = orders.find(order.id)
    settle(refused)
    kept, after = records.find(refused), orders.find(order.id)
    assert (kept.state, kept.late, kept.instruction, kept.bank_reference) == ("voided", True, "void", f"ref {refused}")
    assert (after.status, after.amount_paid, after.live_payment_id) == (
        before.status, before.amount_paid, before.live_payment_id,
    )  # fmt: skip
    settle(refused)
    assert (bank.verbs(refused), records.find(refused).instruction) == (["start", "inquire", "void"], None)


def test_a_late_success_is_counted_as_recovered(refused, merchant_id):
    before = stats.stats(merchant_id, None, None, "INR")
    settle(refused)
    after = stats.stats(merchant_id, None, None, "INR")
    assert (after["failed"], after["successful"]) == (before["failed"] - 1, before["successful"] + 1)
    assert after["total_transactions"] == before["total_transactions"]


def test_a_failed_payment_of_which_there_is_no_news_is_not_asked_about_for_ever(refused, bank):
    bank.says(refused, Declined("PAYMENT_TIMED_OUT"))
    settle(refused)
    assert records.find(refused).deadline_at is None
    settle(refused)
    assert bank.verbs(refused) == ["start", "inquire"]


def test_a_bank_that_is_silent_when_there_may_be_news_is_asked_again(refused, bank, now):
    bank.says(refused, Unknown())
    settle(refused)
    now[0] += 5
    settle(refused)
    assert (states(refused), bank.verbs(refused)) == (["authorized"], ["start", "inquire", "inquire"])
