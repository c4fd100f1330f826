"""Every route asks for one scope, and a key without it is told which one it lacks."""

import re

import pytest

import app
from chalicelib.api.routing import Route
from chalicelib.domain.scopes import OVERLAP, Scope
from chalicelib.services.merchants import accounts, auth, credentials, keys
from chalicelib.services.merchants.credentials import Caller, Pair
from tests.unit.services.asking import ask, bearer, by_pair

ROUTES = [route for blueprint in app.ROUTES for route in blueprint.table if not route.public]
MISSING = re.compile(r"does not have the scope (?P<scope>\S+)")


def ask_of(route, headers):
    """About objects that do not exist, with a body that says little: who passes is told 400 or 404, or gets an empty list."""
    return ask(route.method, re.sub(r"\{\w+\}", "nothing", route.path).removeprefix("/api/v1"), headers, {"scopes": []})


def refused_for(headers):
    """View -> the scope that the answer names as missing."""
    refused = {}
    for route in ROUTES:
        status, body = ask_of(route, headers)
        found = MISSING.search(body["error"]["description"]) if status == 403 else None
        if found:
            assert (body["error"]["code"], bool(body["error"]["request_id"])) == ("AUTHENTICATION_ERROR", True)
            refused[route.view.__name__] = found["scope"]
    return refused


@pytest.mark.parametrize("scope", Scope)
def test_a_key_passes_the_routes_of_its_scope_and_is_told_what_it_lacks_on_every_other(made, scope):
    pair = keys.create(Caller(made.id), "narrow", [scope])

    refused = refused_for(by_pair(Pair(pair["api_key"], pair["api_secret"])))

    also = {"find_anything": Scope.ORDERS_READ} if scope == Scope.PAYMENTS_READ else {}  # it finds what it may read
    assert refused == {route.view.__name__: route.scope for route in ROUTES if route.scope != scope} | also


def test_a_pair_that_was_rotated_away_sells_and_reads_and_does_nothing_else(made):
    credentials.check(made.pair)
    keys.rotate(Caller(made.id))

    refused = refused_for(by_pair(made.pair))

    assert refused == {route.view.__name__: route.scope for route in ROUTES if route.scope not in OVERLAP}
    assert {
        "create_refund", "set_webhook", "change_endpoint", "delete_endpoint", "test_endpoint", "redrive_dead_letters",
        "replay_endpoint", "retry_webhook", "create_key", "change_key", "revoke_key", "rotate_key", "end_sessions",
    } <= refused.keys()  # fmt: skip
    assert refused.keys().isdisjoint({"create_order", "create_payment", "capture_payment", "list_payments"})


def test_a_scope_that_is_new_is_not_a_rotated_pairs_unless_it_only_reads():
    assert {scope for scope in OVERLAP if not scope.endswith(":read")} == {Scope.ORDERS_WRITE, Scope.PAYMENTS_WRITE}


def test_a_key_made_without_scopes_and_a_session_pass_everywhere(made):
    pair = keys.create(Caller(made.id), "", None)
    assert refused_for(by_pair(Pair(pair["api_key"], pair["api_secret"]))) == {}

    again = accounts.create("Acme", f"{credentials.new_pair().key}@again.example")
    token = auth.sign_in(again.email, again.password, "scopes")["token"]
    ending = {"sign_out", "end_sessions"}
    for route in ROUTES:
        if route.view.__name__ not in ending:
            assert ask_of(route, bearer(token))[0] not in {401, 403}, route.path


@pytest.mark.parametrize("how", [{}, {"public": True, "scope": Scope.ORDERS_READ}])
def test_a_route_that_is_neither_public_nor_has_a_scope_cannot_be_registered(how):
    with pytest.raises(ValueError, match="GET /x must be public or name its scope"):
        Route("GET", "/x", print, **how)
