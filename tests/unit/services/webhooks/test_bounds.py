"""How often one may have webhooks sent by hand."""

import pytest

from chalicelib.domain.errors import TooManyRequests
from chalicelib.domain.lists import EARLIEST, LATEST
from chalicelib.services.webhooks import bounds, endpoints, log
from chalicelib.services.webhooks.bounds import Bound
from chalicelib.services.webhooks.endpoints import Change
from tests.unit.services.world import MERCHANT


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(bounds, "BY_HAND", Bound("by hand", endpoint=3, merchant=5, host=7))
    monkeypatch.setattr(bounds, "REPLAYED", Bound("replayed", endpoint=2, merchant=2, host=2))


def taken(endpoint, tries=20):
    """How many tests in a row are accepted."""
    for number in range(tries):
        try:
            bounds.take(bounds.BY_HAND, endpoint)
        except TooManyRequests:
            return number
    return tries


def test_an_endpoint_a_merchant_and_a_host_have_each_a_limit(world):
    first, second, third = (world.endpoint(f"http://third.example/{n}") for n in range(3))
    assert [taken(first), taken(second), taken(third)] == [3, 2, 0], "the merchant's five are used up"
    others = [world.endpoint("http://THIRD.example:81/", merchant_id=f"merchant-{n}") for n in range(3)]
    assert [taken(other) for other in others] == [2, 0, 0], "seven for one host, whoever asks and whatever the port"
    assert taken(world.endpoint("http://other.example/", merchant_id="merchant-9")) == 3


def test_the_next_minute_is_a_new_one_and_the_refusal_says_when_it_begins(world):
    endpoint = world.endpoint()
    assert taken(endpoint) == 3
    with pytest.raises(TooManyRequests) as refused:
        bounds.take(bounds.BY_HAND, endpoint)
    world.now += refused.value.retry_after
    assert taken(endpoint) == 3


def test_tests_and_retries_count_together(world):
    endpoint = world.endpoint()
    delivery_id = endpoints.send_test(endpoint, "r")["id"]
    world.run(1)
    log.retry(MERCHANT, delivery_id, "r")
    log.retry(MERCHANT, delivery_id, "r")
    for again in (lambda: log.retry(MERCHANT, delivery_id, "r"), lambda: endpoints.send_test(endpoint, "r")):
        with pytest.raises(TooManyRequests):
            again()


def test_a_retry_counts_against_the_host_that_the_endpoint_has_now(world):
    """Else deliveries made for one's own host would be sent to another's without end."""
    endpoint = world.endpoint("http://mine.example/")
    delivery_id = world.event(endpoint)
    endpoints.change(MERCHANT, endpoint.id, Change(url="http://victim.example/"))
    for number in range(7):
        bounds.take(bounds.BY_HAND, world.endpoint("http://victim.example/", merchant_id=f"merchant-{number}"))
    with pytest.raises(TooManyRequests):
        log.retry(MERCHANT, delivery_id, "r")


def test_a_replay_counts_every_delivery_that_it_starts(world, monkeypatch):
    endpoint = world.endpoint()
    endpoints.change(MERCHANT, endpoint.id, Change(enabled=False))
    for number in range(3):
        world.event(endpoint, f"pay_{number}")
    world.run(1)
    with pytest.raises(TooManyRequests):
        log.replay(MERCHANT, endpoint.id, EARLIEST, LATEST, "r")
    monkeypatch.setattr(log, "REPLAY_MAX", 2)
    assert log.replay(MERCHANT, endpoint.id, EARLIEST, LATEST, "r")["replayed"] == 2
