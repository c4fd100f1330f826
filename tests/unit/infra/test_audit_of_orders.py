"""What the audit holds an order to: it lists its newest payments, and its payments make up what it was paid."""

from types import SimpleNamespace

import pytest

from infra.audit.money_rules import (
    KEPT_PAYMENT_IDS,
    orders_are_paid_exactly_once,
    orders_know_their_payments,
    payments_belong_to_orders,
)

MANY = [f"pay_{number}" for number in range(KEPT_PAYMENT_IDS + 20)]


def findings(payment_ids, made=MANY, attempts=None):
    order = {"status": "attempted", "payment_ids": payment_ids, "attempts": len(made) if attempts is None else attempts}
    payments = {name: {"id": name, "order_id": "o", "state": "failed"} for name in made}
    return list(orders_know_their_payments(SimpleNamespace(orders={"o": order}, payments=payments)))


def test_an_order_of_many_failures_lists_the_last_ones():
    assert findings(MANY[-KEPT_PAYMENT_IDS:]) == []
    assert findings(MANY[:3], MANY[:3]) == []


@pytest.mark.parametrize(
    ("payment_ids", "made", "attempts"),
    [
        (MANY, MANY, None),
        (MANY[-KEPT_PAYMENT_IDS + 1 :], MANY, None),
        ([*MANY[-KEPT_PAYMENT_IDS + 1 :], MANY[-1]], MANY, None),
        ([*MANY[-KEPT_PAYMENT_IDS + 1 :], "pay_other"], MANY, None),
        (MANY[-KEPT_PAYMENT_IDS:], MANY, KEPT_PAYMENT_IDS),
        (MANY[:2], MANY[:3], None),
    ],
)
def test_an_order_that_lists_others_or_too_few_is_a_finding(payment_ids, made, attempts):
    assert findings(payment_ids, made, attempts)


PARTS = {"p": 400, "q": 600}


def money_findings(order=None, **changes):
    """What is found of an order of 1000 that was paid in two parts. changes: of a payment, by its id."""
    same = {"merchant_id": "m", "currency": "INR"}
    known = {**same, "status": "paid", "amount": 1000, "amount_paid": 1000, "first_part_min": 100, **(order or {})}
    part = {**same, "order_id": "o", "state": "captured", "auto_capture": True}
    payments = {name: {**part, "id": name, "amount": PARTS[name], **changes.get(name, {})} for name in PARTS}
    seen = SimpleNamespace(orders={"o": known}, payments=payments)
    return [*orders_are_paid_exactly_once(seen), *payments_belong_to_orders(seen)]


def test_the_parts_of_an_order_make_up_what_it_was_paid():
    assert money_findings() == []
    assert money_findings({"status": "attempted", "amount_paid": 400}, q={"state": "failed"}) == []


@pytest.mark.parametrize(
    ("order", "changes"),
    [
        ({"first_part_min": None}, {}),
        ({"status": "attempted"}, {}),
        ({"amount_paid": 400}, {}),
        ({"amount_paid": 400}, {"q": {"state": "failed"}}),
        ({"amount_paid": 1100}, {"q": {"amount": 700}}),
        ({}, {"q": {"auto_capture": None}}),
        ({"amount_paid": 400, "status": "attempted"}, {"q": {"state": "failed", "amount": 1001}}),
    ],
)
def test_parts_that_are_too_much_or_held_or_not_counted_are_a_finding(order, changes):
    assert money_findings(order, **changes)
