"""What an attempt's outcome means for its delivery and its endpoint."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.domain.errors import Unavailable
from chalicelib.outbound import Attempt, ErrorClass
from chalicelib.persistence.listing import EARLIEST, LATEST
from chalicelib.persistence.merchants import Merchant
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.services import attempts, endpoints, receivers, webhooks
from chalicelib.services.endpoints import Change
from tests.unit.services.world import MERCHANT, STARTED, answered, delivery, hung, log_of, stored

DAY = 24 * 3600


def test_every_attempt_is_logged_with_time_duration_status_answer_and_class(world):
    world.answer = lambda _: Attempt(
        302, ErrorClass.STATUS, "the receiver answered 302", duration_ms=41, response_body="moved", retry_after=None
    )
    delivery_id = world.event(world.endpoint())
    world.run(1)
    [entry] = log_of(delivery_id)
    assert entry == {
        "at": "2027-01-15T08:00:00.041000Z",
        "duration_ms": 41,
        "status": 302,
        "error_class": "status",
        "error_detail": "the receiver answered 302",
        "response_body": "moved",
    }
    assert delivery(delivery_id).response_code == 302


def test_what_an_attempt_is_late_does_not_add_up(world, environment):
    """The ladder is counted from when each attempt was due; what remains is the whole seconds of SQS."""
    environment(WEBHOOK_RETRY_INTERVALS_TEST="true")
    world.answer = lambda _: answered(500)
    world.event(world.endpoint())
    for _ in range(5):
        world.now = world.messages[0].visible_at + 0.4
        world.invoke()
    assert world.times() == pytest.approx([0.4, 5.4, 15.4, 30.4, 50.4], abs=0.6)


def test_410_switches_the_endpoint_off_and_says_why(world):
    world.answer = lambda _: answered(410)
    endpoint = world.endpoint()
    delivery_id = world.event(endpoint)
    world.run(1)
    assert (delivery(delivery_id).status, delivery(delivery_id).attempts) == ("failed", 1)
    assert (stored(endpoint).enabled, stored(endpoint).disabled_reason) == (False, "The receiver answered 410 Gone")


@pytest.mark.parametrize("fate", ["switched off", "deleted", "without a URL"])
def test_a_delivery_to_an_endpoint_that_is_gone_fails_without_a_request(world, fate):
    endpoint = world.endpoint()
    delivery_id = world.event(endpoint)
    if fate == "switched off":
        endpoints.change(MERCHANT, endpoint.id, Change(enabled=False))
    elif fate == "deleted":
        endpoint.discard()
    else:
        endpoint.change([WebhookEndpoint.url.remove()], WebhookEndpoint.id.exists())
    world.run(1)
    assert world.posts == []
    assert delivery(delivery_id).status == "failed"
    assert [entry["error_class"] for entry in log_of(delivery_id)] == ["disabled"]


def test_five_days_of_failure_switch_an_endpoint_off_with_a_visible_reason(world):
    world.answer = lambda _: answered(500)
    endpoint = world.endpoint()
    for day in range(5):
        world.event(endpoint, f"pay_{day}")
        world.run(DAY + 1)
        assert stored(endpoint).enabled
    world.event(endpoint, "pay_last")
    world.run(1)
    assert not stored(endpoint).enabled
    assert stored(endpoint).disabled_reason == "Every delivery has failed for five days"


def test_one_success_in_five_days_keeps_an_endpoint_on(world):
    endpoint = world.endpoint()
    for day in range(8):
        world.answer = lambda _, day=day: answered(200 if day == 3 else 500)
        world.event(endpoint, f"pay_{day}")
        world.run(DAY)
    assert stored(endpoint).enabled


def test_switching_an_endpoint_on_again_forgets_its_failures(world):
    world.answer = lambda _: answered(410)
    endpoint = world.endpoint()
    world.event(endpoint)
    world.run(1)
    endpoints.change(MERCHANT, endpoint.id, Change(enabled=True))
    again = stored(endpoint)
    assert (again.enabled, again.disabled_reason, again.failing_since) == (True, None, None)


def test_six_timeouts_in_a_row_leave_a_receiver_alone_for_a_while(world):
    world.answer = lambda _: hung()
    endpoint = world.endpoint()
    for number in range(receivers.TIMEOUTS_TO_OPEN):
        assert not stored(endpoint).open_until
        world.event(endpoint, f"pay_{number}")
        world.invoke()
    assert stored(endpoint).open_until == pytest.approx(world.now + receivers.OPEN_SECONDS, abs=0.1)
    made = len(world.posts)
    late = world.event(endpoint, "pay_late")
    world.run(20)
    assert len(world.posts) == made
    assert (delivery(late).attempts, delivery(late).status) == (0, "pending"), "leaving it alone is no attempt"


def test_timeouts_count_over_workers_that_do_not_know_of_each_other(world):
    """Each has read the endpoint before any of them timed out."""
    endpoint = world.endpoint()
    views = [stored(endpoint) for _ in range(receivers.TIMEOUTS_TO_OPEN)]
    for view in views:
        receivers.judge(view, hung())
    assert stored(endpoint).open_until == STARTED + receivers.OPEN_SECONDS


def test_a_receivers_places_are_as_many_however_many_threads_ask_at_once(monkeypatch):
    monkeypatch.setattr(receivers, "_places", {})
    with ThreadPoolExecutor(50) as pool:
        places = list(pool.map(lambda _: receivers.take_place("we_1", 1, 0), range(50)))
    assert sum(place is not None for place in places) == receivers.BATCHES_AT_ONCE


def test_a_batch_leaves_a_receiver_with_its_last_attempt(monkeypatch):
    monkeypatch.setattr(receivers, "_places", {})
    first, *_ = [receivers.take_place("we_1", 2, 0) for _ in range(receivers.BATCHES_AT_ONCE)]
    first.leave()
    assert receivers.take_place("we_1", 1, 0) is None
    first.leave()
    assert receivers.take_place("we_1", 1, 0)


def opened(world):
    endpoint = world.endpoint()
    for _ in range(receivers.TIMEOUTS_TO_OPEN):
        receivers.judge(endpoint, hung())
    world.now += receivers.OPEN_SECONDS + 1
    return endpoint


def test_after_the_pause_one_batch_tries_the_receiver_and_the_others_wait_on(world):
    endpoint = opened(world)
    first, second = stored(endpoint), stored(endpoint)
    assert receivers.pause(first) == 0
    assert receivers.OPEN_SECONDS <= receivers.pause(second) <= receivers.OPEN_SECONDS + receivers.SPREAD_SECONDS
    assert receivers.pause(stored(endpoint)) > 0


@pytest.mark.parametrize("status", [200, 500])
def test_a_receiver_that_answers_again_is_no_longer_left_alone(world, status):
    endpoint = opened(world)
    receivers.pause(endpoint)
    receivers.judge(endpoint, answered(status))
    assert receivers.pause(stored(endpoint)) == 0
    assert stored(endpoint).timeouts == 0


def test_a_failure_of_the_url_before_says_nothing_about_the_one_set_now(world):
    endpoint = world.endpoint()
    view = stored(endpoint)
    endpoints.change(MERCHANT, endpoint.id, Change(url="http://new.example/"))
    receivers.judge(view, answered(410))
    assert (stored(endpoint).enabled, stored(endpoint).failing_since) == (True, None)


def test_a_healthy_receiver_is_not_written_to(world, monkeypatch):
    endpoint = world.endpoint()
    monkeypatch.setattr(WebhookEndpoint, "change", lambda *_: pytest.fail("written"))
    receivers.judge(endpoint, answered(200))


def test_an_attempt_counts_even_if_the_endpoints_health_cannot_be_written(world, monkeypatch):
    def fail(*_args):
        raise Unavailable("The database did not answer")

    monkeypatch.setattr(receivers, "judge", fail)
    world.answer = lambda _: answered(500)
    delivery_id = world.event(world.endpoint())
    world.invoke()
    assert delivery(delivery_id).attempts == 1
    assert len(world.messages) == 1, "the follow-up; the message itself is done"


def test_a_manual_retry_starts_at_0_again(world):
    world.answer = lambda _: answered(500)
    delivery_id = world.event(world.endpoint())
    world.run()
    assert delivery(delivery_id).status == "failed"
    answer = webhooks.retry(MERCHANT, delivery_id, "req-2")
    assert answer == {"id": delivery_id, "status": "pending", "message": "Webhook retry scheduled"}
    record = delivery(delivery_id)
    assert (record.status, record.attempts, record.failed_endpoint_id) == ("pending", 0, None)
    world.run()
    assert (delivery(delivery_id).attempts, delivery(delivery_id).status) == (5, "failed")
    assert len(world.posts) == 10
    world.answer = lambda _: answered(200)
    webhooks.retry(MERCHANT, delivery_id, "req-3")
    world.run(60)
    assert (delivery(delivery_id).attempts, delivery(delivery_id).status) == (1, "success")
    assert world.messages == []


def test_an_attempt_under_way_during_a_manual_retry_is_the_first_of_the_new_series(world):
    world.answer = lambda _: answered(500)
    delivery_id = world.event(world.endpoint())
    world.run(3600)
    assert delivery(delivery_id).attempts == 4

    def retried_meanwhile(_url):
        webhooks.retry(MERCHANT, delivery_id, "req-2")
        world.answer = lambda _: answered(500)
        return answered(500)

    world.answer = retried_meanwhile
    world.run(3 * 3600)
    record = delivery(delivery_id)
    assert (record.status, record.attempts) == ("pending", 4)
    assert len(log_of(delivery_id)) == 8
    world.run(3 * 3600)
    assert (delivery(delivery_id).status, delivery(delivery_id).attempts) == ("failed", 5)
    assert len(world.posts) == 9


def test_a_retry_whose_request_dies_after_its_commit_is_made_all_the_same(world):
    delivery_id = world.event(world.endpoint())
    world.run(1)
    sends = iter([None])

    def die_at_the_second():
        if next(sends, "second"):
            raise Unavailable("The queue did not answer")

    world.on_send = die_at_the_second
    with pytest.raises(Unavailable):
        webhooks.retry(MERCHANT, delivery_id, "req-2")
    world.on_send = lambda: None
    world.run(60)
    assert len(world.posts) == 2
    assert delivery(delivery_id).status == "success"


def test_failed_deliveries_of_a_time_range_are_sent_again_and_no_others(world):
    world.answer = lambda _: answered(410)
    endpoint, other = world.endpoint(), world.endpoint("http://other.example/")
    ids = []
    for number in range(4):
        endpoints.change(MERCHANT, endpoint.id, Change(enabled=True))
        ids.append(world.event(endpoint, f"pay_{number}"))
        world.run(100)
    foreign = world.event(other)
    world.run(100)
    endpoints.change(MERCHANT, endpoint.id, Change(enabled=True))
    world.answer = lambda _: answered(200)
    start, end = (delivery(i).created_at for i in (ids[1], ids[2]))
    answer = webhooks.replay(MERCHANT, endpoint.id, start, end, "req-2")
    assert answer == {"id": endpoint.id, "replayed": 2, "more": False}
    world.run(100)
    assert [delivery(i).status for i in [*ids, foreign]] == ["failed", "success", "success", "failed", "failed"]


def test_a_replay_of_very_many_says_that_there_are_more(world, monkeypatch):
    monkeypatch.setattr(webhooks, "REPLAY_MAX", 2)
    endpoint = world.endpoint()
    endpoints.change(MERCHANT, endpoint.id, Change(enabled=False))
    for number in range(3):
        world.event(endpoint, f"pay_{number}")
        world.run(1)
    answers = [webhooks.replay(MERCHANT, endpoint.id, EARLIEST, LATEST, "req-2") for _ in range(3)]
    assert [(answer["replayed"], answer["more"]) for answer in answers] == [(2, True), (1, False), (0, False)]


def test_both_secrets_sign_while_a_rotation_is_young(world):
    endpoint = world.endpoint()
    old = endpoints.secrets(endpoint)[0]
    _, new = endpoints.rotate_secret(MERCHANT, endpoint.id)
    world.event(endpoint)
    world.run(1)
    _, _, headers = world.posts[0]
    assert len(headers["webhook-signature"].split()) == 2
    assert endpoints.secrets(stored(endpoint)) == [new, old]
    world.run(DAY + 1)
    assert endpoints.secrets(stored(endpoint)) == [new]


def test_of_two_rotations_at_the_same_time_one_is_refused(world, monkeypatch):
    """Otherwise a caller would hold a secret that never signs."""
    endpoint = world.endpoint()
    view = stored(endpoint)
    endpoints.rotate_secret(MERCHANT, endpoint.id)
    monkeypatch.setattr(endpoints, "find", lambda *_: view)
    with pytest.raises(endpoints.BadRequest):
        endpoints.rotate_secret(MERCHANT, endpoint.id)


def test_a_url_error_of_the_primary_endpoint_names_the_field_that_was_sent(world):
    endpoint = world.endpoint()
    merchant = Merchant(MERCHANT, primary_endpoint_id=endpoint.id)
    with pytest.raises(endpoints.BadRequest) as error:
        endpoints.set_primary_url(merchant, "ftp://receiver.example/")
    assert error.value.field == "webhook_url"


def test_a_request_has_five_seconds_in_all(world, monkeypatch):
    limits = {}
    monkeypatch.setattr(attempts.outbound, "post", lambda *_, **given: limits.update(given) or answered(200))
    world.event(world.endpoint())
    world.run(1)
    assert limits == {"allow_private": True, "timeout": 5.0}
