"""Which messages call for an attempt, and what survives a worker's end."""

import pytest

from chalicelib import queues
from chalicelib.domain import webhooks as rules
from chalicelib.persistence.deliveries import Delivery
from chalicelib.queues import DELIVERIES, Job
from chalicelib.services.webhooks import attempts, deliveries, receivers
from chalicelib.services.webhooks.deliveries import Step, Verdict
from tests.unit.services.world import MERCHANT, STARTED, VISIBILITY, Killed, answered, delivery, log_of


def expected_times(delivery_id, schedule, *, test_intervals=False):
    delays = [rules.delay_before(n, delivery_id, test_intervals=test_intervals) for n in range(1, 6)]
    assert all(step <= delay <= step * 1.1 for step, delay in zip(schedule, delays, strict=True))
    return [sum(delays[: n + 1]) for n in range(5)]


def test_an_event_is_delivered_once_and_its_message_is_gone(world):
    delivery_id = world.event(world.endpoint())
    world.run(1)
    record = delivery(delivery_id)
    assert (record.status, record.attempts, record.response_code) == ("success", 1, 200)
    assert world.times() == [0.0]
    assert world.messages == []


def test_in_production_attempts_are_made_on_the_ladder_and_then_the_delivery_has_failed(world):
    world.answer = lambda _: answered(500)
    delivery_id = world.event(world.endpoint())
    world.run()
    for actual, expected in zip(world.times(), expected_times(delivery_id, rules.RETRY_SCHEDULE), strict=True):
        assert actual == pytest.approx(expected, abs=0.1)
    record = delivery(delivery_id)
    assert (record.status, record.attempts, record.next_retry_at) == ("failed", 5, None)
    assert record.created_at_if_failed == record.created_at
    assert [entry["error_class"] for entry in log_of(delivery_id)] == ["status"] * 5
    assert world.messages == []


def test_in_test_intervals_attempts_are_made_at_0_5_15_30_and_50_seconds(world, environment):
    environment(WEBHOOK_RETRY_INTERVALS_TEST="true")
    world.answer = lambda _: answered(500)
    world.event(world.endpoint())
    world.run()
    assert world.times() == pytest.approx([0, 5, 15, 30, 50], abs=0.1)


def test_the_record_says_when_the_next_attempt_is_due(world):
    world.answer = lambda _: answered(500)
    delivery_id = world.event(world.endpoint())
    world.run(1)
    wait = rules.delay_before(2, delivery_id)
    assert float(delivery(delivery_id).next_retry_at) == pytest.approx(STARTED + wait, abs=0.1)


def test_retry_after_lengthens_a_wait_up_to_the_next_step(world):
    world.answer = lambda _: answered(503, retry_after="120")
    world.event(world.endpoint())
    world.run(200)
    assert world.times() == pytest.approx([0, 120], abs=0.1)
    world.answer = lambda _: answered(503, retry_after="86400")
    world.run(300)
    world.run(1800)
    assert world.times()[2] - world.times()[1] >= 300
    assert len(world.times()) == 3


# Where the worker dies: in place of this function.
DEATHS = {
    "after the claim": (attempts, "_post", 1),
    "after the request": (attempts, "_record", 1),
    "after the outcome is recorded": (attempts, "_report", 2),
    "after the follow-up is sent": (receivers, "judge", 2),
}


@pytest.mark.parametrize("when", DEATHS)
def test_a_worker_killed_at_any_point_loses_no_attempt(world, monkeypatch, when):
    """It dies in the first invocation; SQS hands its message out again."""
    module, name, recorded = DEATHS[when]
    world.answer = lambda _: answered(500)
    delivery_id = world.event(world.endpoint())
    kill_once(monkeypatch, module, name)
    world.invoke()
    world.answer = lambda _: answered(200)
    world.run(2 * VISIBILITY)
    assert (delivery(delivery_id).status, delivery(delivery_id).attempts) == ("success", recorded)
    assert world.messages == []


def kill_once(monkeypatch, module, name):
    original = getattr(module, name)

    def die(*_args, **_known):
        setattr(module, name, original)
        raise Killed

    monkeypatch.setattr(module, name, die)


def test_killing_the_worker_at_every_second_invocation_of_the_whole_ladder_loses_nothing(world):
    """Between hops and at attempts: its follow-up is not sent, or sent and its message not deleted."""
    invocations = iter(range(10_000))

    def die_sometimes():
        if next(invocations) % 2:
            raise Killed

    world.answer = lambda _: answered(500)
    delivery_id = world.event(world.endpoint())
    world.on_send = die_sometimes
    world.run(6 * 3600)
    record = delivery(delivery_id)
    assert (record.status, record.attempts) == ("failed", 5)
    assert len(world.posts) == 5
    planned = [rules.delay_before(n, delivery_id) for n in range(1, 6)]
    gaps = [later - earlier for earlier, later in zip(world.times(), world.times()[1:], strict=False)]
    assert all(gap >= least - 0.5 for gap, least in zip(gaps, planned[1:], strict=True)), "none is out of turn"


