"""How the ladder waits: by messages and by deadlines, and whose clock its requests show."""

import time

import pytest

from chalicelib.domain import webhooks as rules
from tests.unit.services.world import answered, delivery


def test_in_production_the_ladders_steps_beyond_fifteen_minutes_are_deadlines(world, environment):
    """At once, 60 s and 300 s are messages; 1,800 s and 7,200 s are rows."""
    environment(STAGE="dev")
    kept = []
    world.on_keep = kept.append
    world.answer = lambda _: answered(500)
    delivery_id = world.event(world.endpoint())
    world.run()
    waits = [rules.delay_before(n, delivery_id) for n in range(1, 6)]
    assert [message.delay for message in world.sent] == waits[:3]
    assert len(kept) == 2
    assert len(world.posts) == 5


def test_on_a_test_stage_every_wait_but_the_shortest_is_a_deadline_too(world):
    """A clock that is moved takes no message's delay along."""
    kept = []
    world.on_keep = kept.append
    world.answer = lambda _: answered(500)
    world.event(world.endpoint())
    world.run()
    assert len(kept) == 4
    assert len(world.posts) == 5


def test_messages_that_wait_for_one_attempt_keep_one_deadline_between_them(world):
    """Each keeps one of its own, and they would double at every step."""
    kept = []
    world.on_keep = kept.append
    world.answer = lambda _: answered(500)
    delivery_id = world.event(world.endpoint())
    world.run(1)
    for message in list(world.messages) * 3:
        world.duplicate(message)
    world.run(1)
    assert len({row.key() for row in kept}) == 1
    assert delivery(delivery_id).attempts == 1


def test_a_request_shows_the_worlds_time_which_its_receiver_compares_with_its_own(world):
    """The stage's clock may have been moved, and the receiver's was not."""
    world.event(world.endpoint())
    world.run(1)
    ((_, _, headers),) = world.posts
    assert int(headers["webhook-timestamp"]) == pytest.approx(time.time(), abs=5)
