"""The early ends of an order: it is cancelled, or its deadline passes."""

import json
from dataclasses import replace

import pytest

from chalicelib import queues
from chalicelib.config import settings
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest, NotFound, Unavailable
from chalicelib.domain.orders import LONGEST_LIFE, CaptureMode
from chalicelib.domain.webhooks import Event
from chalicelib.persistence.deadlines import Deadline
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.orders import Order
from chalicelib.persistence.transactions import Transaction
from chalicelib.queues import DELIVERIES, PAYMENTS, job
from chalicelib.services import idempotency, orders
from chalicelib.services.orders import Terms
from chalicelib.services.waits import wakeups
from chalicelib.services.webhooks import endpoints, log

HOUR = 3600
NOW = 1_800_000_000.0
PLAIN = Terms(1000, "INR", None, {}, CaptureMode.MANUAL, None, None, None, None, None)
ENDING = replace(PLAIN, expires_at=NOW + HOUR)


@pytest.fixture
def now(monkeypatch):
    """A clock that a test moves: now[0] += seconds."""
    time = [NOW]
    monkeypatch.setattr(clock, "source", lambda: time[0])
    return time


@pytest.fixture
def sent(now, monkeypatch):
    """The jobs that were sent, in order."""
    noted = []
    monkeypatch.setattr(queues, "send", lambda *work: noted.extend(work))
    return noted


@pytest.fixture
def receiver(merchant_id):
    """Wants to know of an order's early end."""
    endpoint = endpoints.new(merchant_id, "http://receiver.example/")
    endpoint.events = [Event.ORDER_CANCELLED, Event.ORDER_EXPIRED]
    endpoint.write()
    yield endpoint
    endpoint.remove()


def made(merchant_id, terms=PLAIN, once=None):
    return orders.find(body(orders.create(merchant_id, terms, once, "r"))["id"])


def body(answer):
    return json.loads(answer.body)


def cancel(order, once=None):
    return body(orders.cancel(order.merchant_id, order.id, once, "r"))


def due(order, age=0.0):
    """The job of the order's deadline, sent `age` seconds ago."""
    work = job(PAYMENTS, order.id, "r")
    return replace(work, sent_at=work.sent_at - age)


def become(order, *actions):
    order.change(list(actions), Order.id.exists())


def told(sent):
    """What the sent jobs announce."""
    return [Delivery.find(work.object_id).event for work in sent if work.queue == DELIVERIES]


def test_an_order_shows_the_terms_it_was_made_with(merchant_id, sent):
    terms = replace(
        ENDING, capture_within=600, return_url="https://shop.example/", description="Tea",
        customer={"name": "Asha", "email": None, "contact": None},
    )  # fmt: skip
    shown = body(orders.create(merchant_id, terms, None, "r"))

    assert (shown["capture"], shown["capture_within"], shown["amount_due"]) == ("manual", 600, 1000)
    assert shown["expires_at"] == clock.iso(NOW + HOUR)
    assert (shown["return_url"], shown["description"]) == (terms.return_url, terms.description)
    assert shown["customer"] == terms.customer
    assert orders.find(shown["id"]).customer == terms.customer


def test_an_order_without_a_deadline_is_one_write_and_no_message(merchant_id, sent, monkeypatch):
    monkeypatch.setattr(wakeups, "plan", None)
    order = made(merchant_id, replace(PLAIN, capture=CaptureMode.AUTOMATIC))

    assert (order.status, order.capture, order.expires_at, sent) == ("created", "automatic", None, [])


def test_the_deadline_is_kept_with_its_order_or_not_at_all(merchant_id, sent, monkeypatch):
    made(merchant_id, ENDING)
    kept = [row.job for row in Deadline.scan()]

    monkeypatch.setattr(Transaction, "commit", lambda _: (_ for _ in ()).throw(Unavailable("The database is away")))
    with pytest.raises(Unavailable):
        made(merchant_id, ENDING)

    assert [row.job for row in Deadline.scan()] == kept


@pytest.mark.parametrize("moment", [NOW, NOW - 1, NOW + LONGEST_LIFE + 1, -62135600400.0])
def test_an_order_ends_in_the_future_and_within_a_year(merchant_id, sent, moment):
    with pytest.raises(BadRequest) as refused:
        made(merchant_id, replace(PLAIN, expires_at=moment))
    assert refused.value.field == "expires_at"


def test_a_repeat_gets_its_answer_even_after_the_order_has_expired(merchant_id, sent, now):
    once = idempotency.once((merchant_id,), "expiring", b"x")
    first = orders.create(merchant_id, ENDING, once, "r")
    now[0] += 2 * HOUR

    again = orders.create(merchant_id, ENDING, once, "r")

    assert (again.body, again.replayed) == (first.body, True)


