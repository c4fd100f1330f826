"""The refunds worker: a refund is asked about until the bank answers, and a refused one frees its amount."""

import pytest

from chalicelib import queues
from chalicelib.acquirers.base import Approved, Declined, Unknown, Working
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.refunds import LOOK_SECONDS
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.refunds import Refund
from chalicelib.persistence.transactions import Transaction
from chalicelib.queues import DELIVERIES
from chalicelib.services.payments import records
from chalicelib.services.refunds import processing
from chalicelib.services.refunds import records as refunds
from chalicelib.services.reports import stats
from chalicelib.services.webhooks import endpoints
from tests.unit.services.money import NOW, deadlines_of, process, refund, work_of


@pytest.fixture
def held(now, bank, paid):
    """A payment of 1000 whose money the test's bank holds."""
    return paid


def status(refund_id, payment):
    return refunds.find(refund_id, payment.merchant_id).status


def refunded(payment):
    return stats.stats(payment.merchant_id, None, None, "INR")["refunded_amount"]


@pytest.mark.parametrize("answer", [Unknown(), Working()])
def test_a_refund_without_an_answer_keeps_its_amount_and_is_asked_about_after_growing_times(
    answer, held, bank, now, sent
):
    before, refund_id = refunded(held), refund(held, 700)
    bank.says(refund_id, answer, answer, answer)
    for number, wait in enumerate((5, 10, 20), 1):
        sent.clear()
        process(refund_id)
        kept = Refund.find(refund_id)
        assert (kept.status, kept.inquiries, float(kept.deadline_at)) == ("pending", number, now[0] + wait)
        assert [work.due_at for work in sent] == [now[0] + wait]
        process(refund_id)  # too early: the bank is not asked
        assert (records.find(held.id).amount_refunded, refunded(held)) == (700, before)
        now[0] += wait
    process(refund_id)
    assert (status(refund_id, held), refunded(held)) == ("processed", before + 700)
    assert len(bank.verbs(refund_id)) == 4


def test_a_bank_that_says_when_to_ask_is_asked_then(held, bank):
    refund_id = refund(held, 700)
    bank.says(refund_id, Working(ask_again_in=7200))
    process(refund_id)
    assert NOW + 7200 in deadlines_of(refund_id)


def test_a_refund_is_never_given_up(held, bank, now):
    refund_id = refund(held, 700)
    bank.says(refund_id, Unknown())
    now[0] += 30 * 24 * 3600
    process(refund_id)
    assert status(refund_id, held) == "pending"
    assert float(Refund.find(refund_id).deadline_at) == now[0] + 5


def test_a_refusal_frees_the_amount_and_says_why(held, bank):
    refund_id = refund(held, 700)
    bank.says(refund_id, Declined("REFUND_FAILED"))
    before = refunded(held)
    process(refund_id)
    kept = Refund.find(refund_id)
    assert (kept.status, kept.error_code, kept.deadline_at) == ("failed", "REFUND_FAILED", None)
    assert (records.find(held.id).amount_refunded, refunded(held)) == (0, before)
    process(refund(held, 1000))


@pytest.mark.parametrize(
    ("answer", "event"), [(Approved(), "refund.processed"), (Declined("REFUND_FAILED"), "refund.failed")]
)
def test_the_end_of_a_refund_is_announced(answer, event, held, bank, sent):
    refund_id = refund(held, 100)
    endpoint = endpoints.new(held.merchant_id, "http://receiver.example/", [event])
    endpoint.write()
    bank.says(refund_id, answer)
    sent.clear()
    process(refund_id)
    endpoint.remove()
    (told,) = (Delivery.find(work.object_id) for work in sent if work.queue == DELIVERIES)
    assert (told.event, told.object_id) == (event, refund_id)
    assert Refund.find(refund_id).delivery_ids == [told.id]


def test_a_message_of_a_worker_that_died_sends_its_webhooks_and_an_overtaken_deadline_does_not(held, bank, now, sent):
    refund_id = refund(held, 100)
    first = work_of(refund_id)
    process(refund_id)
    Refund(refund_id).update([Refund.delivery_ids.set(["d1"])])
    sent.clear()
    assert processing.process([first]) == []
    assert [work.object_id for work in sent] == ["d1"]
    sent.clear()
    now[0] += LOOK_SECONDS
    process(refund_id)
    assert sent == []


def test_a_refund_of_which_the_bank_says_nothing_holds_up_no_other(held, bank):
    silent, broken, done = (refund(held, 100) for _ in range(3))
    bank.says(silent, Unknown())
    bank.says(broken, ZeroDivisionError())
    process(silent, broken, done)
    assert [status(each, held) for each in (silent, broken, done)] == ["pending", "pending", "processed"]


@pytest.mark.parametrize("early", [1, 850])
def test_a_message_that_comes_early_is_put_off_to_its_time(early, held, bank, sent):
    refund_id = refund(held, 100)
    sent.clear()
    assert processing.process([queues.postponed_until(work_of(refund_id), NOW + early)]) == []
    assert [work.due_at for work in sent] == [NOW + early]
    assert bank.verbs(refund_id) == []


def test_a_bank_that_wants_to_be_asked_in_two_hours_is_asked_then(held, bank, now):
    bank.delay = 7200
    refund_id = refund(held, 100)
    assert {NOW + LOOK_SECONDS, NOW + 7200} <= set(deadlines_of(refund_id))


def test_a_new_refund_is_looked_at_after_an_hour_though_its_message_is_lost(held, bank, now):
    refund_id = refund(held, 100)
    assert NOW + LOOK_SECONDS in deadlines_of(refund_id)
    now[0] += LOOK_SECONDS
    process(refund_id)
    assert status(refund_id, held) == "processed"


def test_a_refund_that_came_twice_in_a_batch_and_was_not_stored_comes_again(held, bank, monkeypatch):
    def fail(_):
        raise Unavailable("The database is away")

    work = [work_of(refund(held, 700))] * 2
    with monkeypatch.context() as while_the_database_is_away:
        while_the_database_is_away.setattr(Transaction, "commit", fail)
        assert processing.process(work) == work
    assert processing.process(work) == []
    assert status(work[0].object_id, held) == "processed"


def test_the_bank_learns_whose_money_it_gives_back(held, bank):
    refund_id = refund(held, 700)
    process(refund_id)
    asked = bank.requests[-1]
    assert (asked.refund_id, asked.payment_id, asked.amount, asked.currency, asked.reference) == (
        refund_id, held.id, 700, "INR", f"ref {held.id}",
    )  # fmt: skip
