"""Each rule of money holds in the transaction's condition, not only in the check before it.

A rival is imitated by handing the service a record that was read before the rival wrote.
"""

import json
from contextlib import contextmanager

import pytest

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest, IdempotencyMismatch, Unavailable
from chalicelib.persistence.cards import SealedCard
from chalicelib.persistence.idempotency import IdempotencyRecord
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.transactions import Transaction
from chalicelib.services import idempotency, jobs, orders
from chalicelib.services.payments import accept, cards, decide, records, settlement
from chalicelib.services.refunds import records as refunds
from chalicelib.services.reports import stats
from tests.unit.services.money import (
    CARD,
    PLAIN,
    body,
    by_card,
    new_order,
    pay,
    process,
    refund,
    settle,
    upi,
)  # fmt: skip

DAY = 24 * 3600


@contextmanager
def seen(monkeypatch, model, record):
    """The next read of this model finds the record as it was."""
    real, stale = model.find, [record]
    with monkeypatch.context() as patch:
        patch.setattr(model, "find", lambda *key, **how: stale.pop() if stale else real(*key, **how))
        yield


def test_a_second_payment_is_refused_by_the_orders_condition(order):
    pay(order)
    with pytest.raises(BadRequest, match="in progress"):
        pay(order)


def test_an_order_whose_other_payment_came_and_failed_meanwhile_is_refused_by_its_condition(order):
    rival = pay(order)
    Order(order.id).update([Order.live_payment_id.remove()])
    with pytest.raises(BadRequest, match="in progress"):
        pay(order)
    assert orders.find(order.id).payment_ids == [rival]


def test_a_late_success_that_took_the_order_meanwhile_refuses_another_payment_by_its_condition(order, sent):
    late = pay(order)
    Payment(late).update([Payment.state.set("failed")])
    Order(order.id).update([Order.live_payment_id.remove()])
    read_while_free = orders.find(order.id)
    Order(order.id).update([Order.status.set("paid"), Order.amount_paid.set(1000)])
    with pytest.raises(BadRequest, match="already paid"):
        pay(read_while_free)


def test_a_paid_order_is_refused_by_its_condition(order, paid):
    with pytest.raises(BadRequest, match="already paid"):
        pay(order)
    assert len(orders.find(order.id).payment_ids) == 1


def test_a_refund_beyond_the_rest_is_refused_by_the_payments_condition(paid, monkeypatch):
    refund(paid, 700)
    with seen(monkeypatch, Payment, paid), pytest.raises(BadRequest, match="exceeds"):
        refund(paid, 301)
    assert records.find(paid.id).amount_refunded == 700
    refund(paid, 300)
    assert records.find(paid.id).amount_refunded == 1000


def test_where_nothing_is_left_there_is_nothing_to_refund(paid):
    refund(paid, None)
    with pytest.raises(BadRequest, match="exceeds"):
        refund(paid, None)


def test_all_that_is_left_is_refunded_though_another_refund_took_a_part_meanwhile(paid, monkeypatch):
    refund(paid, 300)
    with seen(monkeypatch, Payment, paid):
        last = refund(paid, None)
    assert refunds.find(last, paid.merchant_id).amount == 700
    assert records.find(paid.id).amount_refunded == 1000


def test_a_refund_of_a_payment_that_failed_is_refused_by_its_condition(order, paid, monkeypatch):
    Payment(paid.id).update([Payment.state.set("failed")])
    with seen(monkeypatch, Payment, paid), pytest.raises(BadRequest):
        refund(paid, 1)
    assert records.find(paid.id).amount_refunded == 0


def test_a_second_capture_is_refused_by_the_payments_condition(paid, monkeypatch):
    def capture():
        return decide.capture(paid.merchant_id, paid.id, 1000, None, "r")

    capture()
    with pytest.raises(BadRequest, match="capturable"):
        capture()
    with seen(monkeypatch, Payment, paid), pytest.raises(BadRequest, match="capturable"):
        capture()


@pytest.mark.parametrize("amount", [999, 1001])
def test_a_capture_takes_the_whole_amount_and_no_other(paid, amount):
    with pytest.raises(BadRequest, match="must equal"):
        decide.capture(paid.merchant_id, paid.id, amount, None, "r")


def test_a_payment_that_did_not_succeed_says_so_to_captures_and_refunds(order):
    pending = records.find(pay(order))
    with pytest.raises(BadRequest, match="Payment not in capturable state"):
        decide.capture(pending.merchant_id, pending.id, 1000, None, "r")
    with pytest.raises(BadRequest, match="Payment not in refundable state"):
        refund(pending, 1)


def test_a_payment_settles_once_whoever_else_tries(order, merchant_id, monkeypatch):
    payment_id = pay(order)
    pending = records.find(payment_id)
    settle(payment_id)
    before = stats.stats(merchant_id, None, None, "INR")

    monkeypatch.setattr(jobs, "load", lambda *_: {payment_id: pending})
    settle(payment_id)

    assert stats.stats(merchant_id, None, None, "INR") == before
    assert orders.find(order.id).amount_paid == 1000


def test_a_refund_ends_once_whoever_else_tries(paid, merchant_id, monkeypatch):
    refund_id = refund(paid, 400)
    pending = refunds.find(refund_id, merchant_id)
    process(refund_id)
    before = stats.stats(merchant_id, None, None, "INR")

    monkeypatch.setattr(jobs, "load", lambda *_: {refund_id: pending})
    process(refund_id)

    assert stats.stats(merchant_id, None, None, "INR") == before
    assert refunds.find(refund_id, merchant_id).status == "processed"


