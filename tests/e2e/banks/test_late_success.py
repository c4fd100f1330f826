"""A bank that says yes after it said no: the money pays the order that still needs it, and goes back otherwise."""

import pytest

from tests.e2e.conftest import made as created
from tests.support.receiver import Receiver

EVENTS = ["payment.success", "payment.failed", "payment.voided", "order.paid"]
LATE = "decline CARD_DECLINED, then approve after 6s"


@pytest.fixture
def told(bank):
    """The events that arrive, by object."""
    server = Receiver()
    wanted = {"url": server.url("/late"), "events": EVENTS}
    endpoint = created(bank.client.post("/api/v1/webhook-endpoints", wanted))
    yield lambda object_id, event: server.wait_for("/late", object_id, event, 20)
    bank.client.ask("DELETE", f"/api/v1/webhook-endpoints/{endpoint['id']}")
    server.close()


def failed_first(bank, order, **instrument):
    payment = bank.pay(order, **instrument)
    assert bank.settled(payment)["status"] == "failed"
    return payment


def test_the_order_is_paid_where_it_is_free(bank, told):
    order = bank.order(LATE)
    payment = failed_first(bank, order)

    late = bank.until(payment, lambda shown: shown["status"] == "success")

    assert late["late"] is True
    assert late["error_code"] is None
    assert bank.status_of(order) == "paid"
    assert told(payment["id"], "payment.failed")
    assert told(payment["id"], "payment.success")
    assert told(order["id"], "order.paid")


def test_the_money_is_voided_where_another_payment_has_paid_the_order(bank, told):
    order = bank.client.order()
    payment = failed_first(bank, order, method="upi", vpa="late@bank")
    second = bank.pay(order, method="upi", vpa="success@bank")
    assert bank.settled(second)["status"] == "success"

    bank.move_clock(60)
    voided = bank.until(payment, lambda shown: shown["status"] == "voided")

    assert (voided["late"], voided["captured"]) == (True, False)
    assert bank.payment(second)["status"] == "success"
    assert told(payment["id"], "payment.voided")


def test_the_money_is_voided_where_the_order_was_cancelled_meanwhile(bank):
    order = bank.order(LATE)
    payment = failed_first(bank, order)
    assert bank.client.post(f"/api/v1/orders/{order['id']}/cancel").status_code == 200

    assert bank.until(payment, lambda shown: shown["status"] == "voided")["late"] is True
    assert bank.status_of(order) == "cancelled"
    assert bank.findings() == []
