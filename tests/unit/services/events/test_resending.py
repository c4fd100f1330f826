"""Sending an event again: to whom, under which ids, and how often."""

import json
from dataclasses import replace

import pytest

from chalicelib.domain.errors import BadRequest, NotFound, TooManyRequests
from chalicelib.domain.webhooks import DeliveryStatus, Event
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.events import EventRow
from chalicelib.services.events import reading, resending
from chalicelib.services.events.announcing import KEPT_SECONDS
from chalicelib.services.webhooks import bounds, endpoints, formats, log
from chalicelib.services.webhooks.endpoints import Change
from chalicelib.services.webhooks.formats import Form, Sending
from tests.unit.services.world import MERCHANT, log_of


def event_of(world, endpoint):
    """An event that this endpoint got."""
    delivery_id = world.event(endpoint)
    world.run(1)
    return Delivery.find(delivery_id).event_id, delivery_id


def bodies(world, monkeypatch):
    sent, post = [], world.post

    def note(url, body, headers, **_limits):
        sent.append((url, body, headers))
        return post(url, body, headers)

    monkeypatch.setattr("chalicelib.outbound.post", note)
    return sent


def test_an_endpoint_gets_the_same_bytes_and_ids_again(world, monkeypatch):
    sent = bodies(world, monkeypatch)
    endpoint = world.endpoint()
    event, delivery_id = event_of(world, endpoint)

    again = resending.resend(MERCHANT, event, endpoint.id, "r")
    world.run(1)

    assert again == {"id": event, "deliveries": [{"id": delivery_id, "endpoint_id": endpoint.id}]}
    (_, first, before), (_, second, after) = sent
    assert first == second
    assert json.loads(first)["id"] == event == before["X-Event-Id"] == after["X-Event-Id"]
    assert before["webhook-id"] == after["webhook-id"] == delivery_id
    assert len(log_of(delivery_id)) == 2


def test_an_endpoint_that_did_not_subscribe_gets_it_where_it_is_named_only(world):
    event, _ = event_of(world, world.endpoint())
    other = world.endpoint("http://other.example/hook")
    endpoints.change(MERCHANT, other.id, Change(events=[str(Event.ORDER_PAID)]))

    assert len(resending.resend(MERCHANT, event, None, "r")["deliveries"]) == 1
    (named,) = resending.resend(MERCHANT, event, other.id, "r")["deliveries"]
    world.run(1)

    assert Delivery.find(named["id"]).status == DeliveryStatus.SUCCESS
    assert [url for _, url, _ in world.posts].count("http://other.example/hook") == 1


def test_a_row_is_kept_as_long_as_the_delivery_that_was_made_of_it(world):
    event, _ = event_of(world, world.endpoint())
    other = world.endpoint("http://other.example/hook")
    world.now += KEPT_SECONDS - 60
    (made,) = resending.resend(MERCHANT, event, other.id, "r")["deliveries"]
    (row,) = EventRow.scan()
    assert row.expires_at > Delivery.find(made["id"]).expires_at


@pytest.mark.parametrize("change", [Change(enabled=False), "no url"])
def test_an_endpoint_that_gets_nothing_is_refused(world, change):
    endpoint = world.endpoint()
    event, _ = event_of(world, endpoint)
    if change == "no url":
        endpoints._update(endpoint, [type(endpoint).url.remove()])
    else:
        endpoints.change(MERCHANT, endpoint.id, change)
    with pytest.raises(BadRequest) as refused:
        resending.resend(MERCHANT, event, endpoint.id, "r")
    assert refused.value.field == "endpoint_id"
    assert resending.resend(MERCHANT, event, None, "r")["deliveries"] == []


def test_other_merchants_events_and_endpoints_are_unknown(world):
    event, _ = event_of(world, world.endpoint())
    theirs = world.endpoint(merchant_id="merchant-3")
    with pytest.raises(NotFound):
        resending.resend("merchant-3", event, theirs.id, "r")
    with pytest.raises(NotFound):
        resending.resend(MERCHANT, event, theirs.id, "r")


def test_events_are_sent_again_within_the_limits_of_manual_sends(world, monkeypatch):
    monkeypatch.setattr(bounds, "BY_HAND", replace(bounds.BY_HAND, endpoint=2))
    endpoint = world.endpoint()
    event, _ = event_of(world, endpoint)
    for _ in range(2):
        resending.resend(MERCHANT, event, endpoint.id, "r")
    with pytest.raises(TooManyRequests):
        resending.resend(MERCHANT, event, endpoint.id, "r")


def test_a_delivery_keeps_the_format_that_its_endpoint_had(world, monkeypatch):
    other = Form(lambda event, _name: f"other {event.id}", lambda sending: {"X-Other": sending.delivery_id})
    monkeypatch.setattr(formats, "FORMS", {**formats.FORMS, "other": other})
    sent = bodies(world, monkeypatch)
    endpoint = world.endpoint()
    endpoint.format = "other"
    endpoint.write()
    event, delivery_id = event_of(world, endpoint)
    assert sent[0][1] == f"other {event}"
    assert sent[0][2]["X-Other"] == delivery_id
    assert log.sent_body(Delivery.find(delivery_id)) == f"other {event}"


def test_the_native_headers_name_the_event_beside_both_signatures(world):
    event, _ = event_of(world, world.endpoint())
    stored = reading.find(MERCHANT, event)
    headers = formats.form(None).headers(Sending(stored, "d", 1, "{}", ["whsec_c2VjcmV0"]))
    assert headers["X-Event-Id"] == event
    assert {"X-Webhook-Signature", "webhook-signature", "webhook-id"} <= headers.keys()
