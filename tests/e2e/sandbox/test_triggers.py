"""Every event of the catalogue on demand, and the sandbox's smaller gifts."""

import pytest

from chalicelib.domain.webhooks import ALL_EVENTS as CATALOGUE
from chalicelib.sandbox.triggers import RECIPES


def test_every_event_can_be_triggered():
    assert set(RECIPES) == set(CATALOGUE)


@pytest.mark.parametrize("event", CATALOGUE)
def test_a_triggered_event_arrives_signed(sandbox, receiver, event):
    endpoint = sandbox.listen(receiver)
    if event == "webhook.test":
        sandbox.client.ask("PUT", "/api/v1/merchants/webhook", {"webhook_url": receiver.url("/hook")})
        endpoint = None

    made = sandbox.ask("POST", "trigger", {"event": event})

    assert made.status_code == 201, made.text
    object_id = made.json()[f"{'endpoint' if endpoint is None else event.partition('.')[0]}_id"]
    arrival = receiver.wait_for("/hook", object_id, event, 20)
    assert endpoint is None or arrival.is_signed_with(endpoint["secret"])


def test_an_unknown_event_is_refused_with_the_list_of_events(sandbox):
    error = sandbox.ask("POST", "trigger", {"event": "payment.exploded"}).json()["error"]
    assert error["field"] == "event"
    assert "payment.voided" in error["description"]


def test_a_fresh_merchant_sees_nothing_of_others(stage, sandbox):
    sandbox.client.order()
    assert stage.fresh().client.get("/api/v1/orders").json()["total"] == 0


def test_the_instruments_are_listed_with_what_the_bank_does(sandbox):
    listed = sandbox.client.anonymous().get("/api/v1/sandbox/instruments").json()
    assert {"value": "success@upi", "script": "approve"} in listed["vpas"]
    assert {"value": "4111111111111111", "script": "approve"} in listed["cards"]
