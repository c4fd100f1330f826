"""Checks what SQS may do to messages, and messages in a queue that the gateway never sent."""

import json
from collections import Counter

import pytest

from chalicelib.domain.ids import new_id
from chalicelib.queues import MalformedJob, decode, encode, job
from chalicelib.services.payments import accept
from infra.audit import audit
from tests.torture.evidence import due_events, state
from tests.torture.scenarios import forged_notification
from tests.torture.steps import payment, refund, settled

LOT = 9
DAY = 24 * 3600


def clean(world, shop) -> None:
    seen = state(world, shop)
    assert audit(seen) == []
    assert world.receiver.accepted(shop.path) == due_events(seen)


def test_messages_that_come_three_times_do_their_work_once(world):
    shop = world.open_shop()
    settled(world, shop)
    made = refund(world, shop)
    payment(world, shop, "card")
    world._collect()
    for message in list(world.messages) * 2:
        world.put(message.queue, message.body)
    world.run()
    clean(world, shop)
    assert state(world, shop).refunds[made]["status"] == "processed"
    assert Counter(Counter(a.id for a in world.receiver.arrivals[shop.path]).values()).keys() == {1}


def test_messages_may_come_in_any_order(world):
    shop = world.open_shop()
    for kind in ("upi", "card", "upi failing", "card declined") * 3:
        payment(world, shop, kind)
    world._collect()
    world.messages.reverse()
    world.run()
    clean(world, shop)


@pytest.mark.parametrize(("kind", "state_then"), [("upi", "authorized"), ("card", "failed")])
def test_a_message_that_comes_two_days_late_ends_its_payment(world, kind, state_then):
    """Expects the bank's decision. A card's number is gone by then."""
    shop = world.open_shop()
    made = payment(world, shop, kind)
    world._collect()
    world.clock.time += 2 * DAY
    world.run()
    assert state(world, shop).payments[made]["state"] == state_then
    clean(world, shop)


def test_a_lost_message_is_made_up_for_by_the_deadline(world):
    """Expects both payments to fail: the card was only in the lost message; the bank is silent about the other."""
    shop = world.open_shop()
    lost = {kind: payment(world, shop, kind) for kind in ("upi silent", "card")}
    world._collect()
    world.messages = [message for message in world.messages if message.queue != "payments"]
    world.pass_time(DAY + 60)
    seen = state(world, shop).payments
    assert {seen[made]["state"] for made in lost.values()} == {"failed"}
    clean(world, shop)


def test_a_notification_that_is_not_the_banks_changes_nothing(world):
    forged_notification(world)


def test_a_worker_that_is_slower_than_the_visibility_does_nothing_twice(world):
    """Wakes the slow worker after another worker has finished: SQS handed the message out again."""
    shop = world.open_shop()
    payment(world, shop)
    world._collect()
    slow = list(world.messages)
    world.run()
    world.clock.time += 600
    world.handle([message for message in slow if message.queue == "payments"])
    world.handle([message for message in slow if message.queue == "deliveries"])
    world.run()
    clean(world, shop)
    assert set(Counter(a.id for a in world.receiver.arrivals[shop.path]).values()) == {1}


def test_a_message_that_comes_before_its_record_waits_for_it(world, monkeypatch):
    shop, made = world.open_shop(), new_id("pay")
    world.put("payments", encode(job("payments", made, "r")))
    world.step("payments")
    world._collect()
    (waiting,) = world.messages
    assert decode(waiting.body).object_id == made
    assert waiting.visible_at > world.clock.time
    with monkeypatch.context() as patch:
        patch.setattr(accept, "new_id", lambda _: made)
        assert payment(world, shop) == made
    world._collect()
    world.messages = [message for message in world.messages if message is waiting or message.queue != "payments"]
    world.run()
    assert state(world, shop).payments[made]["state"] == "authorized"
    assert not world.dead
    clean(world, shop)


GOOD = {"v": 1, "type": "payments", "object_id": "pay_x", "due_at": 0, "sent_at": 0, "request_id": ""}
POISON = {
    "nothing": "",
    "no JSON": "<xml/>",
    "no object": "[]",
    "null": "null",
    "an empty object": "{}",
    "another version": json.dumps(GOOD | {"v": 2}),
    "an unknown type": json.dumps(GOOD | {"type": "payouts"}),
    "a quarter of a megabyte": "x" * 256 * 1024,
    "nested deeply": "[" * 100_000,
    "a huge number": "9" * 10_000,
    "no time": json.dumps(GOOD | {"due_at": "soon"}),
    "infinite time": json.dumps(GOOD | {"due_at": float("inf"), "sent_at": float("inf")}),
    "no number as time": json.dumps(GOOD | {"due_at": float("nan"), "sent_at": float("nan")}),
    "a time of 400 digits": json.dumps(GOOD | {"due_at": 10**400}),
    "an empty id": json.dumps(GOOD | {"object_id": ""}),
    "an id of 5,000 letters": json.dumps(GOOD | {"object_id": "p" * 5000}),
    "a list as id": json.dumps(GOOD | {"object_id": ["pay_x"]}),
    "half a character as id": json.dumps(GOOD | {"object_id": "\ud800"}),
    "a list as the card's key": json.dumps(GOOD | {"card_key": ["x"]}),
    "a card's key of 5,000 letters": json.dumps(GOOD | {"card_key": "x" * 5000}),
    "a header in the request id": json.dumps(GOOD | {"request_id": "a\r\nX-Evil: 1"}),
}


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON)
def test_poison_takes_nobody_along(world, poison):
    """Expects the poison among the dead letters. The payments in its batch settle without regard to it."""
    shop = world.open_shop()
    made = [payment(world, shop) for _ in range(LOT)]
    world._collect()
    world.put("payments", poison)
    batch = [message for message in world.messages if message.queue == "payments"]
    assert len(batch) == LOT + 1
    world.handle(batch)
    payments = state(world, shop).payments
    assert {payments[one]["state"] for one in made} == {"authorized"}
    assert {message.body for message in world.messages if message.queue == "payments"} == {poison}
    world.run()
    assert [message.body for message in world.dead] == [poison]
    clean(world, shop)


def test_a_field_that_a_later_version_adds_is_no_poison():
    assert decode(json.dumps(GOOD | {"priority": 3})).object_id == "pay_x"


def test_a_message_of_a_version_to_come_is_kept_for_it():
    """Expects a failure and a dead letter, which the operator sends back when the new version runs again."""
    with pytest.raises(MalformedJob):
        decode(json.dumps(GOOD | {"v": 2}))


def test_records_without_what_later_versions_added_are_worked_off(world):
    """Uses records of an older version, in which optional attributes are missing and not null."""
    shop = world.open_shop()
    made = payment(world, shop)
    table = {"TableName": "gateway-local-webhook-endpoints"}
    key = {"merchant_id": {"S": shop.id}, "id": {"S": shop.endpoint_id}}
    for name in ("slow", "open_until", "failing_since", "failed_at", "disabled_reason"):
        world.dynamodb.update_item(**table, Key=key, UpdateExpression=f"REMOVE {name}")
    world.dynamodb.update_item(
        TableName="gateway-local-payments", Key={"id": {"S": made}}, UpdateExpression="REMOVE captured_at, delivery_ids"
    )
    world.run()
    assert state(world, shop).payments[made]["state"] == "authorized"
    clean(world, shop)
