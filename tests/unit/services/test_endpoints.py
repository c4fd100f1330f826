"""How many webhook endpoints a merchant has, and what becomes of those that are too many."""

import json

import pytest

from chalicelib import queues
from chalicelib.domain.errors import BadRequest, NotFound
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.queues import job
from chalicelib.services import endpoints, merchants, orders, payments, settlement
from chalicelib.services.payments import Instrument

URL = "http://receiver.example/"
EVENTS = ["payment.success", "order.paid"]


@pytest.fixture
def merchant(world):
    return merchants.find(merchants.create("Shop", "shop@example.com").id)


def create(merchant):
    return endpoints.create(merchant.id, URL, EVENTS, enabled=True)


def fill(merchant):
    return [create(merchant) for _ in range(endpoints.MAX_ENDPOINTS - 1)]


def test_the_eleventh_endpoint_is_refused_even_to_a_request_that_saw_none_of_the_others(merchant, monkeypatch):
    endpoints.set_primary_url(merchant, URL)
    fill(merchant)
    monkeypatch.setattr(WebhookEndpoint, "of_merchant", lambda *_: [])
    with pytest.raises(BadRequest, match="at most 10"):
        create(merchant)
    monkeypatch.undo()
    assert len(endpoints.visible(merchant.id)) == endpoints.MAX_ENDPOINTS


def test_an_endpoint_that_is_deleted_makes_room_for_one(merchant, monkeypatch):
    first, *_ = fill(merchant)
    endpoints.delete(merchant, first.id)
    monkeypatch.setattr(endpoints, "find", lambda *_: first)
    with pytest.raises(NotFound):
        endpoints.delete(merchant, first.id)
    create(merchant)
    with pytest.raises(BadRequest):
        create(merchant)


def test_a_payment_with_more_webhooks_than_a_transaction_holds_fails_and_takes_nobody_along(merchant, monkeypatch):
    monkeypatch.setattr(queues, "send", lambda *_: None)
    monkeypatch.setattr(settlement.logger, "exception", lambda *_, **__: None)
    plain, crowded = pay(merchant.id), pay(merchants.create("Crowd", "crowd@example.com").id)
    for _ in range(49):
        endpoints.new(payments.find(crowded).merchant_id, URL, EVENTS).keep()
    work = [job(queues.PAYMENTS, payment_id, "r") for payment_id in (plain, crowded)]
    assert settlement.process(work) == work[1:]
    assert [payments.find(payment_id).status for payment_id in (plain, crowded)] == ["success", "pending"]


def pay(merchant_id):
    order = orders.find(created(orders.create(merchant_id, 1000, "INR", None, {}, None)))
    return created(payments.create(order, Instrument(vpa="success@upi"), None, "r", public=False))


def created(answer):
    return json.loads(answer.body)["id"]
