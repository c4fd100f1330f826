"""Who waits when a merchant's receivers are slow: that merchant, in the queue, and in the end in the slow lane."""

import pytest

from chalicelib import queues
from chalicelib.domain.errors import Unavailable
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.queues import DELIVERIES
from chalicelib.services.webhooks import deliveries, shares, slots
from tests.unit.services.world import MERCHANT, delivery, hung, stored


def all_slots_of(merchant_id, lane=DELIVERIES):
    return [slots.take(lane, merchant_id, 1, 0) for _ in range(slots.BATCHES_AT_ONCE[lane])]


def test_no_slot_is_lost_when_the_database_fails_at_the_claim(world, monkeypatch):
    def fail(_due):
        raise Unavailable("The database did not answer")

    world.event(world.endpoint())
    with monkeypatch.context() as broken:
        broken.setattr(deliveries, "_claim", fail)
        for _ in range(slots.BATCHES_AT_ONCE[DELIVERIES] + 1):
            world.messages[0].visible_at = world.now
            world.invoke()
    assert all(all_slots_of(MERCHANT))


def test_what_a_merchant_has_no_slot_for_waits_in_the_queue_and_not_in_a_worker(world):
    endpoint, other = world.endpoint(), world.endpoint("http://other.example/", merchant_id="merchant-2")
    taken = all_slots_of(MERCHANT)
    waiting, free = world.event(endpoint), world.event(other)
    world.invoke()
    assert delivery(free).status == "success"
    record = delivery(waiting)
    assert (record.attempts, record.lease) == (0, None)
    for slot in taken:
        slot.leave()
    world.run(3)
    assert delivery(waiting).status == "success"


def test_a_batch_without_a_slot_spends_no_probe(world):
    """Else the receiver would be left alone for another half a minute, and nobody would have tried it."""
    endpoint = world.endpoint()
    endpoint.change([WebhookEndpoint.open_until.set(world.now - 1)], WebhookEndpoint.id.exists())
    all_slots_of(MERCHANT)
    world.event(endpoint)
    world.invoke()
    assert stored(endpoint).open_until == world.now - 1


def test_a_merchant_over_its_share_leaves_the_first_lane_whichever_endpoint_it_uses(world):
    endpoint, other = world.endpoint(), world.endpoint("http://other.example/", merchant_id="merchant-2")
    shares.charge(MERCHANT, shares.SHARE_SECONDS + 1)
    slow, fast = world.event(world.endpoint("http://new.example/")), world.event(other)
    world.invoke()
    assert (delivery(slow).status, delivery(fast).status) == ("pending", "success")
    (moved,) = world.messages
    assert queues.decode(moved.body).queue == queues.DELIVERIES_SLOW
    world.event(endpoint, "pay_2")
    world.run(1)
    assert delivery(slow).status == "success", "the slow lane delivers"
    assert world.messages == []


def test_time_is_charged_by_what_the_slowest_receiver_of_a_merchant_holds(world):
    """Ten attempts side by side hold one worker for as long as one."""
    world.answer = lambda _: hung()
    for number in range(10):
        world.event(world.endpoint(), f"pay_{number}")
    charged = []
    shares_charge = shares.charge
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shares, "charge", lambda *given: charged.append(given) or shares_charge(*given))
        world.invoke()
    assert charged == [(MERCHANT, 5.0)]
