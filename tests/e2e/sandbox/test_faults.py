"""The API fails on demand, for one merchant and as often as asked, before or after the effect."""

import time

import pytest
import requests


def fault(sandbox, effect, **more):
    answer = sandbox.ask("POST", "faults", {"effect": effect, "match": "POST /orders", **more})
    assert answer.status_code == 201, answer.text


def order(sandbox, key=""):
    return sandbox.client.post("/api/v1/orders", {"amount": 100}, headers={"Idempotency-Key": key})


def orders(sandbox):
    return sandbox.client.get("/api/v1/orders").json()["total"]


@pytest.mark.parametrize(
    ("effect", "status", "code"), [("error", 500, "SERVER_ERROR"), ("throttle", 429, "RATE_LIMIT_ERROR")]
)
@pytest.mark.parametrize(("when", "made"), [("before", 1), ("after", 2)])
def test_a_fault_strikes_as_often_as_asked(sandbox, effect, status, code, when, made):
    fault(sandbox, effect, when=when)
    failed = order(sandbox)
    assert (failed.status_code, failed.json()["error"]["code"]) == (status, code)
    assert order(sandbox).status_code == 201
    assert orders(sandbox) == made


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_a_cut_closes_the_connection_without_an_answer(sandbox, when, made):
    fault(sandbox, "cut", when=when)
    with pytest.raises(requests.ConnectionError):
        order(sandbox)
    assert orders(sandbox) == made


def test_a_lost_answer_after_the_commit_is_found_again_by_its_key(sandbox):
    fault(sandbox, "cut", when="after")
    with pytest.raises(requests.ConnectionError):
        order(sandbox, "cart-1")
    again = order(sandbox, "cart-1")
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert orders(sandbox) == 1


def test_a_hang_answers_late(sandbox):
    fault(sandbox, "hang", seconds=1.5)
    began = time.monotonic()
    assert order(sandbox).status_code == 201
    assert time.monotonic() - began >= 1.5


def test_a_burst_of_throttling_ends(sandbox):
    fault(sandbox, "throttle", times=3)
    answers = [order(sandbox) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [429, 429, 429, 201]
    assert answers[0].headers["Retry-After"] == "1"


def test_no_other_merchant_and_no_other_path_is_struck(stage, sandbox):
    fault(sandbox, "error", times=5)
    other = stage.fresh()
    assert order(other).status_code == 201
    assert sandbox.client.get("/api/v1/payments").status_code == 200
    assert other.ask("GET", "faults").json() == {"data": []}


def test_faults_are_listed_with_what_is_left_and_deleted(sandbox):
    fault(sandbox, "error", times=2)
    order(sandbox)
    (left,) = sandbox.ask("GET", "faults").json()["data"]
    assert (left["effect"], left["match"], left["when"], left["times"]) == ("error", "POST /orders", "before", 1)
    assert sandbox.ask("DELETE", "faults").json() == {"deleted": 1}
    assert order(sandbox).status_code == 201


def test_a_payers_request_is_struck_by_its_merchants_fault(sandbox):
    fault(sandbox, "error", match="POST /payments/public")
    body = {"order_id": sandbox.client.order()["id"], "method": "upi", "vpa": "success@upi"}
    key = sandbox.client.credentials["X-Api-Key"]
    assert sandbox.client.anonymous().post("/api/v1/payments/public", body | {"key": key}).status_code == 500


@pytest.mark.parametrize(
    "body", [{"effect": "explode"}, {"effect": "error", "when": "never"}, {"effect": "error", "times": 0}]
)
def test_a_fault_that_makes_no_sense_is_refused(sandbox, body):
    assert sandbox.ask("POST", "faults", body).status_code == 400
