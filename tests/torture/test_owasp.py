"""Checks the OWASP API Security Top 10 (2023), one by one."""

import json
from dataclasses import replace
from uuid import uuid4

import pytest

import app as application
from chalicelib import outbound
from chalicelib.api import routing
from chalicelib.config import settings
from chalicelib.services.merchants import accounts
from chalicelib.services.webhooks import endpoints
from tests.support.receiver import Receiver
from tests.torture.evidence import state
from tests.torture.steps import AMOUNT, CARD, instrument, settled


@pytest.fixture
def production(monkeypatch):
    """Runs the same application on a stage that is not a test stage."""
    there = replace(settings(), stage="prod")
    for module in (routing, endpoints, accounts):
        monkeypatch.setattr(module, "settings", lambda: there)


def test_api1_nobody_reaches_the_objects_of_another_merchant(world):
    mine, other = world.open_shop(), world.open_shop()
    paid = settled(world, other)
    refunded = world.call(other, "POST", f"/payments/{paid}/refunds", {"amount": 100}).body["id"]
    seen = state(world, other)
    ordered, delivered = next(iter(seen.orders)), next(iter(seen.deliveries))
    url = f"/webhook-endpoints/{other.endpoint_id}"
    asked = [
        ("GET", f"/orders/{ordered}", None), ("GET", f"/payments/{paid}", None), ("GET", f"/refunds/{refunded}", None),
        ("GET", f"/webhooks/{delivered}", None), ("GET", f"/payments/{paid}/timeline", None), ("GET", url, None),
        ("POST", f"/payments/{paid}/capture", {"amount": AMOUNT}), ("POST", f"/payments/{paid}/refunds", {}),
        ("POST", "/payments", {"order_id": ordered, **instrument("upi")}),
        ("POST", f"/webhooks/{delivered}/retry", None), ("POST", f"{url}/rotate-secret", None),
        ("POST", f"{url}/reveal-secret", None), ("POST", f"{url}/test", None), ("POST", f"{url}/replay", {}),
        ("PATCH", url, {"enabled": False}), ("DELETE", url, None),
    ]  # fmt: skip
    for method, path, body in asked:
        assert world.call(mine, method, path, body).status == 404, path
    for path in ("/orders", "/payments", "/refunds", "/webhooks", f"/refunds?status=pending&payment_id={'x' * 9}"):
        assert not world.call(mine, "GET", path).body.get("data"), path
    assert state(world, other).payments[paid]["state"] == "authorized"


def test_api2_credentials_cannot_be_guessed(world):
    shop = world.open_shop()
    wrong = replace(shop, made=replace(shop.made, pair=replace(shop.made.pair, secret="secret_guess")))
    unknown = replace(shop, made=replace(shop.made, pair=replace(shop.made.pair, key="key_guess")))
    answers = [world.call(who, "GET", "/merchants/profile") for who in (wrong, unknown)]
    assert {answer.status for answer in answers} == {401}
    assert len({answer.body["error"]["description"] for answer in answers}) == 1
    statuses = [world.call(wrong, "GET", "/merchants/profile").status for _ in range(25)]
    assert statuses[-1] == 429
    assert world.call(shop, "GET", "/merchants/profile").status == 200


def test_api3_what_a_caller_may_not_set_or_see_is_neither_set_nor_shown(world):
    shop = world.open_shop()
    forged = {"amount": AMOUNT, "status": "paid", "amount_paid": AMOUNT, "merchant_id": "someone", "id": "order_mine"}
    made = world.call(shop, "POST", "/orders", forged).body
    assert (made["status"], made["amount_paid"], made["merchant_id"]) == ("created", 0, shop.id)
    path = f"/webhook-endpoints/{shop.endpoint_id}"
    world.call(shop, "PATCH", path, {"sealed_secret": "x", "merchant_id": "someone", "failing_since": 1})
    assert world.call(shop, "GET", path).status == 200
    shown = world.call(shop, "GET", "/merchants/profile").text + world.call(shop, "GET", "/webhook-endpoints").text
    assert shop.made.pair.secret not in shown
    assert shop.made.webhook_secret not in shown
    public = world.call(shop, "GET", f"/payments/{settled(world, shop)}/public").body
    assert "merchant_id" not in public


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/orders?limit=101", None),
        ("POST", "/orders", {"amount": AMOUNT, "notes": {str(n): "x" for n in range(16)}}),
        ("POST", "/orders", {"amount": AMOUNT, "receipt": "x" * 256}),
        ("POST", "/orders", {"amount": 2**53}),
        ("POST", "/orders", {"amount": AMOUNT, "notes": {"pad": "x" * 2**20}}),
    ],
)
def test_api4_no_request_is_bigger_than_its_bound(world, method, path, body):
    assert world.call(world.open_shop(), method, path, body).status in {400, 413}


