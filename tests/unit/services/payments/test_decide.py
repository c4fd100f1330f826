"""A merchant takes the money that the bank holds, or releases it."""

import pytest

from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest, IdempotencyMismatch, NotFound
from chalicelib.domain.webhooks import ALL_EVENTS
from chalicelib.persistence.deadlines import Deadline
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.payments import Payment
from chalicelib.queues import DELIVERIES, PAYMENTS
from chalicelib.services import idempotency, orders
from chalicelib.services.jobs import EDGE_SECONDS
from chalicelib.services.payments import decide, records
from chalicelib.services.webhooks import endpoints
from tests.unit.services.money import NOW, body, new_order, pay, process, refund, settle


def capture(payment, once=None):
    return decide.capture(payment.merchant_id, payment.id, 1000, once, "r")


def void(payment, once=None):
    return decide.void(payment.merchant_id, payment.id, once, "r")


DECISIONS = pytest.mark.parametrize(
    ("decision", "state", "verb", "refusal"),
    [
        (capture, "captured", "capture", "Payment not in capturable state"),
        (void, "voided", "void", "Payment not in voidable state"),
    ],
    ids=["capture", "void"],
)


@pytest.fixture
def held(now, bank, order):
    """An authorised payment."""
    payment_id = pay(order)
    settle(payment_id)
    return records.find(payment_id)


@DECISIONS
def test_the_record_changes_at_once_and_the_bank_is_told_afterwards(decision, state, verb, refusal, held, bank, now):
    shown = body(decision(held))
    told = records.find(held.id)
    assert (told.state, told.instruction, float(told.deadline_at)) == (state, verb, NOW + EDGE_SECONDS)
    assert shown[f"{state}_at"] == clock.iso(NOW)
    assert bank.verbs(held.id) == ["start"]

    now[0] += EDGE_SECONDS
    settle(held.id)

    told = records.find(held.id)
    assert (told.state, told.instruction, told.deadline_at) == (state, None, None)
    assert bank.verbs(held.id) == ["start", verb]
    assert bank.requests[-1].reference == f"ref {held.id}"


@DECISIONS
def test_the_bank_is_not_told_while_the_request_may_still_be_under_way(
    decision, state, verb, refusal, held, bank, sent
):
    sent.clear()
    decision(held)
    assert [(work.queue, work.due_at) for work in sent] == [(PAYMENTS, NOW + EDGE_SECONDS)]
    settle(held.id)
    assert bank.verbs(held.id) == ["start"]


def test_a_capture_shows_a_success_that_is_captured(held):
    shown = body(capture(held))
    assert (shown["status"], shown["captured"]) == ("success", True)
    assert orders.find(held.order_id).status == "paid"


def test_a_void_opens_the_order_again_and_another_payment_pays_it(held, merchant_id):
    assert body(void(held))["status"] == "voided"
    order = orders.find(held.order_id)
    assert (order.status, order.amount_paid) == ("attempted", 0)
    second = pay(order)
    settle(second)
    assert orders.find(order.id).status == "paid"
    assert [records.find(each).state for each in orders.find(order.id).payment_ids] == ["voided", "authorized"]


def test_a_reopened_order_expires_as_it_was_to_expire(now, bank, merchant_id, sent):
    order = new_order(merchant_id, expires_at=NOW + 7200)
    payment_id = pay(order)
    settle(payment_id)
    void(records.find(payment_id))
    assert clock.iso(NOW + 7200) in {row.due.partition("#")[0] for row in Deadline.scan() if order.id in row.due}


@DECISIONS
def test_what_was_given_back_in_part_is_neither_captured_nor_voided(decision, state, verb, refusal, held):
    refund(held, 1)
    with pytest.raises(BadRequest, match=refusal):
        decision(held)
    assert records.find(held.id).state == "authorized"


@DECISIONS
def test_a_refund_that_comes_meanwhile_wins(decision, state, verb, refusal, held, monkeypatch):
    refund(held, 1)
    monkeypatch.setattr(records, "find", lambda *_: held)  # as it was read before
    with pytest.raises(BadRequest, match=refusal):
        decision(held)
    assert Payment.find(held.id).state == "authorized"


def test_a_refund_that_failed_leaves_the_payment_to_be_decided(held, bank, now):
    from chalicelib.acquirers.base import Declined  # noqa: PLC0415

    refund_id = refund(held, 1)
    bank.says(refund_id, Declined("REFUND_FAILED"))
    process(refund_id)
    assert body(capture(held))["captured"] is True


@DECISIONS
@pytest.mark.parametrize("first", [capture, void])
def test_a_decision_is_final(decision, state, verb, refusal, first, held):
    first(held)
    with pytest.raises(BadRequest, match=refusal):
        decision(held)


@DECISIONS
def test_a_payment_that_is_not_authorised_is_not_decided(decision, state, verb, refusal, now, bank, order):
    pending = records.find(pay(order))
    with pytest.raises(BadRequest, match=refusal):
        decision(pending)


@DECISIONS
def test_a_repeat_under_its_key_gets_the_first_answer(decision, state, verb, refusal, held):
    once = idempotency.once(("m", "POST", verb), held.id, b"{}")
    first, again = decision(held, once), decision(held, once)
    assert (first.body, first.replayed, again.replayed) == (again.body, False, True)
    with pytest.raises(IdempotencyMismatch):
        decision(held, idempotency.once(("m", "POST", verb), held.id, b'{"other":1}'))


@DECISIONS
def test_another_merchants_payment_is_not_found(decision, state, verb, refusal, held):
    held.merchant_id = "another"
    with pytest.raises(NotFound):
        decision(held)


@pytest.mark.parametrize(("decision", "event"), [(capture, "payment.captured"), (void, "payment.voided")])
def test_who_wants_to_know_is_told(decision, event, held, sent):
    endpoint = endpoints.new(held.merchant_id, "http://receiver.example/", list(ALL_EVENTS))
    endpoint.write()
    sent.clear()
    decision(held)
    (told,) = (Delivery.find(work.object_id) for work in sent if work.queue == DELIVERIES)
    endpoint.remove()
    assert (told.event, told.object_id) == (event, held.id)
    assert told.id in records.find(held.id).delivery_ids
