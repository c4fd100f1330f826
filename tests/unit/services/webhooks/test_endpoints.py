"""How many webhook endpoints a merchant has, and what becomes of a payment with several."""

from collections import Counter

import pytest

from chalicelib import queues
from chalicelib.domain.errors import BadRequest, NotFound
from chalicelib.domain.webhooks import ALL_EVENTS
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.services.events import early
from chalicelib.services.merchants import accounts
from chalicelib.services.payments import decide, records, settlement
from chalicelib.services.reports import timeline
from chalicelib.services.webhooks import endpoints
from tests.unit.services import money
from tests.unit.services.money import new_order, process, settle, work_of

URL = "http://receiver.example/"
real = Delivery.find_many
EVENTS = ["payment.success", "order.paid"]


@pytest.fixture
def merchant(world):
    return accounts.find(accounts.create("Shop", "shop@example.com").id)


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
    plain, crowded = pay(merchant.id), pay(accounts.create("Crowd", "crowd@example.com").id)
    for _ in range(49):
        endpoints.new(records.find(crowded).merchant_id, URL, EVENTS).write()
    work = [work_of(payment_id) for payment_id in (plain, crowded)]
    assert settlement.process(work) == work[1:]
    assert [records.find(payment_id).state for payment_id in (plain, crowded)] == ["authorized", "pending"]


def test_the_timeline_of_a_payment_shows_each_of_its_webhooks_and_looks_for_no_others(merchant, monkeypatch):
    monkeypatch.setattr(queues, "send", lambda *_: None)
    for _ in range(2):
        endpoints.create(merchant.id, URL, list(ALL_EVENTS), enabled=True)
    payment_id = pay(merchant.id)
    settle(payment_id)
    decide.capture(merchant.id, payment_id, 1000, None, "r")
    process(*(money.refund(records.find(payment_id), 1) for _ in range(10)))
    asked = []
    monkeypatch.setattr(Delivery, "find_many", lambda ids: asked.extend(ids) or real(ids))

    shown = Counter(entry["what"] for entry in timeline.of_payment(merchant.id, payment_id)["data"])

    payment_events = ("created", "pending", "success", "captured")
    expected = {f"webhook payment.{name}": 2 for name in payment_events} | {"webhook order.paid": 2}
    expected |= {"webhook refund.created": 20, "webhook refund.processed": 20}
    assert {what: times for what, times in shown.items() if what.startswith("webhook")} == expected
    of_the_primary_without_a_url = early.NUMBER
    assert len(asked) == sum(expected.values()) + of_the_primary_without_a_url


def pay(merchant_id):
    return money.pay(new_order(merchant_id))
