"""What two sides do to one subscription at the same time, and what is left of one that has ended."""

import time

import pytest

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.domain.money import MAX_AMOUNT
from chalicelib.persistence.orders import Order
from chalicelib.persistence.transactions import Transaction
from chalicelib.services.jobs import EDGE_SECONDS
from chalicelib.services.subscriptions import charging
from tests.integration.subscriptions.subscribing import DAY, ITEM, MONTH, payments, record, subscribe
from tests.support.surface import ask, make


def states(made):
    return sorted(each.state for each in payments(made))


def before_the_payment(monkeypatch, act):
    """Acts once, just before a transaction with a payment is committed."""
    commit, rivals = Transaction.commit, [act]

    def overtaken(transaction):
        if rivals and any(name == "payment" for name, *_ in transaction._puts):
            rivals.pop()()
        commit(transaction)

    monkeypatch.setattr(Transaction, "commit", overtaken)


@pytest.mark.parametrize("decision", ["cancel", "pause"])
def test_nobody_is_charged_whose_subscription_ends_or_pauses_while_the_worker_charges(
    shop, workers, later, plan, monkeypatch, decision
):
    made = subscribe(shop, workers, plan)
    before_the_payment(monkeypatch, lambda: make(f"subscriptions/{made['id']}/{decision}", {}))

    later(MONTH, made["id"])

    assert record(made).status == {"cancel": "cancelled", "pause": "paused"}[decision]
    assert states(made) == ["captured"]


def test_two_workers_charge_a_cycle_once(shop, workers, later, plan, monkeypatch):
    made = subscribe(shop, workers, plan)
    before_the_payment(monkeypatch, lambda: charging.look(queues.job(queues.PAYMENTS, made["id"], "r")))

    later(MONTH, made["id"])

    assert states(made) == ["captured", "captured"]
    assert record(made).paid_count == 2


def test_a_last_charge_that_is_paid_in_a_pause_completes_the_subscription(shop, workers, later, plan, monkeypatch):
    made = subscribe(shop, workers, plan, total_count=2)
    commit, rivals = Transaction.commit, [lambda: make(f"subscriptions/{made['id']}/pause", {})]

    def overtaken(transaction):
        if rivals and any(name.startswith("payment pay_") for name, *_ in transaction._updates):
            rivals.pop()()
        commit(transaction)

    monkeypatch.setattr(Transaction, "commit", overtaken)
    later(MONTH, made["id"])

    assert rivals == []
    assert (record(made).status, record(made).paid_count) == ("completed", 2)


def test_the_wake_up_of_a_resumed_subscription_outlasts_the_request(shop, workers, plan, monkeypatch):
    made = subscribe(shop, workers, plan)
    make(f"subscriptions/{made['id']}/pause", {})
    found = record(made)
    found.current_end = int(clock.now()) - DAY
    found.write()
    sent = []
    monkeypatch.setattr(queues, "send", lambda *work: sent.extend(work))

    make(f"subscriptions/{made['id']}/resume", {})

    (wake,) = [job for job in sent if job.object_id == made["id"]]
    assert wake.due_at >= clock.now() + EDGE_SECONDS - 5
    assert record(made).deadline_at == wake.due_at


def test_the_unpaid_order_of_a_cancelled_subscription_takes_no_money(shop, workers, later, plan):
    made = make("subscriptions", {"plan_id": plan["id"], "total_count": 3})
    order_id = record(made).first_order_id
    make(f"subscriptions/{made['id']}/cancel", {})

    later(EDGE_SECONDS + 1, order_id)

    assert Order.find(order_id).status == "cancelled"
    assert shop.ask("POST", "/sandbox/razorpay/pay", {"subscription_id": made["id"]}).status == 400


def test_an_order_that_is_being_paid_when_its_subscription_is_cancelled_is_cancelled_when_that_fails(
    shop, workers, later, plan
):
    made = make("subscriptions", {"plan_id": plan["id"], "total_count": 3})
    order_id = record(made).first_order_id
    assert (
        shop.ask("POST", "/payments", {"order_id": order_id, "method": "upi", "vpa": "failure@razorpay"}).status == 201
    )
    make(f"subscriptions/{made['id']}/cancel", {})

    workers.drain()

    assert (Order.find(order_id).status, states(made)) == ("cancelled", ["failed"])


def test_a_subscription_that_expires_takes_its_order_along(later, plan):
    made = make("subscriptions", {"plan_id": plan["id"], "total_count": 3, "expire_by": int(time.time()) + 600})

    later(700, made["id"])

    assert (record(made).status, Order.find(record(made).first_order_id).status) == ("expired", "cancelled")


def test_a_subscription_that_is_being_paid_does_not_expire(shop, workers, later, plan):
    made = make("subscriptions", {"plan_id": plan["id"], "total_count": 3, "expire_by": int(time.time()) + 600})
    body = {"order_id": record(made).first_order_id, "method": "upi", "flow": "intent"}
    payment = shop.ask("POST", "/payments", body).body
    workers.drain()

    later(599 + 60, made["id"])
    assert record(made).status == "created"
    shop.ask("POST", f"/sandbox/payments/{payment['id']}/act", {"action": "approve"})
    workers.drain()

    assert (record(made).status, record(made).paid_count) == ("active", 1)


def test_a_payment_that_only_authenticates_is_no_charge_of_a_cancelled_subscription(shop, workers, plan):
    start = int(time.time()) + 10 * DAY
    made = make("subscriptions", {"plan_id": plan["id"], "total_count": 3, "start_at": start})
    assert (
        shop.ask(
            "POST", "/payments", {"order_id": record(made).first_order_id, "method": "upi", "vpa": "asha@upi"}
        ).status
        == 201
    )
    make(f"subscriptions/{made['id']}/cancel", {})

    workers.drain()

    assert (record(made).status, record(made).paid_count, states(made)) == ("cancelled", 0, ["captured"])
    assert record(made).deadline_at is None


def test_no_charge_may_become_larger_than_an_order_can_be(shop, workers, plan):
    dear = make("plans", {"period": "monthly", "interval": 1, "item": {**ITEM, "amount": MAX_AMOUNT // 2}})
    refused = ask("POST", "subscriptions", {"plan_id": dear["id"], "total_count": 3, "quantity": 3})
    assert (refused[0], refused[1]["error"]["description"]) == (400, "Amount exceeds maximum amount allowed.")

    made = subscribe(shop, workers, plan)
    changes = {"plan_id": dear["id"], "schedule_change_at": "cycle_end"}
    assert ask("PATCH", f"subscriptions/{made['id']}", changes)[0] == 200
    assert ask("PATCH", f"subscriptions/{made['id']}", {**changes, "quantity": 3})[0] == 400
    addon = {"item": {**ITEM, "amount": MAX_AMOUNT // 2 + 9}, "quantity": 1}
    assert ask("POST", f"subscriptions/{made['id']}/addons", addon)[0] == 400
    assert record(made).addons is None


def test_a_charge_has_a_bounded_number_of_addons(plan):
    addons = [{"item": ITEM}] * 51
    refused = ask("POST", "subscriptions", {"plan_id": plan["id"], "total_count": 3, "addons": addons})
    assert (refused[0], refused[1]["error"]["field"]) == (400, "addons")
