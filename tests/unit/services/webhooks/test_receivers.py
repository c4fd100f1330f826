"""What is learnt of a receiver, and how much it is given."""

import pytest

from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.services.webhooks import endpoints, receivers
from chalicelib.services.webhooks.endpoints import Change
from tests.unit.services.world import MERCHANT, STARTED, answered, delivery, hung, log_of, slowly, stored

DAY = 24 * 3600


def test_410_switches_the_endpoint_off_and_says_why(world):
    world.answer = lambda _: answered(410)
    endpoint = world.endpoint()
    delivery_id = world.event(endpoint)
    world.run(1)
    assert (delivery(delivery_id).status, delivery(delivery_id).attempts) == ("failed", 1)
    assert (stored(endpoint).enabled, stored(endpoint).disabled_reason) == (False, "The receiver answered 410 Gone")


def test_five_days_of_failure_switch_an_endpoint_off_with_a_visible_reason(world):
    world.answer = lambda _: answered(500)
    endpoint = world.endpoint()
    for day in range(5):
        world.event(endpoint, f"pay_{day}")
        world.run(DAY)
        assert stored(endpoint).enabled
    last = world.event(endpoint, "pay_last")
    world.run(DAY)
    assert not stored(endpoint).enabled
    assert stored(endpoint).disabled_reason == "Every delivery has failed for five days"
    assert [entry["error_class"] for entry in log_of(last)] == ["status"] * 5, "it was given its retries"


def test_one_success_in_five_days_keeps_an_endpoint_on(world):
    endpoint = world.endpoint()
    for day in range(8):
        world.answer = lambda _, day=day: answered(200 if day == 3 else 500)
        world.event(endpoint, f"pay_{day}")
        world.run(DAY)
    assert stored(endpoint).enabled


def test_two_failures_with_silent_days_between_them_keep_an_endpoint_on(world):
    world.answer = lambda _: answered(503)
    endpoint = world.endpoint()
    for monday in range(2):
        world.event(endpoint, f"pay_{monday}")
        world.run(7 * DAY)
    assert stored(endpoint).enabled


def test_a_worker_with_an_old_view_restores_no_old_failure(world):
    endpoint = world.endpoint()
    receivers.judge(endpoint, answered(500), is_last=True)
    old = stored(endpoint)
    receivers.judge(stored(endpoint), answered(200), is_last=True)
    world.now += 3600
    receivers.judge(old, answered(500), is_last=True)
    assert stored(endpoint).failing_since == world.now


def test_a_success_while_an_endpoint_is_being_switched_off_keeps_it_on_and_nothing_is_logged(world, monkeypatch):
    endpoint = world.endpoint()
    monkeypatch.setattr(receivers.logger, "warning", lambda *_, **__: pytest.fail("logged"))
    real = receivers._reason_to_switch_off

    def succeed_meanwhile(*given):
        receivers.judge(stored(endpoint), answered(200), is_last=True)
        return real(*given)

    monkeypatch.setattr(receivers, "_reason_to_switch_off", succeed_meanwhile)
    receivers.judge(endpoint, answered(410), is_last=True)
    assert (stored(endpoint).enabled, stored(endpoint).disabled_reason) == (True, None)


def test_switching_an_endpoint_on_again_forgets_its_failures(world):
    world.answer = lambda _: answered(410)
    endpoint = world.endpoint()
    world.event(endpoint)
    world.run(1)
    endpoints.change(MERCHANT, endpoint.id, Change(enabled=True))
    again = stored(endpoint)
    assert (again.enabled, again.disabled_reason, again.failing_since) == (True, None, None)


@pytest.mark.parametrize("answer", [hung(), slowly(200), slowly(500)], ids=["hangs", "200", "500"])
def test_six_slow_attempts_leave_a_receiver_alone_for_a_while_whatever_it_answers(world, answer):
    world.answer = lambda _: answer
    endpoint = world.endpoint()
    for number in range(receivers.SLOW_TO_OPEN):
        assert not stored(endpoint).open_until
        world.event(endpoint, f"pay_{number}")
        world.invoke()
    assert stored(endpoint).open_until == pytest.approx(world.now + receivers.OPEN_SECONDS, abs=0.1)
    made = len(world.posts)
    late = world.event(endpoint, "pay_late")
    world.run(20)
    assert len(world.posts) == made
    assert (delivery(late).attempts, delivery(late).status) == (0, "pending"), "leaving it alone is no attempt"
    world.answer = lambda _: answered(200)
    world.run(60)
    assert (delivery(late).attempts, delivery(late).status) == (1, "success"), "and nothing is lost by it"


def test_a_receiver_that_answers_one_in_six_and_hangs_otherwise_is_left_alone(world):
    endpoint = world.endpoint()
    for number in range(12):
        receivers.judge(stored(endpoint), hung() if number % 6 else answered(200), is_last=False)
    assert receivers.is_open(stored(endpoint))


def test_a_receiver_that_is_slow_now_and_then_is_not_left_alone(world):
    endpoint = world.endpoint()
    for number in range(60):
        receivers.judge(stored(endpoint), answered(200) if number % 3 else slowly(200), is_last=False)
    assert not receivers.is_open(stored(endpoint))
    assert stored(endpoint).slow == 0