def test_a_card_is_sealed_until_it_settles_and_gone_afterwards(order, sent):
    payment_id = pay(order, by_card(order))
    stored, sealed, started = records.find(payment_id), SealedCard.find(payment_id), _with_key(sent, payment_id)

    assert CARD.number.encode() not in sealed.sealed
    assert CARD.number not in json.dumps(stored.to_dynamodb_dict(), default=str)
    assert cards.open_card(payment_id, sealed, started.card_key).cvv == "987"
    assert settlement.process([started]) == []
    assert SealedCard.find(payment_id) is None
    assert records.find(payment_id).instrument == {"method": "card", "network": "visa", "last4": "1111"}


def test_a_card_that_the_key_service_does_not_open_holds_up_no_other_payment(merchant_id, sent, monkeypatch):
    orders_made = [new_order(merchant_id) for _ in range(3)]
    damaged, *others = (pay(order, by_card(order)) for order in orders_made)
    real = cards.open_card

    def open_card(payment_id, *known):
        if payment_id == damaged:
            raise Unavailable("The key service did not answer")
        return real(payment_id, *known)

    monkeypatch.setattr(cards, "open_card", open_card)
    work = [_with_key(sent, payment_id) for payment_id in (damaged, *others)]

    assert settlement.process(work) == work[:1]
    assert [records.find(each).state for each in (damaged, *others)] == ["pending", "authorized", "authorized"]


def _with_key(sent, payment_id):
    """The message that brings the card's key."""
    (found,) = (work for work in sent if work.object_id == payment_id and work.card_key)
    return found


def test_the_job_is_sent_before_anything_is_written(order, monkeypatch):
    def fail(*_):
        raise Unavailable("The queue did not answer")

    monkeypatch.setattr(queues, "send", fail)
    with pytest.raises(Unavailable):
        pay(order)
    assert orders.find(order.id).status == "created"


def test_a_job_whose_record_never_came_is_put_off_and_then_dropped(order, sent, monkeypatch):
    def fail(_):
        raise Unavailable("The database did not answer")

    with monkeypatch.context() as patch:
        patch.setattr(Transaction, "commit", fail)
        with pytest.raises(Unavailable):
            pay(order)
    (orphan,) = (work for work in sent if work.queue == queues.PAYMENTS)
    sent.clear()
    monkeypatch.setattr(jobs, "PAUSES", ())

    assert settlement.process([orphan]) == []
    assert [work.object_id for work in sent] == [orphan.object_id]

    monkeypatch.setattr(clock, "source", lambda: orphan.sent_at + jobs.EDGE_SECONDS)
    sent.clear()
    assert settlement.process([orphan]) == []
    assert sent == []


def _once(key, text=b"{}", merchant="m"):
    return idempotency.once((merchant, "POST", "/api/v1/payments"), key, text)


def test_a_repeat_gets_the_first_answer_and_makes_nothing(order):
    first = accept.create(order, upi(order), _once("a"), "r", public=False)
    again = accept.create(order, upi(order), _once("a"), "r", public=False)
    assert (again.body, again.status, again.replayed, first.replayed) == (first.body, 201, True, False)


def test_a_key_used_for_another_request_is_refused(order):
    accept.create(order, upi(order), _once("b"), "r", public=False)
    with pytest.raises(IdempotencyMismatch):
        accept.create(order, upi(order), _once("b", b'{"x":1}'), "r", public=False)


def test_the_faster_of_two_equal_requests_wins_and_the_other_gets_its_answer(order, monkeypatch):
    first = accept.create(order, upi(order), _once("c"), "r", public=False)
    with seen(monkeypatch, IdempotencyRecord, None):
        again = accept.create(order, upi(order), _once("c"), "r", public=False)
    assert (again.body, again.replayed) == (first.body, True)


def test_the_faster_of_two_different_requests_with_a_key_wins_and_the_other_is_refused(order, monkeypatch):
    accept.create(order, upi(order), _once("d"), "r", public=False)
    with seen(monkeypatch, IdempotencyRecord, None), pytest.raises(IdempotencyMismatch):
        accept.create(order, upi(order), _once("d", b'{"x":1}'), "r", public=False)


def test_a_key_is_free_again_after_a_day(merchant_id, sent, monkeypatch):
    def create():
        return body(orders.create(merchant_id, PLAIN, _once("e"), "r"))["id"]

    first, now = create(), clock.now()
    monkeypatch.setattr(clock, "source", lambda: now + DAY - 2)
    assert create() == first
    monkeypatch.setattr(clock, "source", lambda: now + DAY + 1)
    assert create() != first


def test_the_same_key_of_another_merchant_is_another_key(order):
    assert _once("f", merchant="m").record_id != _once("f", merchant="n").record_id
    assert _once("f").record_id != _once("g").record_id


def test_refused_writes_leave_nothing_behind(order):
    pay(order)
    counted = sum(1 for _ in Payment.scan())
    with pytest.raises(BadRequest):
        pay(order, once=_once("h"))
    assert sum(1 for _ in Payment.scan()) == counted
    assert idempotency.recorded(_once("h")) is None
    assert Order.find(order.id).attempts == 1