def test_a_duplicate_of_every_message_makes_no_attempt_more(world):
    world.answer = lambda _: answered(500)
    seen = set()

    def duplicate_all():
        for message in [m for m in world.sent if m.number not in seen]:
            seen.add(message.number)
            if len(seen) <= 40:
                world.duplicate(message)

    delivery_id = world.event(world.endpoint())
    duplicate_all()
    world.run(step=duplicate_all)
    assert world.times() == pytest.approx(expected_times(delivery_id, rules.RETRY_SCHEDULE), abs=0.5)
    assert delivery(delivery_id).attempts == 5
    assert world.messages == []


def test_a_dead_letter_that_comes_back_before_its_time_is_kept_until_then(world):
    """Its worker could commit and never send; sent back, it looks like a fresh message."""
    world.answer = lambda _: answered(500)
    delivery_id = world.event(world.endpoint())
    first = world.sent[0]
    world.run(1)
    world.messages.clear()
    world.duplicate(first)
    world.answer = lambda _: answered(200)
    world.run(100)
    assert (delivery(delivery_id).status, delivery(delivery_id).attempts) == ("success", 2)


def job_of(delivery_id, receives=1):
    return Job(DELIVERIES, delivery_id, STARTED, STARTED, "req-1", receives)


def test_of_two_messages_for_one_delivery_the_one_handed_out_before_counts():
    older, fresh = job_of("one", receives=2), job_of("one")
    assert deliveries._one_for_each([older, fresh]) == [older]
    assert deliveries._one_for_each([fresh, older]) == [older]


def leased(world, seconds):
    delivery_id = world.event(world.endpoint())
    record = delivery(delivery_id)
    record.change([Delivery.lease.set("another"), Delivery.lease_until.set(world.now + seconds)], Delivery.id.exists())
    return record


def test_a_fresh_message_that_finds_a_lease_is_a_duplicate(world):
    assert deliveries._verdict(job_of("any"), leased(world, 10)) == deliveries.DROP


def test_a_message_handed_out_before_waits_for_the_lease_to_end(world):
    verdict = deliveries._verdict(job_of("any", receives=2), leased(world, 10))
    assert verdict == Verdict(Step.WAIT, world.now + 10)


def test_an_expired_lease_belongs_to_a_worker_that_is_gone(world):
    assert deliveries._verdict(job_of("any"), leased(world, -1)) == deliveries.ATTEMPT


def test_a_delivery_that_has_ended_needs_no_message(world):
    delivery_id = world.event(world.endpoint())
    world.run(1)
    assert deliveries._verdict(job_of(delivery_id, receives=2), delivery(delivery_id)) == deliveries.DROP


def test_of_two_workers_with_the_same_view_one_claims(world):
    """And what the batch holds beside it is claimed all the same."""
    endpoint = world.endpoint()
    ids = [world.event(endpoint, f"pay_{n}") for n in range(5)]
    mine = [deliveries.Wake(job_of(i), delivery(i)) for i in ids]
    theirs = [deliveries.Wake(job_of(i), delivery(i)) for i in ids[2:4]]
    assert len(deliveries._claim(theirs)) == 2
    claimed = deliveries._claim(mine)
    assert [item.delivery.id for item in claimed] == [ids[0], ids[1], ids[4]]
    assert deliveries._claim([deliveries.Wake(job_of(i), delivery(i)) for i in ids]) == []


def test_a_claim_is_refused_when_an_attempt_was_made_since_the_record_was_read(world):
    world.answer = lambda _: answered(500)
    delivery_id = world.event(world.endpoint())
    before = delivery(delivery_id)
    world.run(1)
    world.now += 3600
    assert deliveries._claim([deliveries.Wake(job_of(delivery_id), before)]) == []


def test_one_delivery_that_cannot_be_attempted_fails_alone(world):
    bad, good = world.endpoint(), world.endpoint("http://good.example/")
    bad.sealed_secret = good.sealed_secret  # sealed for another endpoint: it cannot be opened
    bad.write()
    poisoned, healthy = world.event(bad), world.event(good)
    world.run(1)
    assert delivery(healthy).status == "success"
    assert delivery(poisoned).status == "pending"
    assert [message.receives for message in world.messages] == [1]


def test_a_retry_stays_in_its_merchants_group(world):
    world.answer = lambda _: answered(500)
    world.event(world.endpoint())
    world.invoke()
    assert queues.decode(world.messages[0].body).merchant_id == MERCHANT


def test_a_message_put_off_to_the_end_of_a_lease_and_a_moment_early_waits_on(world):
    """By the clock of another machine: were it dropped as a duplicate, nobody would be left to deliver."""
    record = delivery(world.event(world.endpoint()))
    record.lease_until = deliveries.clock.now() + 0.2
    early = Job(DELIVERIES, record.id, due_at=record.lease_until, sent_at=STARTED)
    assert deliveries._verdict(early, record) == Verdict(Step.WAIT, record.lease_until)
    duplicate = Job(DELIVERIES, record.id, due_at=record.lease_until - 10, sent_at=STARTED)
    assert deliveries._verdict(duplicate, record) == deliveries.DROP
