from dataclasses import replace

import pytest

import app
from chalicelib.api import limits, routing
from chalicelib.config import settings
from chalicelib.domain.errors import Unavailable
from chalicelib.services import orders
from chalicelib.services.merchants import auth
from chalicelib.services.merchants.credentials import Caller
from tests.unit.api.asking import error, raising


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


def test_credentials_are_checked_before_the_body_is_read(ask):
    assert error(ask("POST", "/api/v1/orders", body=b"{"), 401)["code"] == "AUTHENTICATION_ERROR"


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
    monkeypatch.setattr(routing, "settings", lambda: elsewhere)

    for path in ("/api/v1/test/merchant", "/api/v1/test/jobs/status"):
        assert error(ask("GET", path), 404)["code"] == "NOT_FOUND_ERROR"


def test_every_route_is_documented():
    from infra.openapi.operations import HIDDEN, OPERATIONS  # noqa: PLC0415  # only this test looks there

    views = {route.view.__name__ for group in app.ROUTES for route in group.table}
    assert views == OPERATIONS.keys() | HIDDEN


def test_the_query_parameters_that_a_route_takes_are_the_documented_ones():
    from infra.openapi.operations import HIDDEN, OPERATIONS  # noqa: PLC0415  # only this test looks there

    routes = [route for group in app.ROUTES for route in group.table if route.view.__name__ not in HIDDEN]
    taken = {route.view.__name__: set(route.query) for route in routes}
    assert taken == {name: set(OPERATIONS[name].query) for name in taken}
