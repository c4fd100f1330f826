"""Sending an event again: to whom, under which ids, and how often."""

import json
from dataclasses import replace

import pytest

from chalicelib.domain.errors import BadRequest, NotFound, TooManyRequests
from chalicelib.domain.lists import ListQuery
from chalicelib.domain.webhooks import DeliveryStatus, Event
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.events import EventRow
from chalicelib.services.events import listing, reading, resending
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
    (row,) = [each for each in EventRow.scan() if not each.stream.endswith("#resent")]
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


def polled(world, after, limit=100, resent=True):
    """What a poller that began after this event gets, once all of it may be shown."""
    world.now += 60
    found = []
    while rows := listing.page(ListQuery(MERCHANT, limit), after, resent=resent)["data"]:
        found += rows
        after = rows[-1].get("resent_as", rows[-1]["id"])
    return found


@pytest.mark.parametrize("to_one", [True, False])
def test_a_poller_gets_what_is_sent_again_each_time_once_and_in_the_order_of_time(world, to_one):
    endpoint = world.endpoint()
    event, _ = event_of(world, endpoint)
    other, _ = event_of(world, endpoint)
    for number in range(3):
        world.now += 1
        resending.resend(MERCHANT, event, endpoint.id if to_one else None, f"r{number}")
    last, _ = event_of(world, endpoint)

    rows = polled(world, event, limit=2)

    assert [row["id"] for row in rows] == [other, event, event, event, last]
    assert len({row["resent_as"] for row in rows if "resent_as" in row}) == 3
    shown = {key: value for key, value in rows[1].items() if key != "resent_as"}
    assert shown == listing.shown(reading.find(MERCHANT, event))
    assert [row["id"] for row in polled(world, event, resent=False)] == [other, last]


def test_a_poller_gets_an_event_that_no_endpoint_takes(world):
    event, _ = event_of(world, world.endpoint())
    (endpoint,) = endpoints.current(MERCHANT)
    endpoints.change(MERCHANT, endpoint.id, Change(enabled=False))
    world.now += 10
    resending.resend(MERCHANT, event, None, "r")
    assert [row["id"] for row in polled(world, event)] == [event]


def test_a_repetition_is_not_shown_before_nothing_can_come_before_it(world):
    event, _ = event_of(world, world.endpoint())
    world.now += 60
    resending.resend(MERCHANT, event, None, "r")
    assert listing.page(ListQuery(MERCHANT, 9), event, resent=True)["data"] == []


def test_one_objects_events_are_asked_without_repetitions():
    with pytest.raises(BadRequest) as refused:
        listing.page(ListQuery(MERCHANT, 9, filters={"object_id": "pay_1"}), None, resent=True)
    assert refused.value.field == "resent"