def test_api4_a_caller_that_is_too_fast_is_slowed_down(world, monkeypatch):
    shop = world.open_shop()
    monkeypatch.setattr(
        routing, "settings", lambda: replace(settings(), rate_limit_per_key=5, rate_limit_per_address=5)
    )
    answers = [world.call(shop, "GET", "/orders") for _ in range(30)]
    slowed = [answer for answer in answers if answer.status == 429]
    assert slowed
    assert slowed[0].headers["Retry-After"]


@pytest.mark.usefixtures("production")
def test_api5_functions_of_the_operator_and_of_tests_are_not_there(world):
    shop = world.shop_at_rest()
    assert world.call(shop, "POST", "/admin/merchants", {"name": "Me", "email": "me@example.com"}).status == 404
    for path in ("/test/merchant", "/test/jobs/status"):
        assert world.call(shop, "GET", path).status == 404


@pytest.mark.parametrize(("authorization", "status"), [("Bearer wrong", 401), ("", 401), ("Bearer right", 201)])
def test_api5_merchants_are_made_by_whoever_has_the_operators_token(world, monkeypatch, authorization, status):
    there = replace(settings(), admin_token="right")
    monkeypatch.setattr("chalicelib.services.merchants.auth.settings", lambda: there)
    headers = {"Authorization": authorization, "Content-Type": "application/json"}
    body = json.dumps({"name": "Me", "email": f"{uuid4()}@example.com"}).encode()
    assert world.client.http.request("POST", "/api/v1/admin/merchants", headers, body).status_code == status


# API 6, moving money twice by being fast, is covered by test_faults.py's rival between any two calls.


@pytest.mark.usefixtures("production")
@pytest.mark.parametrize(
    "url",
    ["http://example.com/", "https://127.0.0.1/", "https://169.254.169.254/latest/", "https://[::1]/", "https://10.0.0.1/",
     "https://[::ffff:127.0.0.1]/", "https://user@example.com/", "https://localhost/", "file:///etc/passwd"],
)  # fmt: skip
def test_api7_a_webhook_url_cannot_point_inside(world, url):
    shop = world.shop_at_rest()
    assert world.call(shop, "POST", "/webhook-endpoints", {"url": url}).status == 400
    attempt = outbound.post(url, "{}", {}, allow_private=False)
    assert attempt.error_class == "refused_address"


def test_api8_errors_tell_nothing_of_the_inside_and_answers_are_not_cached(world, monkeypatch):
    shop = world.open_shop()
    monkeypatch.setattr(endpoints, "visible", lambda _: 1 / 0)
    answer = world.call(shop, "GET", "/webhook-endpoints")
    assert answer.status == 500
    assert answer.body["error"]["code"] == "SERVER_ERROR"
    assert "ZeroDivision" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_api9_every_route_is_of_the_one_version():
    assert all(
        path == "/health" or path.startswith(("/api/v1/", "/v1", "/v2/", "/methods")) for path in application.app.routes
    )


def test_api10_what_a_receiver_answers_is_bounded_and_no_order(world):
    """Expects that a redirect is not followed, and that the gateway keeps the first 1 KiB of an answer at most."""
    shop, elsewhere = world.open_shop(("payment.success",)), Receiver()
    world.receiver.scripts[shop.path] = lambda n: 307 if n == 1 else 200
    world.receiver.headers[shop.path] = {"Location": elsewhere.url("/inside")}
    world.receiver.bodies[shop.path] = b"x" * 3000
    settled(world, shop, "card")
    (delivery,) = state(world, shop).deliveries.values()
    assert delivery["attempts"] == 2
    assert elsewhere.arrivals == {}
    shown = world.call(shop, "GET", f"/webhooks/{delivery['id']}").body
    assert [len(entry["response_body"]) for entry in shown["attempts_log"]] == [1024, 1024]
    assert CARD["number"] not in json.dumps(shown)
    elsewhere.close()
