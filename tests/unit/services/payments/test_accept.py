"""What a payment is when it is accepted, and which orders take one."""

import pytest

from chalicelib.domain.errors import BadRequest
from chalicelib.domain.payments import CARD_SECONDS, GIVE_UP_SECONDS
from chalicelib.domain.webhooks import ALL_EVENTS
from chalicelib.persistence.cards import SealedCard
from chalicelib.persistence.deadlines import Deadline
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.transactions import Transaction
from chalicelib.queues import DELIVERIES, PAYMENTS
from chalicelib.services import orders
from chalicelib.services.caching import TimedCache
from chalicelib.services.payments import accept, records
from chalicelib.services.webhooks import endpoints
from tests.unit.services.money import NOW, body, by_card, deadlines_of, new_order, pay, upi


@pytest.mark.parametrize(
    ("terms", "kept"),
    [
        ({}, {"auto_capture": None, "capture_within": None, "script": None}),
        ({"capture": "automatic"}, {"auto_capture": True}),
        ({"capture_within": 60}, {"capture_within": 60}),
        ({"notes": {"simulate": "late", "shop": "1"}}, {"script": "late"}),
    ],
)
def test_a_payment_has_its_orders_wishes(terms, kept, now, bank, merchant_id, sent):
    made = records.find(pay(new_order(merchant_id, **terms)))
    assert {name: getattr(made, name) for name in kept} == kept
    assert (made.state, made.asked_at, made.amount) == ("pending", None, 1000)


@pytest.mark.parametrize(("asked", "seconds"), [(upi, GIVE_UP_SECONDS), (by_card, CARD_SECONDS)])
def test_a_payment_has_its_last_deadline_from_the_beginning(asked, seconds, now, bank, order):
    payment_id = pay(order, asked(order))
    assert float(records.find(payment_id).deadline_at) == NOW + seconds
    assert deadlines_of(payment_id) == [NOW + seconds]


def test_the_key_of_a_card_is_in_the_message_and_in_no_table(now, bank, order, sent):
    payment_id = pay(order, by_card(order))
    (start,) = sent
    assert start.card_key
    assert SealedCard.find(payment_id).expires_at == int(NOW) + CARD_SECONDS
    assert start.card_key not in "".join(row.job for row in Deadline.scan())


@pytest.mark.parametrize("delay", [0, 7])
def test_the_worker_is_woken_when_the_bank_may_be_asked(delay, now, bank, order, sent):
    bank.delay = delay
    payment_id = pay(order)
    assert [(work.queue, work.object_id, work.due_at) for work in sent] == [(PAYMENTS, payment_id, NOW + delay)]


def test_all_is_written_in_one_transaction(now, bank, order, monkeypatch):
    commits = []
    commit = Transaction.commit
    monkeypatch.setattr(Transaction, "commit", lambda self: commits.append(len(self)) or commit(self))
    pay(order, by_card(order))
    assert commits == [4]  # the payment, its card, its claim on the order, its deadline


REFUSALS = {
    "Order is already paid": {"status": "paid"},
    "Order is cancelled": {"status": "cancelled"},
    "Order is expired": {"status": "expired"},
    "Order has a payment in progress": {"live_payment_id": "pay_other", "attempts": 1},
}


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("known", ["as it is", "as it was"])
def test_an_order_that_takes_no_payment_says_why(refusal, known, now, bank, order):
    Order(order.id).update([getattr(Order, name).set(value) for name, value in REFUSALS[refusal].items()])
    counted = sum(1 for _ in Payment.scan())
    with pytest.raises(BadRequest, match=refusal):
        pay(orders.find(order.id) if known == "as it is" else order)
    assert sum(1 for _ in Payment.scan()) == counted


def test_an_order_whose_time_is_over_takes_no_payment_though_nobody_has_expired_it_yet(now, bank, merchant_id, sent):
    order = new_order(merchant_id, expires_at=NOW + 60)
    now[0] += 60
    with pytest.raises(BadRequest, match="Order is expired"):
        pay(order)


def test_a_payer_is_not_told_whose_merchant_it_is(now, bank, order):
    assert "merchant_id" not in body(accept.create(order, upi(order), None, "r", public=True))


def test_who_wants_to_know_of_the_beginning_is_told(now, bank, order, sent, monkeypatch):
    monkeypatch.setattr(endpoints, "_recent", TimedCache(endpoints.RECENT_SECONDS))
    endpoint = endpoints.new(order.merchant_id, "http://receiver.example/", list(ALL_EVENTS))
    endpoint.write()
    pay(order)
    endpoint.remove()
    told = [Delivery.find(work.object_id).event for work in sent if work.queue == DELIVERIES]
    assert told == ["payment.created", "payment.pending"]
