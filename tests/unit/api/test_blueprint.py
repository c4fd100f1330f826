"""What stands around every view, as Lambda calls it: no server and no AWS behind it."""

import json
from dataclasses import replace

import pytest
from chalice.local import LambdaEventConverter, RouteMatcher
from chalice.test import Client

import app
from chalicelib.api import blueprint, limits
from chalicelib.config import settings
from chalicelib.domain.errors import TooManyRequests, Unavailable
from chalicelib.services import auth, health, orders
from chalicelib.services.credentials import Caller

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def ask():
    http = Client(app.app).http

    def request(method, path, headers=JSON, body=b""):
        return http.request(method, path, headers=headers, body=body)

    return request


@pytest.fixture
def signed_in(monkeypatch):
    monkeypatch.setattr(auth, "by_pair", lambda *_, **__: Caller("m"))


def error(response, status):
    assert response.status_code == status
    shown = json.loads(response.body)["error"]
    assert response.headers["X-Request-Id"] == shown["request_id"]
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "X-Request-Id" in response.headers["Access-Control-Expose-Headers"]
    return shown


def raising(failure):
    def fail(*_, **__):
        raise failure

    return fail


def test_what_nobody_expected_is_a_500_that_tells_nothing(ask, monkeypatch):
    monkeypatch.setattr(health, "check", raising(ZeroDivisionError("secret_test_xyz789")))

    response = ask("GET", "/health")

    assert error(response, 500)["code"] == "SERVER_ERROR"
    assert b"secret" not in response.body
    assert b"Zero" not in response.body


def test_a_dependency_that_does_not_answer_is_a_503(ask, monkeypatch):
    monkeypatch.setattr(health, "check", raising(Unavailable("The queue did not answer")))

    assert error(ask("GET", "/health"), 503)["description"] == "The queue did not answer"


def test_too_many_requests_are_a_429_that_says_when_to_come_back(ask, monkeypatch):
    monkeypatch.setattr(limits, "check", raising(TooManyRequests(7)))

    response = ask("GET", "/health")

    assert error(response, 429)["code"] == "RATE_LIMIT_ERROR"
    assert response.headers["Retry-After"] == "7"


def test_a_merchants_limit_counts_only_requests_that_are_the_merchants(ask, monkeypatch):
    counted = []
    monkeypatch.setattr(limits, "check", lambda name, rate: counted.append((name.split()[0], rate)))

    ask("GET", "/api/v1/orders", headers={"X-Api-Key": "key_test_abc123"})
    assert [name for name, _ in counted] == ["address"]

    monkeypatch.setattr(auth, "by_pair", lambda *_, **__: Caller("m"))
    monkeypatch.setattr(orders, "find", raising(Unavailable("enough seen")))
    ask("GET", "/api/v1/orders/order_1", headers={"X-Api-Key": "key_test_abc123"})
    assert counted[1:] == [
        ("address", settings().rate_limit_per_address),
        ("merchant", settings().rate_limit_per_key),
    ]


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("POST", "/api/v1/orders", {"Content-Type": "text/plain"}, 415),
        ("DELETE", "/api/v1/orders", JSON, 405),
        ("PUT", "/health", JSON, 405),
    ],
)
def test_what_chalice_refuses_by_itself_has_our_shape(ask, method, path, headers, status):
    response = ask(method, path, headers=headers)

    assert error(response, status)["code"] == "BAD_REQUEST_ERROR"
    assert ("Allow" in response.headers) == (status == 405)


def test_a_body_above_the_limit_is_413(ask, signed_in):
    body = b'{"amount": 100, "x": "%s"}' % (b"x" * 1024 * 1024)

    assert error(ask("POST", "/api/v1/orders", body=body), 413)["code"] == "BAD_REQUEST_ERROR"


def test_credentials_are_checked_before_the_body_is_read(ask):
    assert error(ask("POST", "/api/v1/orders", body=b"{"), 401)["code"] == "AUTHENTICATION_ERROR"


def test_a_401_says_how_to_authenticate(ask):
    response = ask("GET", "/api/v1/orders")

    assert error(response, 401)
    assert response.headers["WWW-Authenticate"] == 'Basic realm="payment-gateway"'


@pytest.mark.parametrize(
    ("path", "name", "known"),
    [
        ("/api/v1/refunds?payment=pay_x", "payment", "payment_id"),
        ("/api/v1/orders?limit=1&Status=paid", "Status", "status"),
        ("/api/v1/dashboard/stats?since=2026-01-01", "since", "from"),
        ("/api/v1/orders/order_1?expand=payments", "expand", "none"),
        ("/api/v1/orders/order_1/public?KEY=key_test_abc123", "KEY", "key"),
        ("/health?verbose", "verbose", "none"),
        ("/api/v1/orders/order_1/payments?state=failed", "state", "status"),
        ("/api/v1/keys?limit=1", "limit", "none"),
    ],
)
def test_an_unknown_query_parameter_is_refused_and_the_known_ones_are_named(ask, signed_in, path, name, known):
    shown = error(ask("GET", path), 400)

    assert shown["field"] == name
    assert known in shown["description"]


def test_test_routes_are_404_in_other_stages(ask, monkeypatch):
    elsewhere = replace(settings(), stage="dev")
    monkeypatch.setattr(blueprint, "settings", lambda: elsewhere)

    for path in ("/api/v1/test/merchant", "/api/v1/test/jobs/status"):
        assert error(ask("GET", path), 404)["code"] == "NOT_FOUND_ERROR"


@pytest.mark.parametrize("given", ["trace-1", "a" * 64])
def test_a_sane_request_id_is_kept(ask, monkeypatch, given):
    monkeypatch.setattr(health, "check", lambda: {"status": "healthy"})

    assert ask("GET", "/health", headers={"X-Request-Id": given}).headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["", "a" * 65, "a b"])
def test_a_request_without_a_sane_id_has_api_gateways_which_is_in_its_access_log(monkeypatch, given):
    monkeypatch.setattr(health, "check", lambda: {"status": "healthy"})
    event = LambdaEventConverter(RouteMatcher(["/health"])).create_lambda_event(
        method="GET", path="/health", headers={"x-request-id": given}
    )
    event["requestContext"]["requestId"] = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"

    assert app.app(event, None)["headers"]["X-Request-Id"] == "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"


def test_every_route_is_documented():
    from infra.openapi.operations import HIDDEN, OPERATIONS  # noqa: PLC0415  # only this test looks there

    views = {route.view.__name__ for blueprint in app.ROUTES for route in blueprint.table}
    assert views == OPERATIONS.keys() | HIDDEN


def test_the_query_parameters_that_a_route_takes_are_the_documented_ones():
    from infra.openapi.operations import HIDDEN, OPERATIONS  # noqa: PLC0415  # only this test looks there

    routes = [route for blueprint in app.ROUTES for route in blueprint.table if route.view.__name__ not in HIDDEN]
    taken = {route.view.__name__: set(route.query) for route in routes}
    assert taken == {name: set(OPERATIONS[name].query) for name in taken}
