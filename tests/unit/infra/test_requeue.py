"""Which worker looks at a record that waits."""

from dataclasses import MISSING, fields

import pytest

from chalicelib import queues
from chalicelib.services.payments import settlement
from infra import requeue
from infra.audit.snapshot import Snapshot
from infra.audit.stage import Stage
from infra.requeue import QUEUES, queue_of


@pytest.mark.parametrize(
    ("object_id", "queue"),
    [
        ("pay_1", "payments"),
        ("order_1", "payments"),
        ("rfnd_1", "refunds"),
        ("setl_1", "settlements"),
        ("qr_1", "payments"),
        ("sub_1", "payments"),
        ("d-1", "deliveries"),
    ],
)
def test_an_id_tells_its_queue(object_id, queue):
    assert queue_of(object_id) == queue


def test_the_payment_worker_gets_everything_that_it_looks_at():
    assert {prefix for prefix in settlement.LOOKS if QUEUES.get(prefix) != "payments"} == set()


def test_every_queue_exists():
    assert {*QUEUES.values(), queue_of("x")} <= set(queues.QUEUES)


def test_codes_subscriptions_and_orders_that_their_owner_has_not_counted_are_given_back(monkeypatch):
    codes = {"qr_1": {"id": "qr_1", "status": "active", "close_by": 5, "merchant_id": "m"}}
    made = {
        "sub_1": {"id": "sub_1", "status": "active", "merchant_id": "m"},
        "sub_2": {"id": "sub_2", "status": "created", "expire_by": 5, "merchant_id": "m"},
        "sub_3": {"id": "sub_3", "status": "completed", "merchant_id": "m"},
    }
    paid = {"status": "paid", "owner_id": "qr_1", "merchant_id": "m"}
    orders = {"order_1": {"id": "order_1", **paid}, "order_2": {"id": "order_2", **paid, "counted_at": "t"}}
    nothing = {each.name: {} for each in fields(Snapshot) if each.default is each.default_factory is MISSING}
    seen, sent = Snapshot(**nothing | {"now": 9.0, "orders": orders}, qr_codes=codes, subscriptions=made), []
    monkeypatch.setattr(requeue, "use_target", lambda: None)
    monkeypatch.setattr(Stage, "__init__", lambda *_: None)
    monkeypatch.setattr(Stage, "snapshot", lambda *_, **__: seen)
    monkeypatch.setattr(queues, "send", lambda *jobs: sent.extend(jobs))
    assert requeue.main() == 0
    assert {(each.object_id, each.queue) for each in sent} == {
        (name, "payments") for name in ("qr_1", "sub_1", "sub_2", "order_1")
    }
