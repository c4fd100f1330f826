"""Runs many calls at once, on an emulator, over two API processes: the rules hold, and a success answer is true."""

import os
import time
from collections import Counter
from dataclasses import replace
from functools import partial

import pytest

from chalicelib.domain import clock
from chalicelib.queues import encode, job_at
from chalicelib.services.merchants import credentials
from infra.audit import audit
from tests.torture.contests import bank_agrees
from tests.torture.evidence import due_events, state
from tests.torture.live import WallClock, api_processes, opened, race
from tests.torture.steps import AMOUNT, instrument, notify, order, payment, settled
from tests.torture.world import Clock, Message

WHOLE = os.environ.get("TORTURE") == "full"


def well(_: int) -> int:
    return 200


def gone(_: int) -> int:
    return 410


# A round retries three times at most; an endpoint takes 60 retries a minute (services/webhooks/bounds.py).
SENT_BY_HAND = 15


def rounds(whole: int) -> int:
    return whole if WHOLE else max(5, whole // 10)


@pytest.fixture(scope="module")
def apis():
    with api_processes(2) as running:
        yield running


@pytest.fixture
def live(world, monkeypatch):
    """Provides the world in real time."""
    monkeypatch.setattr(world, "clock", WallClock())
    monkeypatch.setattr(clock, "source", world.clock)
    return world


def clean(world, shop) -> None:
    """Ends the race with a clock that can be moved, lets all work finish, and checks the records."""
    clock.source = world.clock = Clock(time.time())
    for made in state(world, shop).payments.values():
        if made.get("instruction"):  # an API process sent the job with a delay, and SQS hides it until then
            world.put("payments", encode(job_at("payments", made["id"], "", float(made["deadline_at"]))))
    world.run(stride=2)
    seen = state(world, shop)
    assert audit(seen) == []
    bank_agrees(world, seen)
    assert world.receiver.accepted(shop.path) == due_events(seen)


def settled_now(live, shop) -> str:
    made = payment(live, shop)
    while state(live, shop).payments[made]["state"] == "pending":  # jobs of earlier rounds may be due first
        assert live.step("payments")
    assert state(live, shop).payments[made]["state"] == "authorized"
    return made


def statuses(answers) -> Counter:
    return Counter(answer.status for answer in answers)


def test_of_eight_full_refunds_at_once_exactly_one_is_accepted(live, apis):
    shop = opened(live)
    for _ in range(rounds(200)):
        paid = settled_now(live, shop)
        ask = partial(apis.call, shop, "POST", f"/payments/{paid}/refunds", {"amount": AMOUNT})
        assert statuses(race(*[ask] * 8)) == {201: 1, 400: 7}
    clean(live, shop)


def test_partial_refunds_at_once_stop_at_the_amount_and_not_before(live, apis):
    shop = opened(live)
    for _ in range(rounds(50)):
        paid = settled_now(live, shop)
        ask = partial(apis.call, shop, "POST", f"/payments/{paid}/refunds", {"amount": AMOUNT * 3 // 10})
        assert statuses(race(*[ask] * 8)) == {201: 3, 400: 5}
    clean(live, shop)


def test_of_eight_payments_for_one_order_exactly_one_is_accepted(live, apis):
    shop = opened(live)
    for _ in range(rounds(200)):
        body = {"order_id": order(live, shop), **instrument("upi")}
        asks = [partial(apis.call, shop, "POST", "/payments", body, f"{body['order_id']} {n}") for n in range(8)]
        assert statuses(race(*asks)) == {201: 1, 400: 7}
    clean(live, shop)


def test_twenty_requests_with_one_key_make_one_payment_and_equal_answers(live, apis):
    shop = opened(live)
    for _ in range(rounds(50)):
        body = {"order_id": order(live, shop), **instrument("card")}
        answers = race(*[partial(apis.call, shop, "POST", "/payments", body, body["order_id"])] * 20)
        assert statuses(answers) == {201: 20}
        assert len({answer.text for answer in answers}) == 1
        assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert len(state(live, shop).payments) == rounds(50)
    clean(live, shop)


def test_one_key_for_two_different_requests_at_once_serves_one_and_refuses_the_other(live, apis):
    shop = opened(live)
    for number in range(rounds(50)):
        asks = [partial(apis.call, shop, "POST", "/orders", {"amount": 1000 + n}, f"key {number}") for n in range(2)]
        assert statuses(race(*asks)) == {201: 1, 422: 1}
    clean(live, shop)


def test_of_eight_captures_at_once_exactly_one_is_accepted(live, apis):
    shop = opened(live)
    for _ in range(rounds(50)):
        paid = settled_now(live, shop)
        ask = partial(apis.call, shop, "POST", f"/payments/{paid}/capture", {"amount": AMOUNT})
        assert statuses(race(*[ask] * 8)) == {200: 1, 400: 7}
    clean(live, shop)


@pytest.mark.parametrize("pair", [("capture", "void"), ("refunds", "void")], ids=" and ".join)
def test_of_four_and_four_opposite_requests_at_once_exactly_one_kind_is_accepted(live, apis, pair):
    shop, bodies = opened(live), {"capture": {"amount": AMOUNT}, "refunds": {"amount": AMOUNT}, "void": None}
    for _ in range(rounds(50)):
        paid = settled_now(live, shop)
        asks = [partial(apis.call, shop, "POST", f"/payments/{paid}/{verb}", bodies[verb]) for verb in pair * 4]
        assert sum(answer.status in {200, 201} for answer in race(*asks)) == 1
    clean(live, shop)


def test_a_captured_payment_is_given_back_once_by_refund_or_dispute(live, apis):
    shop = opened(live)
    for _ in range(rounds(50)):
        paid = settled_now(live, shop)
        assert apis.call(shop, "POST", f"/payments/{paid}/capture", {"amount": AMOUNT}).status == 200
        refund = partial(apis.call, shop, "POST", f"/payments/{paid}/refunds", {"amount": AMOUNT})
        dispute = partial(apis.call, shop, "POST", "/sandbox/disputes", {"payment_id": paid})
        assert statuses(race(*[refund, dispute] * 4)) == {201: 1, 400: 7}
    for made in state(live, shop).disputes:  # an open one waits in shards that this process does not read
        assert apis.call(shop, "POST", f"/disputes/{made}/accept").status == 200
    clean(live, shop)


def test_an_order_is_either_cancelled_or_paid(live, apis):
    shop = opened(live)
    for _ in range(rounds(50)):
        of = order(live, shop)
        cancel = partial(apis.call, shop, "POST", f"/orders/{of}/cancel")
        body = {"order_id": of, **instrument("upi")}
        pays = [partial(apis.call, shop, "POST", "/payments", body, f"{of} {n}") for n in range(2)]
        assert sum(answer.status in {200, 201} for answer in race(cancel, *pays, cancel)) == 1
    clean(live, shop)


def test_workers_and_notifications_at_once_settle_a_payment_once(live):
    """Approves as the payer. Two workers ask, and the bank notifies twice."""
    shop = opened(live)
    for number in range(rounds(50)):
        made = payment(live, shop, "intent" if number % 2 else "card challenged")
        live.work("payments")
        (told,) = live.bank.payer_acts(made, "approve")
        copies = _copies(live, "payments", 2)
        race(*[partial(live.handle, copy) for copy in copies], *[partial(notify, live, *told)] * 2)
        live.work("payments")
    clean(live, shop)


def _copies(live, queue: str, number: int) -> list[list[Message]]:
    """Returns copies of a queue's messages, as SQS may hand a message to several workers at once."""
    live._collect()
    mine = [message for message in live.messages if message.queue == queue]
    return [[Message(m.queue, m.body, m.visible_at) for m in mine] for _ in range(number)]


def test_a_payment_that_four_workers_settle_at_once_is_settled_once(live):
    shop = opened(live)
    for _ in range(rounds(50)):
        for kind in ("upi", "card", "upi failing"):
            payment(live, shop, kind)
        race(*[partial(live.handle, copy) for copy in _copies(live, "payments", 4)])
    clean(live, shop)


def test_a_webhook_that_four_workers_have_at_once_is_sent_once(live):
    shop = live.open_shop(("payment.success",))
    for _ in range(rounds(50)):
        payment(live, shop)
        live.step("payments")
        race(*[partial(live.handle, copy) for copy in _copies(live, "deliveries", 4)])
    live.run()
    arrived = Counter(arrival.id for arrival in live.receiver.arrivals[shop.path])
    assert set(arrived.values()) == {1}
    assert len(arrived) == rounds(50)


def test_a_retry_that_meets_its_delivery_is_never_lost(live, apis):
    for number in range(rounds(50)):
        if number % SENT_BY_HAND == 0:
            shop = live.open_shop(("payment.success",))
        live.receiver.scripts[shop.path] = gone if number % 2 else well
        payment(live, shop)
        live.step("payments")
        (copy,) = _copies(live, "deliveries", 1)
        (made,) = [d for d in state(live, shop).deliveries.values() if d["status"] == "pending"]
        retry = partial(apis.call, shop, "POST", f"/webhooks/{made['id']}/retry")
        race(partial(live.handle, copy), retry, retry)
        del live.receiver.scripts[shop.path]
        path = f"/webhook-endpoints/{shop.endpoint_id}"
        assert apis.call(shop, "PATCH", path, {"enabled": True}).status == 200
        # Only the safety message of a retry may be left. It comes 30 s later and finds no work.
        live.work()
        assert apis.call(shop, "POST", f"/webhooks/{made['id']}/retry").status == 200
        live.work()
        assert apis.call(shop, "GET", f"/webhooks/{made['id']}").body["status"] == "success"
    live.messages.clear()
    assert audit(state(live, shop)) == []


def test_every_webhook_of_a_secret_that_rotates_meanwhile_verifies(live, apis):
    shop = live.open_shop(("payment.success",))
    secrets = [shop.made.webhook_secret]
    for _ in range(rounds(50)):
        payment(live, shop)
        live.step("payments")
        (copy,) = _copies(live, "deliveries", 1)
        live.messages.clear()
        rotate = partial(apis.call, shop, "POST", f"/webhook-endpoints/{shop.endpoint_id}/rotate-secret")
        _, answer = race(partial(live.handle, copy), rotate)
        secrets.append(answer.body["secret"])
        last = live.receiver.arrivals[shop.path][-1]
        assert any(last.is_signed_with(secret) for secret in secrets[-2:])
    assert len(live.receiver.arrivals[shop.path]) == rounds(50)


def test_secrets_rotated_at_once_all_sign_that_were_shown(live, apis):
    shop = live.open_shop(("payment.success",))
    for _ in range(rounds(20)):
        rotate = partial(apis.call, shop, "POST", f"/webhook-endpoints/{shop.endpoint_id}/rotate-secret")
        shown = [answer.body["secret"] for answer in race(rotate, rotate) if answer.status == 200]
        settled(live, shop)
        last = live.receiver.arrivals[shop.path][-1]
        assert shown
        assert all(last.is_signed_with(secret) for secret in shown)


def test_an_endpoint_deleted_under_its_deliveries_leaves_none_pending(live, apis):
    shop = live.open_shop(())
    for number in range(rounds(50)):
        wanted = {"url": live.receiver.url(f"{shop.path}/{number}"), "events": ["payment.success"]}
        endpoint = apis.call(shop, "POST", "/webhook-endpoints", wanted).body["id"]
        payment(live, shop)
        (payments,) = _copies(live, "payments", 1)
        live.messages.clear()
        delete = partial(apis.call, shop, "DELETE", f"/webhook-endpoints/{endpoint}")
        race(partial(live.handle, payments), delete)
        live.run()
    seen = state(live, shop)
    assert audit(seen) == []
    assert {one["status"] for one in seen.deliveries.values()} <= {"success", "failed"}


def test_keys_made_and_rotated_at_once_are_all_listed(live, apis):
    shop = live.open_shop(())
    promised = {shop.made.pair.key}
    for _ in range(4):
        make = partial(apis.call, shop, "POST", "/keys", {"scopes": ["orders:read"]})
        answers = race(make, make, make)
        assert {answer.status for answer in answers} <= {201, 400}, answers
        promised |= {answer.body["id"] for answer in answers if answer.status == 201}
    rotate = partial(apis.call, shop, "POST", "/merchants/rotate-key")
    rotated = [answer.body["api_key"] for answer in race(rotate, rotate) if answer.status == 200]
    assert len(rotated) == 1, "two requests of one pair each got a successor"
    listed = {row["id"] for row in apis.call(shop, "GET", "/keys").body["data"]}
    assert listed == promised | set(rotated)


def test_a_revoked_key_stops_in_both_processes_within_five_seconds(live, apis):
    shop = live.open_shop(())
    made = apis.call(shop, "POST", "/keys", {}).body
    pair = replace(shop.made.pair, key=made["api_key"], secret=made["api_secret"])
    thief = replace(shop, made=replace(shop.made, pair=pair))
    for _ in range(2):
        assert apis.call(thief, "GET", "/orders").status == 200
    apis.call(shop, "DELETE", f"/keys/{made['id']}")
    time.sleep(credentials.CACHE_SECONDS)
    assert [apis.call(thief, "GET", "/orders").status for _ in range(2)] == [401, 401]
