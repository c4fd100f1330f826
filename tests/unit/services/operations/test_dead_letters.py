"""Dead letters as the merchant and the operator see them; the queues are moto's, whose clock is the real one."""

import pytest

from chalicelib import aws, queues
from chalicelib.domain.errors import Unavailable
from chalicelib.persistence.dead_letters import DeadLetter
from chalicelib.queues import DELIVERIES, DELIVERIES_SLOW, MAX_RECEIVES
from chalicelib.services.operations import dead_letters
from functions import batches
from tests.unit.services.world import MERCHANT

OTHER = "merchant-2"


@pytest.fixture
def sqs(world, monkeypatch):
    """Moto's queues, and what is sent to them."""
    queues.url.cache_clear()
    for name in queues.QUEUES:
        for suffix in ("", "-dlq"):
            aws.client("sqs").create_queue(QueueName=f"gateway-local-{name}{suffix}")
    yield aws.client("sqs")
    queues.url.cache_clear()


@pytest.fixture
def mine(world):
    return world.event(world.endpoint())


@pytest.fixture
def theirs(world):
    return world.event(world.endpoint(merchant_id=OTHER))


def fail_all(jobs, _context):
    return list(jobs)


def receive(*object_ids, times=MAX_RECEIVES, process=fail_all, lane=DELIVERIES):
    """A batch of messages, as Lambda hands it out. Returns the ids of those that failed."""
    records = [
        {
            "messageId": f"message of {object_id}",
            "attributes": {"ApproximateReceiveCount": str(times)},
            "body": queues.encode(queues.job(lane, object_id, "req-1")),
        }
        for object_id in object_ids
    ]
    answer = batches.run({"Records": records}, None, process)
    return [item["itemIdentifier"] for item in answer["batchItemFailures"]]


def bury(sqs, object_id, lane=DELIVERIES):
    """What SQS does after the last receive. Returns the message's id."""
    body = queues.encode(queues.job(lane, object_id, "req-1"))
    return sqs.send_message(QueueUrl=queues.url(f"{lane}-dlq"), MessageBody=body)["MessageId"]


def shown(merchant_id=MERCHANT):
    return [row["object_id"] for row in dead_letters.show(merchant_id)["data"]]


def test_a_job_that_fails_for_the_last_time_is_shown_to_its_merchant_and_to_nobody_else(mine, theirs):
    assert receive(mine, theirs, "unknown") == [f"message of {one}" for one in (mine, theirs, "unknown")]
    assert (shown(), shown(OTHER)) == ([mine], [theirs])


@pytest.mark.parametrize("looks", [1, 3])
def test_what_is_shown_is_how_often_a_worker_got_the_job_however_often_somebody_looked(mine, looks):
    receive(mine)
    for _ in range(looks):
        (row,) = dead_letters.show(MERCHANT)["data"]
    assert (row["queue"], row["id"], row["received"]) == (DELIVERIES, f"message of {mine}", MAX_RECEIVES)


def test_a_job_that_may_come_again_is_no_dead_letter(mine):
    receive(mine, times=MAX_RECEIVES - 1)
    assert shown() == []


def test_a_job_that_succeeds_at_the_last_receive_is_no_dead_letter(mine):
    assert receive(mine, process=lambda _jobs, _context: []) == []
    assert shown() == []


def test_a_worker_that_dies_with_the_job_leaves_its_dead_letter_behind(mine):
    class Killed(BaseException):
        pass

    def die(_jobs, _context):
        raise Killed

    with pytest.raises(Killed):
        receive(mine, process=die)
    assert shown() == [mine]


def test_while_no_dead_letter_can_be_written_a_job_begins_anew_instead_of_dying_unseen(world, mine, monkeypatch):
    def fail(_letter):
        raise Unavailable("The database did not answer")

    monkeypatch.setattr(DeadLetter, "write", fail)
    world.messages.clear()
    assert receive(mine, process=lambda *_: pytest.fail("worked on")) == [], "acknowledged, for another was sent"
    (again,) = world.messages
    assert (queues.decode(again.body).object_id, again.delay) == (mine, queues.LONGEST_DELAY)


def test_a_merchant_sends_back_their_own_jobs_and_no_others(world, mine, theirs):
    receive(mine, theirs)
    world.messages.clear()
    assert dead_letters.redrive(MERCHANT, DELIVERIES, "req-2") == {"queue": DELIVERIES, "redriven": 1}
    assert [queues.decode(message.body).object_id for message in world.messages] == [mine]
    assert (shown(), shown(OTHER)) == ([], [theirs])


def test_nobody_hides_a_dead_letter_from_another_or_from_the_operator(sqs, mine, theirs):
    """No request of a merchant touches the queue, however often it is made."""
    receive(mine, theirs)
    bury(sqs, theirs)
    for _ in range(3):
        dead_letters.redrive("merchant-3", DELIVERIES, "req-2")
        dead_letters.show("merchant-3")
    assert shown(OTHER) == [theirs]
    assert queues.counts(f"{DELIVERIES}-dlq") == {"waiting": 1, "delayed": 0, "in_flight": 0}
    assert dead_letters.redrive_all(DELIVERIES) == 1


def test_a_merchant_knows_of_no_lanes(world, mine):
    receive(mine, lane=DELIVERIES_SLOW)
    assert dead_letters.show(MERCHANT)["data"][0]["queue"] == DELIVERIES
    world.messages.clear()
    assert dead_letters.redrive(MERCHANT, DELIVERIES, "req-2")["redriven"] == 1
    assert queues.decode(world.messages[0].body).queue == DELIVERIES


def test_the_operator_sends_back_every_message_whosever_it_is(sqs):
    for number in range(23):
        bury(sqs, f"object-{number}")
    assert dead_letters.redrive_all(DELIVERIES) == 23
    assert queues.counts(DELIVERIES)["waiting"] == 23
    assert sum(queues.counts(f"{DELIVERIES}-dlq").values()) == 0


def test_what_the_operator_has_sent_back_is_no_longer_shown(sqs, mine):
    message_id = bury(sqs, mine)
    (letter,) = dead_letters.note({message_id: queues.job(DELIVERIES, mine, "req-1")}).values()
    assert shown() == [mine]
    assert letter.message_id == message_id
    dead_letters.redrive_all(DELIVERIES)
    assert shown() == []


@pytest.mark.parametrize("name", ["secrets", DELIVERIES_SLOW])
def test_a_queue_that_merchants_do_not_know_is_refused(world, name):
    with pytest.raises(dead_letters.BadRequest):
        dead_letters.redrive(MERCHANT, name, "req-2")
