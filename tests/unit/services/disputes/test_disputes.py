"""A dispute's life: its money in the books, its answers, its deadline, its events."""

import pytest

from chalicelib.domain.disputes import EDGES, MAX_EVIDENCE, REVIEW_SECONDS, Cause
from chalicelib.domain.errors import BadRequest, NotFound, Reason
from chalicelib.domain.lists import ListQuery
from chalicelib.domain.webhooks import Event
from chalicelib.persistence import postings, totals
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.disputes import Dispute
from chalicelib.persistence.invariants import InvariantBroken
from chalicelib.queues import PAYMENTS, job
from chalicelib.services.books import balance, booking
from chalicelib.services.disputes import records, steps
from chalicelib.services.events import listing
from chalicelib.services.payments import records as payments
from chalicelib.services.payments import settlement
from chalicelib.services.webhooks import endpoints
from tests.unit.services.books.shop import captured
from tests.unit.services.disputes.court import EVIDENCE, RESPONSE, accept, contest, decide, dispute, work_off
from tests.unit.services.money import deadlines_of, new_order, pay, process, refund, settle

LINES = {
    "dispute_opened": {"merchant_payable": 40_000, "disputes_reserved": -40_000},
    "dispute_won": {"disputes_reserved": 40_000, "merchant_payable": -40_000},
    "dispute_lost": {"disputes_reserved": 40_000, "acquirer_receivable": -40_000},
}


def booked(made):
    """Movement -> the lines of the dispute's postings, all of which count for the day of the capture."""
    mine = [one for one in postings.between(made.merchant_id, "0", "~") if one.object_id == made.id]
    assert {one.earned_on for one in mine} == {"2026-11-23"}
    return {str(one.movement): {str(line.account): line.amount for line in one.lines} for one in mine}


def told(made):
    page = listing.page(ListQuery(made.merchant_id, 10, filters={"object_id": made.id}), None)
    return sorted((event["sequence"], event["type"], event["data"]["dispute"]["status"]) for event in page["data"])


def test_an_open_dispute_reserves_its_money_and_waits_for_an_answer(shop, now):
    payment = captured(shop)
    made = dispute(payment, 40_000)
    assert (made.status, made.amount, made.respond_by) == ("open", 40_000, now[0] + RESPONSE)
    assert booked(made) == {"dispute_opened": LINES["dispute_opened"]}
    assert balance.shown(shop) == {"INR": {"available": 0, "pending": 57_640, "reserved": 40_000}}
    assert payments.find(payment.id).amount_disputed == 40_000
    assert deadlines_of(made.id) == [now[0] + RESPONSE]
    assert told(made) == [(1, "dispute.created", "open")]


def test_without_an_amount_all_that_refunds_and_disputes_left_is_disputed(shop):
    payment = captured(shop)
    refund(payment, 10_000)
    dispute(payment, 20_000)
    assert dispute(payment).amount == 70_000


def test_an_accepted_dispute_is_lost_and_its_money_is_gone(shop):
    made = accept(dispute(captured(shop), 40_000))
    assert (made.status, made.deadline_at, made.evidence) == ("lost", None, None)
    assert booked(made) == {kind: LINES[kind] for kind in ("dispute_opened", "dispute_lost")}
    assert balance.shown(shop)["INR"] == {"available": 0, "pending": 57_640, "reserved": 0}
    assert payments.find(made.payment_id).amount_disputed == 40_000
    assert told(made) == [(1, "dispute.created", "open"), (2, "dispute.lost", "lost")]


def test_a_dispute_that_was_won_gives_its_money_back_to_the_merchant(shop, now):
    made = contest(dispute(captured(shop), 40_000))
    assert (made.status, made.evidence, made.deadline_at) == ("under_review", EVIDENCE, now[0] + REVIEW_SECONDS)
    won = decide(made, Cause.WIN)
    assert (won.status, won.evidence) == ("won", EVIDENCE)
    assert booked(won) == {kind: LINES[kind] for kind in ("dispute_opened", "dispute_won")}
    assert balance.shown(shop)["INR"] == {"available": 0, "pending": 97_640, "reserved": 0}
    assert payments.find(won.payment_id).amount_disputed == 0
    names = ["dispute.created", "dispute.under_review", "dispute.won"]
    assert [name for _, name, _ in told(won)] == names


def test_a_contested_dispute_may_be_lost(shop):
    made = decide(contest(dispute(captured(shop), 40_000)), Cause.LOSE)
    assert (made.status, set(booked(made))) == ("lost", {"dispute_opened", "dispute_lost"})


@pytest.mark.parametrize(("answer", "status"), [(lambda made: made, "lost"), (contest, "won")])
def test_whoever_does_not_speak_in_time_has_lost(shop, now, answer, status):
    made = answer(dispute(captured(shop), 40_000))
    now[0] = float(made.deadline_at) - 1
    assert work_off(made).status == made.status
    now[0] += 1
    ended = work_off(made)
    assert (ended.status, ended.deadline_at, told(ended)[-1][1]) == (status, None, f"dispute.{status}")
    assert work_off(made).sequence == ended.sequence


