import pytest

from chalicelib.domain import clock
from chalicelib.domain import webhooks as rules
from chalicelib.domain.errors import NotFound
from chalicelib.services import endpoints, verification
from tests.unit.services.world import MERCHANT

BODY = '{"event":"payment.success","timestamp":1800000000,"data":{"payment":{"id":"pay_1"}}}'


def verdict(answer):
    return {check["name"]: check["passed"] for check in answer["checks"]}


def test_a_signature_of_ours_is_valid_and_every_check_says_so(world):
    endpoint = world.endpoint()
    headers = rules.headers("id-1", int(clock.wall()), BODY, endpoints.secrets(endpoint))
    answer = verification.verify(MERCHANT, BODY, headers, endpoint.id)
    assert answer["valid"]
    assert {"x_webhook_signature_matches", "webhook_signature_matches"} <= verdict(answer).keys()
    assert all(set(check) == {"name", "passed", "explanation"} for check in answer["checks"])


def test_a_previous_secret_is_known_while_it_signs(world):
    endpoint = world.endpoint()
    old = endpoints.secrets(endpoint)
    endpoints.rotate_secret(MERCHANT, endpoint.id)
    answer = verification.verify(MERCHANT, BODY, rules.headers("id-1", int(clock.wall()), BODY, old), None)
    assert answer["valid"]
    assert any("previous secret" in check["explanation"] for check in answer["checks"])


def test_the_secret_of_another_endpoint_is_named(world):
    one, two = world.endpoint(), world.endpoint("http://other.example/")
    headers = rules.headers("id-1", int(clock.wall()), BODY, endpoints.secrets(two))
    answer = verification.verify(MERCHANT, BODY, headers, one.id)
    assert not answer["valid"]
    assert any(two.id in check["explanation"] for check in answer["checks"])


def test_another_merchants_secrets_are_not_tried(world):
    theirs = world.endpoint(merchant_id="merchant-2")
    headers = rules.headers("id-1", int(clock.wall()), BODY, endpoints.secrets(theirs))
    answer = verification.verify(MERCHANT, BODY, headers, None)
    assert not verdict(answer)["webhook_signature_matches"]
    with pytest.raises(NotFound):
        verification.verify(MERCHANT, BODY, headers, theirs.id)
