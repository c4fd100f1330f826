"""The list of events: what it shows, in which order, and what a poller may rely on."""

import json
from dataclasses import replace

import pytest

from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest, NotFound
from chalicelib.domain.lists import ListQuery
from chalicelib.domain.webhooks import Event
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.transactions import Transaction
from chalicelib.services import orders
from chalicelib.services.events import announcing, listing, reading, resending
from chalicelib.services.events.announcing import KEPT_SECONDS, NewEvent, NewEvents
from chalicelib.services.payments import decide, records
from chalicelib.services.webhooks import endpoints, log
from tests.support.calls import counted_calls
from tests.unit.services import money
from tests.unit.services.money import new_order, pay, settle

DAY = 24 * 3600


@pytest.fixture
def merchant(made, now, sent):
    return made.id


def query(merchant, limit=100, **filters):
    return ListQuery(merchant, limit, filters=filters)


def page(merchant, after=None, limit=100, cursor=None, **filters):
    return listing.page(replace(query(merchant, limit, **filters), cursor=cursor), after)


def names(view):
    return [row["type"] for row in view["data"]]


def happen(merchant, object_id, event=Event.ORDER_PAID, sequence=1, data=None):
    told = [NewEvent(event, object_id, sequence, ("order",))]
    new = NewEvents(merchant, clock.iso(clock.now()), told, {"order": data or {}})
    announcement = announcing.announce(new, ())
    transaction = Transaction()
    announcing.put(transaction, announcement)
    transaction.commit()
    return announcement.events[0].id


def all_after(merchant, event_id, limit=2, **filters):
    """Follows the pages as a poller does."""
    found, cursor = [], None
    while True:
        view = page(merchant, event_id, limit, cursor, **filters)
        found += view["data"]
        cursor = view["next_cursor"]
        if cursor is None:
            return found


def test_a_payment_has_its_events_whether_an_endpoint_subscribes_or_not(merchant, now):
    order = new_order(merchant)
    payment_id = pay(order)
    now[0] += 1
    settle(payment_id)
    now[0] += 1
    decide.capture(merchant, payment_id, int(order.amount), None, "r")

    told = page(merchant)["data"]

    assert [(row["type"], row["object_id"], row["sequence"]) for row in told] == [
        ("payment.captured", payment_id, 4),
        ("order.paid", order.id, 1),
        ("payment.success", payment_id, 3),
        ("payment.pending", payment_id, 2),
        ("payment.created", payment_id, 1),
    ]
    assert [row["data"]["payment"]["status"] for row in told] == ["success", "success", "success", "pending", "pending"]
    assert [row["data"]["payment"]["captured"] for row in told] == [True, False, False, False, False]
    assert told[1]["data"]["order"]["status"] == "paid"
    assert set(told[0]["data"]) == {"payment"}


@pytest.mark.parametrize("place", range(5))
def test_every_event_is_found_by_its_id_and_by_its_merchant_only(merchant, now, place):
    settle(pay(new_order(merchant)))
    event = page(merchant)["data"][::-1][place % 4]
    assert listing.shown(reading.find(merchant, event["id"])) == event
    with pytest.raises(NotFound):
        reading.find("another", event["id"])


@pytest.mark.parametrize("unknown", ["evt_", "pay_1", "evt_" + "0" * 20, "evt_" + "0" * 19 + "a", "evt_" + "é" * 20])
def test_an_unknown_event_is_not_found(merchant, unknown):
    with pytest.raises(NotFound):
        reading.find(merchant, unknown)


def test_the_events_of_one_object_need_no_search(merchant, now):
    order = new_order(merchant)
    payment_id = pay(order)
    now[0] += 1
    settle(payment_id)
    refund_id = money.refund(records.find(payment_id), 1)
    money.process(refund_id)

    assert names(page(merchant, object_id=payment_id)) == ["payment.success", "payment.pending", "payment.created"]
    assert names(page(merchant, object_id=order.id)) == ["order.paid"]
    told = page(merchant, object_id=refund_id)["data"]
    assert {(row["type"], row["sequence"]) for row in told} == {("refund.created", 1), ("refund.processed", 2)}
    assert names(page("another", object_id=payment_id)) == names(page(merchant, object_id="disp_1")) == []


def test_pages_newest_first_show_each_event_once(merchant, now):
    for _ in range(7):
        settle(pay(new_order(merchant)))
        now[0] += 1
    whole, found, cursor = page(merchant)["data"], [], None
    while True:
        view = page(merchant, limit=3, cursor=cursor)
        found += view["data"]
        cursor = view["next_cursor"]
        if cursor is None:
            break
    assert len(whole) == 28
    assert found == whole


def test_a_poller_gets_everything_since_an_event_oldest_first(merchant, now):
    first = happen(merchant, "order_0")
    for _ in range(5):
        now[0] += 0.001
        settle(pay(new_order(merchant)))
    now[0] += 60
    assert all_after(merchant, first) == page(merchant)["data"][:-1][::-1]
    assert [row["type"] for row in all_after(merchant, first, type="payment.pending")] == ["payment.pending"] * 5


