"""Dead letters as the merchant and the operator see them; the queues are moto's, whose clock is the real one."""

import pytest

from chalicelib import aws, queues
from chalicelib.services import dead_letters
from chalicelib.services.caching import TimedCache
from tests.unit.services.world import MERCHANT


@pytest.fixture
def letters(world, monkeypatch):
    """A function that puts messages for these object ids into the dead-letter queue of the deliveries."""
    monkeypatch.setattr(dead_letters, "_looked", TimedCache(dead_letters.LOOK_SECONDS))
    queues.url.cache_clear()
    for name in queues.QUEUES:
        for suffix in ("", "-dlq"):
            aws.client("sqs").create_queue(QueueName=f"gateway-local-{name}{suffix}")

    def put(*object_ids):
        for object_id in object_ids:
            body = queues.encode(queues.job(queues.DELIVERIES, object_id, "req-1"))
            aws.client("sqs").send_message(QueueUrl=queues.url("deliveries-dlq"), MessageBody=body)

    yield put
    queues.url.cache_clear()


def shown(merchant_id=MERCHANT):
    return [row["object_id"] for row in dead_letters.show(merchant_id)["data"]]


def test_a_merchant_sees_their_own_dead_letters_however_often_they_look(world, letters):
    mine, theirs = world.event(world.endpoint()), world.event(world.endpoint(merchant_id="merchant-2"))
    letters(mine, theirs, "unknown")
    assert [shown(), shown(), shown("merchant-2")] == [[mine], [mine], [theirs]]


def test_what_was_just_looked_at_can_be_sent_back(world, letters):
    mine, theirs = world.event(world.endpoint()), world.event(world.endpoint(merchant_id="merchant-2"))
    letters(mine, theirs)
    assert shown() == [mine]
    assert dead_letters.redrive(MERCHANT, "deliveries") == {"queue": "deliveries", "redriven": 1}
    assert shown() == []
    assert queues.counts("deliveries")["waiting"] == 1


def test_the_operator_sends_back_every_message_whosever_it_is(world, letters):
    letters(*(f"object-{number}" for number in range(23)))
    dead_letters.show(MERCHANT)
    assert dead_letters.redrive_all("deliveries") == 23
    assert queues.counts("deliveries")["waiting"] == 23
    assert sum(queues.counts("deliveries-dlq").values()) == 0


def test_an_unknown_queue_is_refused(letters):
    del letters
    with pytest.raises(dead_letters.BadRequest):
        dead_letters.redrive(MERCHANT, "secrets")
