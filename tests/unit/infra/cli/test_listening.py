"""The parts of `gateway listen`: its cursor, its orders, and what it posts."""

import json
import threading

import pytest

from infra.cli.listening import cursor as cursors
from infra.cli.listening import forwarding
from infra.cli.listening.cursor import Cursor, file_for
from infra.cli.listening.orders import deliveries
from infra.local.ports import any_free_port
from infra.usage import UsageError
from tests.support.receiver import Receiver

EVENTS = [{"id": f"evt_{number}"} for number in range(6)]
EVENT = {
    "id": "evt_1",
    "type": "payment.success",
    "object_id": "pay_1",
    "sequence": 3,
    "created_at": "2026-01-02T03:04:05.250000Z",
    "data": {"payment": {"id": "pay_1", "notes": {"b": "ü", "7": "x"}}},
}


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()


def ids(order, copies=1, seed=0, events=EVENTS):
    return [delivery.id for delivery in deliveries(events, order, copies, seed)]


def test_events_come_in_their_order_or_in_the_opposite_one():
    assert ids("in-order") == [f"evt_{number}/1" for number in range(6)]
    assert ids("reversed") == ids("in-order")[::-1]


def test_a_seed_gives_one_order_of_all_events():
    shuffled = ids("shuffled", seed=1)
    assert shuffled == ids("shuffled", seed=1) != ids("shuffled", seed=2)
    assert sorted(shuffled) == ids("in-order") != shuffled


def test_twice_gives_each_event_a_second_delivery_of_its_own():
    assert ids("in-order", copies=2)[:3] == ["evt_0/1", "evt_0/2", "evt_1/1"]


def test_a_cursor_is_found_again_by_the_next_listener(tmp_path):
    file = tmp_path / "listen" / "one.json"
    first = Cursor(file)
    assert (first.is_new, first.after, first.done) == (True, "", set())
    first.move("evt_1")
    first.add("evt_3/1")
    first.add("evt_2/1")
    first.lock.close()

    second = Cursor(file)

    assert (second.is_new, second.after, second.done) == (False, "evt_1", {"evt_2/1", "evt_3/1"})
    second.move("evt_3")
    assert json.loads(file.read_text()) == {"after": "evt_3", "done": []}


def test_two_listeners_do_not_share_a_cursor(tmp_path, monkeypatch):
    monkeypatch.setattr(cursors, "HANDOVER_SECONDS", 0.1)
    first = Cursor(tmp_path / "one.json")
    with pytest.raises(UsageError, match="Another `gateway listen` has the cursor"):
        Cursor(tmp_path / "one.json")
    first.lock.close()


def test_listeners_of_other_gateways_keys_and_servers_have_other_cursors(tmp_path):
    files = {
        file_for(tmp_path, *identity) for identity in [("a", "k", ""), ("b", "k", ""), ("a", "k2", ""), ("a", "k", "u")]
    }
    assert len(files) == 4
    assert file_for(tmp_path, "a", "k", "") in files


def test_a_forwarded_event_is_a_webhook_with_both_signatures(receiver):
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    assert forwarding.post(receiver.url("/hook"), EVENT, secret).status == 200

    (arrival,) = receiver.arrivals["/hook"]
    assert json.loads(arrival.body) == {
        "id": "evt_1",
        "event": "payment.success",
        "timestamp": 1767323045,
        "sequence": 3,
        "data": EVENT["data"],
    }
    assert arrival.is_signed_with(secret)
    assert arrival.is_signed_in_node(secret)
    assert arrival.headers["X-Event-Id"] == arrival.id == "evt_1"
    assert arrival.headers["webhook-signature"].startswith("v1,")


def test_an_answer_that_is_not_2xx_is_tried_again_and_then_reported(receiver):
    receiver.scripts["/hook"] = lambda number: 500 if number < 3 else 200
    receiver.scripts["/broken"] = lambda _: 503
    receiver.scripts["/moved"] = lambda _: 302
    never = threading.Event()
    assert forwarding.deliver(receiver.url("/hook"), EVENT, "whsec_test_abc123", 4, never).status == 200
    assert forwarding.deliver(receiver.url("/broken"), EVENT, "whsec_test_abc123", 1, never).status == 503
    assert forwarding.deliver(receiver.url("/moved"), EVENT, "whsec_test_abc123", 0, never).status == 302
    assert [len(receiver.arrivals[path]) for path in ("/hook", "/broken", "/moved")] == [3, 2, 1]


def test_a_server_that_is_off_is_waited_for_until_the_end():
    stopping = threading.Event()
    threading.Timer(0.7, stopping.set).start()
    url = f"http://127.0.0.1:{any_free_port()}/hook"
    assert forwarding.deliver(url, EVENT, "whsec_test_abc123", 0, stopping) is None