def test_a_poller_sees_a_moment_only_when_no_commit_can_add_to_it(merchant, now):
    first = happen(merchant, "order_0")
    now[0] += 10
    early_time = now[0]
    late = NewEvents(merchant, clock.iso(early_time), [NewEvent(Event.ORDER_PAID, "order_1", 1, ())], {})
    announcement, transaction = announcing.announce(late, ()), Transaction()
    announcing.put(transaction, announcement)
    now[0] = early_time + 1
    other = happen(merchant, "order_2")
    now[0] = early_time + announcing.COMMIT_SECONDS

    assert page(merchant, first)["data"] == []
    transaction.commit()  # the last moment at which it may

    now[0] = early_time + listing.settling_seconds() + 1
    assert [row["id"] for row in page(merchant, first)["data"]] == [announcement.events[0].id, other]


def test_a_page_by_type_goes_on_behind_what_it_looked_at(merchant, now, monkeypatch):
    monkeypatch.setattr(listing, "LOOK", 2)
    rare = happen(merchant, "order_rare", Event.ORDER_EXPIRED)
    for number in range(30):
        now[0] += 1
        happen(merchant, f"order_{number}")
    found, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        view = page(merchant, limit=5, cursor=cursor, type="order.expired")
        found, cursor, pages = found + view["data"], view["next_cursor"], pages + 1
    assert [row["id"] for row in found] == [rare]
    assert 1 < pages <= 17


def test_from_and_to_are_both_included(merchant, now):
    start = now[0]
    ids = []
    for number in range(3):
        now[0] = start + number
        ids.append(happen(merchant, f"order_{number}"))
    within = replace(query(merchant), start=clock.iso(start + 1), end=clock.iso(start + 1))
    assert [row["id"] for row in listing.page(within, None)["data"]] == [ids[1]]
    until = replace(query(merchant), end=clock.iso(start)[:10] + "~")
    assert len(listing.page(until, None)["data"]) == 3
    assert listing.page(replace(within, start=clock.iso(start + 2)), None)["data"] == []


def test_an_event_is_shown_for_thirty_days(merchant, now):
    pay(new_order(merchant))
    event = happen(merchant, "order_0")
    now[0] += KEPT_SECONDS - 1
    assert len(page(merchant)["data"]) == 3
    now[0] += 2
    assert page(merchant)["data"] == []
    with pytest.raises(NotFound):
        reading.find(merchant, event)


@pytest.mark.parametrize(("field", "how"), [("after", {"after": "x"}), ("cursor", {"cursor": "evt_"})])
def test_a_place_that_is_no_event_is_refused(merchant, field, how):
    with pytest.raises(BadRequest) as refused:
        page(merchant, **how)
    assert refused.value.field == field


def test_an_offset_is_refused_as_out_of_reach(merchant):
    with pytest.raises(BadRequest, match="next_cursor"):
        listing.page(replace(query(merchant), offset=1), None)


def test_an_order_that_ends_tells_it_once(merchant, now):
    order = new_order(merchant)
    orders.cancel(merchant, order.id, None, "r")
    (event,) = page(merchant, object_id=order.id)["data"]
    assert (event["type"], event["sequence"], event["data"]["order"]["status"]) == ("order.cancelled", 1, "cancelled")


def test_an_early_event_can_be_sent_again(merchant, now):
    settle(pay(new_order(merchant)))
    endpoint = endpoints.create(merchant, "http://shop.example/", [str(Event.PAYMENT_CREATED)], enabled=True)
    (event,) = page(merchant, type="payment.created")["data"]

    (again,) = resending.resend(merchant, event["id"], endpoint.id, "r")["deliveries"]

    body = json.loads(log.sent_body(Delivery.find(again["id"])))
    assert (body["id"], body["event"], body["sequence"]) == (event["id"], "payment.created", 1)
    assert body["data"] == event["data"]


@pytest.mark.parametrize("wanted", [None, "payment.created", "order.paid"])
@pytest.mark.parametrize("polls", [False, True], ids=["newest first", "after"])
def test_a_page_makes_at_most_eight_calls(merchant, now, wanted, polls):
    for _ in range(12):
        settle(pay(new_order(merchant)))
        now[0] += 1
    now[0] += 60
    first = page(merchant)["data"][-1]["id"]
    filters = {"type": wanted} if wanted else {}
    with counted_calls() as calls:
        found = page(merchant, first if polls else None, limit=5, **filters)
    assert len(found["data"]) == 5
    assert calls.total() <= 8


def test_the_events_of_one_object_take_three_calls(merchant, now):
    payment_id = pay(new_order(merchant))
    settle(payment_id)
    with counted_calls() as calls:
        assert len(page(merchant, object_id=payment_id)["data"]) == 3
    assert calls.total() <= 3