def test_a_script_that_nobody_could_follow_is_refused_on_test_stages_only(merchant_id, sent, monkeypatch):
    terms = replace(PLAIN, notes={"simulate": "jump"})
    with pytest.raises(BadRequest) as refused:
        made(merchant_id, terms)
    assert refused.value.field == "notes.simulate"

    elsewhere = replace(settings(), stage="dev")
    monkeypatch.setattr(orders, "settings", lambda: elsewhere)
    assert made(merchant_id, terms).notes == {"simulate": "jump"}


def test_a_cancelled_order_says_so_and_tells_who_asked(merchant_id, sent, receiver):
    order = made(merchant_id)
    shown = cancel(order)

    assert (shown["status"], orders.find(order.id).status) == ("cancelled", "cancelled")
    assert told(sent) == [Event.ORDER_CANCELLED]
    assert json.loads(log.sent_body(Delivery.find(sent[0].object_id)))["data"] == {"order": shown}


@pytest.mark.parametrize(
    ("actions", "why"),
    [
        ([Order.status.set("paid")], "Order is already paid"),
        ([Order.status.set("expired")], "Order is expired"),
        ([Order.status.set("cancelled")], "Order is cancelled"),
        ([Order.status.set("attempted"), Order.live_payment_id.set("pay_1")], "Order has a payment in progress"),
    ],
    ids=["paid", "expired", "cancelled", "live"],
)
@pytest.mark.parametrize("seen", ["before", "after the look"])
def test_an_order_that_is_over_or_being_paid_is_not_cancelled(merchant_id, sent, monkeypatch, actions, why, seen):
    order = made(merchant_id)
    as_it_was = Order.find(order.id)
    become(order, *actions)
    if seen == "after the look":
        find, stale = Order.find, [as_it_was]
        monkeypatch.setattr(Order, "find", lambda *key, **how: stale.pop() if stale else find(*key, **how))

    with pytest.raises(BadRequest, match=why):
        cancel(order)


def test_an_order_of_another_merchant_is_not_found(merchant_id, sent):
    with pytest.raises(NotFound):
        orders.cancel("another", made(merchant_id).id, None, "r")


def test_a_repeated_cancellation_is_a_replay_with_its_key_and_refused_without(merchant_id, sent):
    order, once = made(merchant_id), idempotency.once((merchant_id,), "cancel", b"{}")
    first = cancel(order, once)

    assert cancel(order, once) == first
    with pytest.raises(BadRequest, match="Order is cancelled"):
        cancel(order)


def test_an_order_expires_when_its_deadline_has_passed(merchant_id, sent, now, receiver):
    order = made(merchant_id, ENDING)
    now[0] += HOUR
    sent.clear()

    assert orders.expire(due(order))

    assert orders.find(order.id).status == "expired"
    assert told(sent) == [Event.ORDER_EXPIRED]


def test_a_repeated_deadline_announces_the_end_again(merchant_id, sent, now, receiver, monkeypatch):
    order = made(merchant_id, ENDING)
    now[0] += HOUR
    orders.expire(due(order))
    first = [work.object_id for work in sent if work.queue == DELIVERIES]
    sent.clear()

    assert orders.expire(due(order))

    assert [work.object_id for work in sent] == first


@pytest.mark.parametrize(("early", "live", "wait"), [(7, None, 7), (0, "pay_1", 300)])
def test_a_deadline_waits_where_it_is_early_or_a_payment_is_under_way(merchant_id, sent, now, early, live, wait):
    order = made(merchant_id, ENDING)
    if live:
        become(order, Order.status.set("attempted"), Order.live_payment_id.set(live))
    now[0] += HOUR - early
    sent.clear()

    assert orders.expire(due(order))

    assert orders.find(order.id).status in {"created", "attempted"}
    assert [(work.object_id, work.due_at - now[0]) for work in sent] == [(order.id, wait)]


@pytest.mark.parametrize("status", ["paid", "cancelled"])
def test_an_overtaken_deadline_does_nothing(merchant_id, sent, now, status):
    order = made(merchant_id, ENDING)
    become(order, Order.status.set(status))
    now[0] += HOUR
    sent.clear()

    assert orders.expire(due(order))

    assert (orders.find(order.id).status, sent) == (status, [])


def test_a_payment_that_comes_at_the_last_moment_keeps_the_order(merchant_id, sent, now, monkeypatch):
    order = made(merchant_id, ENDING)
    now[0] += HOUR
    as_it_was = Order.find(order.id)
    become(order, Order.status.set("attempted"), Order.live_payment_id.set("pay_1"))
    monkeypatch.setattr(Order, "find", lambda *_: as_it_was)

    assert not orders.expire(due(order))

    monkeypatch.undo()
    assert orders.find(order.id).status == "attempted"


@pytest.mark.parametrize(("age", "again"), [(1, 1), (HOUR, 0)])
def test_a_deadline_without_its_order_waits_for_the_commit_and_is_then_dropped(merchant_id, sent, age, again):
    assert orders.expire(due(Order("order_never"), age))

    assert len(sent) == again
