"""One step in memory and in its transaction."""

import copy

import pytest

from chalicelib.domain import clock
from chalicelib.domain.payments import EDGES, LIVE, OrderEffect, State, edge
from chalicelib.domain.terms import DEFAULT_TERMS
from chalicelib.domain.webhooks import ALL_EVENTS, Event
from chalicelib.persistence import postings, totals
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.services.payments import steps
from chalicelib.services.payments.steps import Step
from tests.unit.services.money import NOW, new_order, record

AT = NOW + 10
BEFORE = {
    State.PENDING: {"asked_at": clock.iso(NOW), "inquiries": 2},
    State.REQUIRES_ACTION: {
        "asked_at": clock.iso(NOW),
        "inquiries": 2,
        "next_action": {"type": "redirect", "url": "https://bank.example/", "expires_at": NOW + 600},
    },
    State.AUTHORIZED: {"settled_at": clock.iso(NOW), "bank_reference": "b1", "capture_within": 60},
    State.FAILED: {"settled_at": clock.iso(NOW), "error_code": "CARD_DECLINED"},
}
ENDPOINT = WebhookEndpoint("m", "we", url="https://shop.example/", enabled=True, events=list(ALL_EVENTS))


def step(one, **brings):
    return Step(record(one.source, **BEFORE[one.source]), one, AT, "r", brings)


def every(**only):
    names = [one for one in EDGES if all(getattr(one, name) in wanted for name, wanted in only.items())]
    return pytest.mark.parametrize("one", names, ids=lambda one: f"{one.source} {one.cause}")


@every()
def test_a_step_is_made_in_memory_and_leaves_the_payment_that_was_read(one):
    before = step(one)
    kept = copy.deepcopy(before.payment.attribute_values)
    taken = steps.take(before, [ENDPOINT], DEFAULT_TERMS)
    assert before.payment.attribute_values == kept
    assert (taken.after.state, taken.after.updated_at) == (one.target, clock.iso(AT))


@every()
def test_a_step_ends_the_deadline_and_sets_the_one_that_it_brings(one):
    taken = steps.take(step(one), (), DEFAULT_TERMS)
    assert (taken.after.deadline_at, taken.wakeups) == (None, [])
    (wake,) = steps.take(step(one, deadline_at=AT + 60), (), DEFAULT_TERMS).wakeups
    assert (wake.object_id, wake.due_at, wake.request_id) == ("pay_1", AT + 60, "r")


@every(target=set(State) - LIVE)
def test_a_payment_that_is_no_longer_live_forgets_what_it_asked_the_bank(one):
    after = steps.take(step(one), (), DEFAULT_TERMS).after
    assert (after.asked_at, after.inquiries, after.next_action) == (None, None, None)


@every()
def test_each_state_has_its_time(one):
    after = steps.take(step(one), (), DEFAULT_TERMS).after
    settles = one.source in LIVE | {State.FAILED} and one.target not in LIVE
    assert after.settled_at == (clock.iso(AT) if settles else BEFORE[one.source].get("settled_at"))
    assert after.captured_at == (clock.iso(AT) if one.target == State.CAPTURED else None)
    assert after.voided_at == (clock.iso(AT) if one.target == State.VOIDED else None)


@every(late={True})
def test_a_late_success_is_marked_and_has_no_error_any_more(one):
    after = steps.take(step(one), (), DEFAULT_TERMS).after
    assert (after.late, after.error_code) == (True, None)


@every()
def test_each_step_announces_the_events_of_its_edge_in_their_order(one):
    taken = steps.take(step(one), [ENDPOINT], DEFAULT_TERMS)
    assert tuple(delivery.event for delivery in taken.told.deliveries) == one.events
    assert list(taken.after.delivery_ids or ()) == [delivery.id for delivery in taken.told.deliveries]


@every(order={OrderEffect.PAY, OrderEffect.CLAIM})
def test_an_order_that_is_paid_is_announced_where_it_was_read(one):
    order = Order(
        "order_1", merchant_id="m", amount=1000, currency="INR", notes={}, status="attempted", amount_paid=0, attempts=1,
        payment_ids=["pay_1"], created_at=clock.iso(NOW), updated_at=clock.iso(NOW),
    )  # fmt: skip
    known = step(one)
    taken = steps.take(Step(known.payment, one, AT, "r", {}, order), [ENDPOINT], DEFAULT_TERMS)
    told, stored = taken.told.deliveries[-1], taken.told.events[-1]
    assert (told.event, told.object_id, told.event_id) == (Event.ORDER_PAID, "order_1", stored.id)
    assert (stored.data["order"]["status"], stored.data["order"]["amount_paid"]) == ("paid", 1000)
    assert order.status == "attempted"


def test_a_payment_that_stays_is_changed_in_what_the_step_brings_and_nothing_else():
    before = record(**BEFORE[State.PENDING])
    taken = steps.take(Step(before, None, AT, "r", {"deadline_at": AT + 5, "inquiries": 3}), [ENDPOINT], DEFAULT_TERMS)
    changed = {k: v for k, v in taken.after.attribute_values.items() if v != before.attribute_values.get(k)}
    assert changed == {"deadline_at": AT + 5, "inquiries": 3}
    assert (taken.told.events, taken.told.deliveries) == ((), ())