def test_a_dispute_takes_no_answer_after_its_time(shop, now):
    made = dispute(captured(shop))
    now[0] += RESPONSE + 1
    for answer in (accept, contest):
        with pytest.raises(BadRequest, match="time to respond") as refused:
            answer(made)
        assert refused.value.reason == Reason.DISPUTE_NOT_OPEN
    assert records.find(made.id, shop).status == "open"


@pytest.mark.parametrize("answer", [accept, contest])
@pytest.mark.parametrize("before", [accept, contest])
def test_a_dispute_is_answered_once(shop, before, answer):
    made = before(dispute(captured(shop)))
    with pytest.raises(BadRequest, match=r"lost|under review"):
        answer(made)
    assert records.find(made.id, shop).sequence == 2


@pytest.mark.parametrize("cause", [Cause.WIN, Cause.LOSE])
def test_a_dispute_that_has_ended_is_decided_for_good(shop, cause):
    made = accept(dispute(captured(shop)))
    with pytest.raises(BadRequest, match="lost"):
        decide(made, cause)


def test_evidence_has_a_field_and_a_bounded_size(shop):
    made = dispute(captured(shop))
    for evidence in ({}, {"summary": "x" * MAX_EVIDENCE}):
        with pytest.raises(BadRequest) as refused:
            contest(made, evidence)
        assert refused.value.field == "evidence"
    assert contest(made, {"s": "x" * (MAX_EVIDENCE - 8)}).status == "under_review"


def test_only_captured_money_is_disputed(shop):
    payment_id = pay(new_order(shop))
    settle(payment_id)
    with pytest.raises(BadRequest) as refused:
        dispute(payments.find(payment_id))
    assert (refused.value.field, refused.value.reason) == ("payment_id", Reason.NOT_DISPUTABLE)


def test_a_refund_and_a_dispute_never_both_give_the_money_back(shop):
    payment = captured(shop)
    made = dispute(payment, 60_000)
    with pytest.raises(BadRequest, match="exceeds") as refused:
        refund(payments.find(payment.id), 40_001)
    assert refused.value.reason == Reason.REFUND_EXCEEDS_AVAILABLE
    process(refund(payments.find(payment.id), 40_000))
    with pytest.raises(BadRequest) as refused:
        dispute(payment, 1)
    assert refused.value.reason == Reason.DISPUTE_EXCEEDS_AVAILABLE
    accept(made)
    with pytest.raises(BadRequest, match="exceeds"):
        refund(payments.find(payment.id), 1)


def test_money_of_a_dispute_that_was_won_can_be_refunded(shop):
    made = decide(dispute(captured(shop)), Cause.WIN)
    process(refund(payments.find(made.payment_id), None))
    assert payments.find(made.payment_id).amount_refunded == 100_000


def test_each_event_goes_to_the_endpoints_that_want_it(shop):
    endpoint = endpoints.create(shop, "http://127.0.0.1:9/hook", [Event.DISPUTE_LOST], enabled=True)
    (delivery_id,) = accept(dispute(captured(shop))).delivery_ids
    delivery = Delivery.find(delivery_id)
    assert (delivery.event, delivery.endpoint_id) == ("dispute.lost", endpoint.id)


def test_a_worker_that_died_before_it_sent_the_webhooks_sends_them_again(shop, now, sent):
    endpoints.create(shop, "http://127.0.0.1:9/hook", [Event.DISPUTE_LOST], enabled=True)
    made = dispute(captured(shop))
    now[0] += RESPONSE
    delivery_ids = work_off(made).delivery_ids
    sent.clear()
    work_off(made)
    assert [work.object_id for work in sent] == delivery_ids


def test_the_deadline_of_a_dispute_that_was_never_saved_is_dropped(shop, now):
    lost = job(PAYMENTS, "disp_nothing", "r")
    now[0] += 60
    assert settlement.process([lost]) == []


def test_a_dispute_belongs_to_its_merchant(shop):
    made = dispute(captured(shop))
    with pytest.raises(NotFound):
        records.find(made.id, "somebody")


def test_a_dispute_that_is_not_posted_is_not_written(shop, monkeypatch):
    payment = captured(shop)
    monkeypatch.setattr(booking, "post", lambda *_: totals.Change(shop, "2026-11-23", "INR", {}))
    with pytest.raises(InvariantBroken):
        dispute(payment)


def test_a_dispute_that_does_not_hold_its_money_is_not_written(shop):
    payment = captured(shop)
    made = Dispute(**dispute(payment, 1).attribute_values)
    step = steps.moved(made, next(edge for edge in EDGES if edge.frees), payments.find(payment.id), "r")
    step.transaction._updates = [each for each in step.transaction._updates if each[0] != "payment"]
    with pytest.raises(InvariantBroken):
        step.transaction.commit()