def test_fast_answers_to_workers_that_do_not_know_of_each_other_are_not_saved_up(world):
    endpoint = world.endpoint()
    receivers.judge(endpoint, slowly(200), is_last=False)
    views = [stored(endpoint) for _ in range(3)]
    for view in views:
        receivers.judge(view, answered(200), is_last=False)
    assert stored(endpoint).slow == 0


def test_a_pace_that_others_have_changed_hides_no_410_and_no_success(world):
    """Two batches read the same slow attempt; the second finds it taken back."""
    endpoint = world.endpoint()
    receivers.judge(endpoint, slowly(500), is_last=False)
    early, late = stored(endpoint), stored(endpoint)
    receivers.judge(early, answered(500), is_last=False)
    receivers.judge(late, answered(410), is_last=True)
    assert not stored(endpoint).enabled


def test_slow_attempts_count_over_workers_that_do_not_know_of_each_other(world):
    """Each has read the endpoint before any of them timed out."""
    endpoint = world.endpoint()
    views = [stored(endpoint) for _ in range(receivers.SLOW_TO_OPEN)]
    for view in views:
        receivers.judge(view, hung(), is_last=False)
    assert stored(endpoint).open_until == STARTED + receivers.OPEN_SECONDS


def opened(world):
    endpoint = world.endpoint()
    for _ in range(receivers.SLOW_TO_OPEN):
        receivers.judge(endpoint, hung(), is_last=False)
    world.now += receivers.OPEN_SECONDS + 1
    return endpoint


def test_after_the_pause_one_batch_tries_the_receiver_and_the_others_wait_on(world):
    endpoint = opened(world)
    first, second = stored(endpoint), stored(endpoint)
    assert not receivers.is_open(first)
    assert [receivers.claim_probe(view) for view in (first, second)] == [True, False]
    assert receivers.OPEN_SECONDS <= receivers.pause(second) <= receivers.OPEN_SECONDS + receivers.SPREAD_SECONDS
    assert receivers.is_open(stored(endpoint))


@pytest.mark.parametrize("status", [200, 500])
def test_a_receiver_that_answers_again_is_no_longer_left_alone(world, status):
    endpoint = opened(world)
    assert receivers.claim_probe(endpoint)
    receivers.judge(endpoint, answered(status), is_last=False)
    assert not receivers.is_open(stored(endpoint))
    assert stored(endpoint).slow == 0


def test_asking_whether_a_receiver_is_left_alone_writes_nothing(world, monkeypatch):
    endpoint = opened(world)
    monkeypatch.setattr(WebhookEndpoint, "change", lambda *_: pytest.fail("written"))
    assert not receivers.is_open(endpoint)


@pytest.mark.parametrize(
    "change", [Change(enabled=True), Change(url="http://receiver.example/other"), Change(events=["order.paid"])]
)
def test_a_change_that_leaves_the_receiver_where_it_is_forgets_nothing_of_it(world, change):
    endpoint = world.endpoint()
    for _ in range(receivers.SLOW_TO_OPEN):
        receivers.judge(endpoint, hung(), is_last=False)
    before = stored(endpoint)
    endpoints.change(MERCHANT, endpoint.id, change)
    after = stored(endpoint)
    assert (after.slow, after.failing_since) == (before.slow, before.failing_since)
    assert after.open_until == before.open_until


def test_an_endpoint_that_is_switched_off_and_on_or_gets_another_host_keeps_its_breaker_open(world):
    endpoint = opened(world)
    receivers.claim_probe(endpoint)
    for change in (Change(enabled=False), Change(enabled=True), Change(url="http://new.example/")):
        endpoints.change(MERCHANT, endpoint.id, change)
    assert (stored(endpoint).slow, stored(endpoint).failing_since) == (0, None)
    assert receivers.is_open(stored(endpoint))


def test_a_failure_of_the_url_before_says_nothing_about_the_one_set_now(world):
    endpoint = world.endpoint()
    view = stored(endpoint)
    endpoints.change(MERCHANT, endpoint.id, Change(url="http://new.example/"))
    receivers.judge(view, answered(410), is_last=True)
    assert (stored(endpoint).enabled, stored(endpoint).failing_since) == (True, None)


def test_a_healthy_receiver_is_not_written_to(world, monkeypatch):
    endpoint = world.endpoint()
    monkeypatch.setattr(WebhookEndpoint, "change", lambda *_: pytest.fail("written"))
    receivers.judge(endpoint, answered(200), is_last=False)


def test_forty_events_for_a_receiver_that_hangs_are_all_delivered_when_it_recovers(world):
    endpoint = world.endpoint()
    world.answer = lambda _: hung()
    ids = [world.event(endpoint, f"pay_{n}") for n in range(40)]
    world.run(60)
    assert len(world.posts) < 25, "it is left alone"
    world.answer = lambda _: answered(200)
    world.run(3600)
    assert {delivery(i).status for i in ids} == {"success"}
