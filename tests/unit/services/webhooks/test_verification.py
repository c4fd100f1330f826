import json

import pytest

from chalicelib.domain import clock
from chalicelib.domain import webhooks as rules
from chalicelib.domain.errors import NotFound
from chalicelib.services.webhooks import endpoints, log, verification
from tests.unit.services.world import MERCHANT, STARTED, delivery

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


RICH = {"payment": {"id": "pay_1", "amount": 5, "b": {"z": 1, "a": 2}}}


def sent_to(world, endpoint):
    """Returns the id of a delivery, and the body that it sends."""
    sent = delivery(world.event(endpoint, data=RICH))
    return sent.id, log.sent_body(sent)


def explained(answer):
    return " ".join(check["explanation"] for check in answer["checks"])


def sorted_at_every_depth(body):
    return json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"))


@pytest.mark.parametrize(
    ("alter", "words"),
    [
        (sorted_at_every_depth, "serialised again"),
        (lambda body: json.dumps(json.loads(body), indent=2), "serialised again"),
        (lambda body: body.replace("pay_1", "pay_2"), "the one that was sent with this webhook-id"),
        (lambda _: "event=payment.success", "the one that was sent with this webhook-id"),
    ],
)
def test_a_body_that_was_altered_is_told_from_a_wrong_secret_by_its_webhook_id(world, alter, words):
    endpoint = world.endpoint()
    delivery_id, body = sent_to(world, endpoint)
    headers = rules.headers(delivery_id, int(STARTED), body, endpoints.secrets(endpoint))

    answer = verification.verify(MERCHANT, alter(body), headers, None)

    assert not answer["valid"]
    assert words in explained(answer)
    assert endpoint.id in explained(answer)


def test_where_the_body_is_the_one_that_was_sent_it_is_the_secret_that_is_wrong(world):
    delivery_id, body = sent_to(world, world.endpoint())
    headers = rules.headers(delivery_id, int(STARTED), body, ["whsec_" + "A" * 32])

    assert "it is the secret that does not fit" in explained(verification.verify(MERCHANT, body, headers, None))


def test_another_merchants_delivery_is_not_looked_into(world):
    endpoint = world.endpoint()
    delivery_id, body = sent_to(world, world.endpoint(merchant_id="merchant-3"))
    headers = rules.headers(delivery_id, int(STARTED), body, endpoints.secrets(endpoint))

    answer = verification.verify(MERCHANT, sorted_at_every_depth(body), headers, None)

    assert "serialised again" not in explained(answer)
