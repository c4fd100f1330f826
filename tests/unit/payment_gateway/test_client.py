import pytest

from infra.local.ports import any_free_port
from payment_gateway.client import Client, Refused, Unreachable


def test_a_request_carries_the_key_pair_and_the_body(api):
    api.routes["POST", "/orders"] = lambda body: (201, {"id": "order_1", **body})

    made = Client(api.url, "key_1", "secret_1").post("/orders", {"amount": 100}, idempotency_key="once")

    assert made == {"id": "order_1", "amount": 100}
    headers = api.asked[0][3]
    assert (headers["X-Api-Key"], headers["X-Api-Secret"]) == ("key_1", "secret_1")
    assert headers["Idempotency-Key"] == "once"


def test_an_absent_filter_is_not_sent(api):
    Client(api.url).get("/events", type=None, object_id="pay_1 &", limit=5)
    assert api.asked[0][2] == {"object_id": "pay_1 &", "limit": "5"}


def test_an_error_of_the_contract_keeps_its_fields(api):
    error = {"code": "BAD_REQUEST_ERROR", "description": "amount must be at least 100", "field": "amount"}
    api.routes["POST", "/orders"] = lambda _: (400, {"error": error})

    with pytest.raises(Refused, match="amount must be at least 100") as refusal:
        Client(api.url).post("/orders", {"amount": 1})

    assert (refusal.value.status, refusal.value.error) == (400, error)


def test_an_error_of_a_proxy_is_shown_as_it_is(api):
    api.routes["GET", "/orders"] = lambda _: (502, b"<h1>Bad gateway</h1>")
    with pytest.raises(Refused, match="<h1>Bad gateway</h1>"):
        Client(api.url).get("/orders")


def test_an_address_without_a_gateway_is_named():
    api = f"http://127.0.0.1:{any_free_port()}"
    with pytest.raises(Unreachable, match=api):
        Client(api).get("/orders")


def test_a_stage_without_a_sandbox_is_recognised(api):
    assert Client(api.url).is_test_stage()
    del api.routes["GET", "/test/merchant"]
    assert not Client(api.url).is_test_stage()