@pytest.mark.parametrize(
    ("source", "cause", "counters"),
    [
        ("pending", "challenge", {}),
        ("requires_action", "respond", {}),
        ("pending", "authorize", {"succeeded": 1, "succeeded_amount": 1000}),
        ("requires_action", "capture", {"succeeded": 1, "succeeded_amount": 1000}),
        ("pending", "decline", {"failed": 1}),
        ("requires_action", "expire", {"failed": 1}),
        ("authorized", "capture", {}),
        ("authorized", "void", {"voided": 1, "voided_amount": 1000}),
        ("authorized", "expire", {"voided": 1, "voided_amount": 1000}),
        ("failed", "authorize", {"succeeded": 1, "succeeded_amount": 1000, "recovered": 1}),
        (
            "failed",
            "void",
            {"succeeded": 1, "succeeded_amount": 1000, "recovered": 1, "voided": 1, "voided_amount": 1000},
        ),
    ],
)
def test_counters_only_grow(source, cause, counters):
    change, *_ = steps.total_changes([steps.take(step(edge(source, cause)), (), DEFAULT_TERMS)])
    assert (change.counters, change.day, change.currency) == (counters, clock.iso(NOW)[:10], "INR")


# ------------------------------------------------------------ in the database


def stored(merchant_id, state, order=None, **known):
    """Stores pay_1 anew, without the posting of an earlier pay_1."""
    for owner in postings.owners_of(merchant_id):
        for row in postings.Posting.query(owner):
            row.delete()
    made = record(state, **BEFORE[state] | {"merchant_id": merchant_id} | known)
    made.order_id = order.id if order else "order_1"
    made.write()
    return made


def commit(taken):
    transaction = Transaction()
    steps.put(transaction, taken)
    totals.add(transaction, steps.total_changes([taken]), shard_by="pay_1")
    transaction.commit()


@pytest.mark.parametrize("cause", ["capture", "void", "expire"])
def test_of_what_was_given_back_in_part_nothing_is_captured_or_released(cause, merchant_id, now):
    order = new_order(merchant_id)
    order.update([Order.status.set("paid")])
    before = stored(merchant_id, State.AUTHORIZED, order)
    taken = steps.take(Step(before, edge("authorized", cause), AT, "r", {}), (), DEFAULT_TERMS)
    Payment("pay_1").update([Payment.amount_refunded.set(1)])
    with pytest.raises(Refused, match="payment pay_1"):
        commit(taken)


def test_a_step_is_refused_when_another_was_faster(merchant_id, now):
    before = stored(merchant_id, State.AUTHORIZED)
    Payment("pay_1").update([Payment.state.set("captured")])
    with pytest.raises(Refused):
        commit(steps.take(Step(before, edge("authorized", "capture"), AT, "r", {}), (), DEFAULT_TERMS))


def test_a_payment_that_stays_is_not_written_over_a_deadline_that_came_meanwhile(merchant_id, now):
    before = stored(merchant_id, State.PENDING)
    Payment("pay_1").update([Payment.deadline_at.set(NOW)])
    with pytest.raises(Refused):
        commit(steps.take(Step(before, None, AT, "r", {"deadline_at": AT + 600}), (), DEFAULT_TERMS))


PAID = {"status": "paid", "amount_paid": 1000, "live_payment_id": None}
FREE = {"status": "attempted", "amount_paid": 0, "live_payment_id": None}
HELD = FREE | {"live_payment_id": "pay_1"}


@pytest.mark.parametrize(
    ("source", "cause", "before", "after"),
    [
        ("pending", "challenge", HELD, HELD),
        ("pending", "authorize", HELD, PAID),
        ("requires_action", "capture", HELD, PAID),
        ("pending", "decline", HELD, FREE),
        ("requires_action", "expire", HELD, FREE),
        ("authorized", "capture", PAID, PAID),
        ("authorized", "void", PAID, FREE),
        ("authorized", "expire", PAID, FREE),
        ("failed", "authorize", FREE, PAID),
        ("failed", "capture", FREE, PAID),
        ("failed", "void", PAID, PAID),
        ("pending", "authorize", FREE, None),
        ("pending", "decline", HELD | {"live_payment_id": "pay_2"}, None),
        ("authorized", "void", FREE, None),
        ("failed", "authorize", PAID, None),
        ("failed", "authorize", HELD, None),
        ("failed", "authorize", FREE | {"status": "cancelled"}, None),
        ("failed", "authorize", FREE | {"status": "expired"}, None),
        ("failed", "authorize", FREE | {"expires_at": AT}, None),
        ("failed", "authorize", FREE | {"expires_at": AT + 1}, PAID),
    ],
)
def test_the_order_follows_in_the_same_transaction_or_refuses(source, cause, before, after, merchant_id, now):
    order = new_order(merchant_id)
    values = {name: value for name, value in before.items() if value is not None}
    order.update([getattr(Order, name).set(value) for name, value in values.items()])
    payment = stored(merchant_id, State(source), order)
    taken = steps.take(Step(payment, edge(source, cause), AT, "r", {}), (), DEFAULT_TERMS)
    if after is None:
        with pytest.raises(Refused, match="order of pay_1"):
            commit(taken)
        assert Payment.find("pay_1").state == source
        return
    commit(taken)
    posted = [row.id for row in postings.between(merchant_id, "0", "~")]
    assert posted == ([taken.posting.id] if cause == "capture" else [])
    kept = Order.find(order.id)
    assert {name: getattr(kept, name) for name in after} == after
    assert Payment.find("pay_1").state == taken.after.state
