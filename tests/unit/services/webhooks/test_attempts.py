"""What an attempt's outcome means for its delivery and its endpoint."""

import pytest

from chalicelib import outbound
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.lists import EARLIEST, LATEST
from chalicelib.outbound import Attempt, ErrorClass
from chalicelib.persistence.merchants import Merchant
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.services import lists
from chalicelib.services.webhooks import endpoints, log, receivers
from chalicelib.services.webhooks.endpoints import Change
from tests.unit.services.world import MERCHANT, answered, delivery, log_of, stored

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


@pytest.mark.parametrize("fate", ["switched off", "deleted", "without a URL"])
def test_a_delivery_to_an_endpoint_that_is_gone_fails_without_a_request(world, fate):
    endpoint = world.endpoint()
    delivery_id = world.event(endpoint)
    if fate == "switched off":
        endpoints.change(MERCHANT, endpoint.id, Change(enabled=False))
    elif fate == "deleted":
        endpoint.remove()
    else:
        endpoint.change([WebhookEndpoint.url.remove()], WebhookEndpoint.id.exists())
    world.run(1)
    assert world.posts == []
    assert delivery(delivery_id).status == "failed"
    assert [entry["error_class"] for entry in log_of(delivery_id)] == ["disabled"]


def test_an_attempt_counts_even_if_the_endpoints_health_cannot_be_written(world, monkeypatch):
    def fail(*_args, **_known):
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
    answer = log.retry(MERCHANT, delivery_id, "req-2")
    assert answer == {"id": delivery_id, "status": "pending", "message": "Webhook retry scheduled"}
    record = delivery(delivery_id)
    assert (record.status, record.attempts, record.created_at_if_failed) == ("pending", 0, None)
    world.run()
    assert (delivery(delivery_id).attempts, delivery(delivery_id).status) == (5, "failed")
    assert len(world.posts) == 10
    world.answer = lambda _: answered(200)
    log.retry(MERCHANT, delivery_id, "req-3")
    world.run(60)
    assert (delivery(delivery_id).attempts, delivery(delivery_id).status) == (1, "success")
    assert world.messages == []


def test_an_attempt_under_way_during_a_manual_retry_is_the_first_of_the_new_series(world):
    world.answer = lambda _: answered(500)
    delivery_id = world.event(world.endpoint())
    world.run(3600)
    assert delivery(delivery_id).attempts == 4

    def retried_meanwhile(_url):
        log.retry(MERCHANT, delivery_id, "req-2")
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
        log.retry(MERCHANT, delivery_id, "req-2")
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
    answer = log.replay(MERCHANT, endpoint.id, start, end, "req-2")
    assert answer == {"id": endpoint.id, "replayed": 2, "more": False}
    world.run(100)
    assert [delivery(i).status for i in [*ids, foreign]] == ["failed", "success", "success", "failed", "failed"]


def test_of_two_replays_at_the_same_time_the_later_leaves_alone_what_the_earlier_delivered(world, monkeypatch):
    world.answer = lambda _: answered(500)
    endpoint = world.endpoint()
    delivery_id = world.event(endpoint)
    world.run()
    world.answer = lambda _: answered(200)
    real, presses = lists.FAILED_DELIVERIES_OF_ENDPOINT.page, iter(["first"])

    def press_again(*given, **how):
        page = real(*given, **how)
        if next(presses, None):
            assert log.replay(MERCHANT, endpoint.id, EARLIEST, LATEST, "req-2")["replayed"] == 1
            world.run(60)
        return page

    monkeypatch.setattr(lists.FAILED_DELIVERIES_OF_ENDPOINT, "page", press_again)
    assert log.replay(MERCHANT, endpoint.id, EARLIEST, LATEST, "req-3")["replayed"] == 0
    world.run(60)
    assert (delivery(delivery_id).status, delivery(delivery_id).attempts) == ("success", 1)
    assert len(world.posts) == 6


def test_a_replay_of_very_many_says_that_there_are_more(world, monkeypatch):
    monkeypatch.setattr(log, "REPLAY_MAX", 2)
    endpoint = world.endpoint()
    endpoints.change(MERCHANT, endpoint.id, Change(enabled=False))
    for number in range(3):
        world.event(endpoint, f"pay_{number}")
        world.run(1)
    answers = [log.replay(MERCHANT, endpoint.id, EARLIEST, LATEST, "req-2") for _ in range(3)]
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
    monkeypatch.setattr(outbound, "post", lambda *_, **given: limits.update(given) or answered(200))
    world.event(world.endpoint())
    world.run(1)
    assert "timeout" not in limits
    assert (limits["allow_private"], outbound.TIMEOUT) == (True, 5.0)
