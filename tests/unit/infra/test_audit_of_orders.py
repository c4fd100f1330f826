"""An order lists its newest payments only; the audit holds it to that and to nothing less."""

from types import SimpleNamespace

import pytest

from infra.audit.money_rules import KEPT_PAYMENT_IDS, orders_know_their_payments

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
