"""Rotation, verification, replay and dead letters on a running gateway."""

import pytest
import standardwebhooks

from tests.e2e.webhooks.servers import answers
from tests.support.waiting import until

RECEIVES, INVISIBLE = 5, 20  # of a message that fails, and seconds between them in the local runner


def verify(merchant, arrival, **more):
    question = {"body": arrival.body.decode(), "headers": arrival.headers, **more}
    return merchant.ask("POST", "/webhooks/verify", question)


def accepted_by_the_library(secret, arrival):
    try:
        standardwebhooks.Webhook(secret).verify(arrival.body, arrival.headers)
    except standardwebhooks.WebhookVerificationError:
        return False
    return True


def test_while_a_secret_rotates_both_sign(merchant, receiver):
    endpoint = merchant.endpoint(receiver.url("/hook"))
    new = merchant.ask("POST", f"/webhook-endpoints/{endpoint['id']}/rotate-secret")["secret"]
    merchant.send_test(endpoint)
    arrival = until(lambda: receiver.arrivals, 5)[0]
    for secret in (endpoint["secret"], new):
        assert accepted_by_the_library(secret, arrival)
    assert not accepted_by_the_library("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", arrival)


def test_the_gateway_says_why_a_signature_fails(merchant, receiver):
    endpoint, other = (merchant.endpoint(receiver.url(path)) for path in ("/one", "/two"))
    merchant.send_test(endpoint)
    arrival = until(lambda: receiver.arrivals, 5)[0]
    assert verify(merchant, arrival, endpoint_id=endpoint["id"])["valid"]
    answer = verify(merchant, arrival, endpoint_id=other["id"])
    assert not answer["valid"]
    failed = [check for check in answer["checks"] if not check["passed"]]
    assert {check["name"] for check in failed} == {"x_webhook_signature_matches", "webhook_signature_matches"}
    assert all(endpoint["id"] in check["explanation"] for check in failed)
    spaced = type(arrival)(arrival.at, arrival.path, arrival.headers, arrival.body.replace(b":", b": "))
    assert any("serialised again" in check["explanation"] for check in verify(merchant, spaced)["checks"])


def test_what_failed_in_a_time_range_is_sent_again(merchant, receiver):
    endpoint = merchant.endpoint(receiver.url("/hook"))
    path = f"/webhook-endpoints/{endpoint['id']}"
    receiver.scripts["/hook"] = answers(410)
    ids = []
    for _ in range(3):
        merchant.ask("PATCH", path, {"enabled": True})
        ids.append(merchant.send_test(endpoint))
        until(lambda: merchant.delivery(ids[-1])["status"] == "failed", 5)
        until(lambda: not merchant.ask("GET", path)["enabled"], 5)
    receiver.scripts["/hook"] = answers(200)
    merchant.ask("PATCH", path, {"enabled": True})
    wanted = {"from": merchant.delivery(ids[1])["created_at"], "to": merchant.delivery(ids[2])["created_at"]}
    answer = merchant.ask("POST", f"{path}/replay", wanted)
    assert answer == {"id": endpoint["id"], "replayed": 2, "more": False}
    until(lambda: merchant.delivery(ids[2])["status"] == "success", 5)
    until(lambda: merchant.delivery(ids[1])["status"] == "success", 5)
    assert merchant.delivery(ids[0])["status"] == "failed"


@pytest.mark.slow
def test_a_poisoned_message_ends_among_the_dead_letters_and_is_sent_back_by_one_command(gateway, poisoned):
    [letter] = until(poisoned.dead_letters, RECEIVES * (INVISIBLE + 5), every=2)
    assert (letter["queue"], letter["object_id"]) == ("deliveries", poisoned.id)
    assert letter["received"] == RECEIVES
    assert poisoned.dead_letters() == [letter], "looking hides nothing and is no try"
    until(lambda: gateway.jobs()["failed"] == 1, INVISIBLE + 10)
    poisoned.put_secret(poisoned.secret)
    assert "1 messages sent back to deliveries" in gateway.tool("infra.redrive", "deliveries").stdout
    until(lambda: poisoned.merchant.delivery(poisoned.id)["status"] == "success", 30)
    assert len(poisoned.receiver.arrivals) == 1
    assert poisoned.dead_letters() == []
    assert gateway.jobs()["failed"] == 0
