"""A key pair after its rotation: for a day it moves money, and it shows and changes no secret."""

import json

import pytest

from chalicelib.domain.errors import Forbidden
from chalicelib.services.merchants import accounts, credentials, keys
from chalicelib.services.merchants.auth import sign_in
from chalicelib.services.merchants.credentials import Caller, Pair
from tests.unit.services.asking import ask, by_pair

SECRETS = [
    "/merchants/reveal",
    "/merchants/webhook/regenerate-secret",
    "/webhook-endpoints/{endpoint}/rotate-secret",
    "/webhook-endpoints/{endpoint}/reveal-secret",
    "/merchants/rotate-key",
]


@pytest.fixture
def endpoint(made):
    return accounts.find(made.id).primary_endpoint_id


@pytest.mark.parametrize("path", SECRETS)
def test_the_pair_before_shows_and_changes_no_secret(made, endpoint, path):
    credentials.check(made.pair)
    new = keys.rotate(Caller(made.id))

    status, body = ask("POST", path.format(endpoint=endpoint), by_pair(made.pair))

    assert (status, body["error"]["code"]) == (403, "AUTHENTICATION_ERROR")
    assert new.secret not in json.dumps(body)
    assert accounts.find(made.id).api_key == new.key


def test_the_pair_before_makes_no_endpoint_whose_secret_it_would_be_shown(made):
    wanted = {"url": "http://127.0.0.1:9/hook"}
    assert ask("POST", "/webhook-endpoints", by_pair(made.pair), wanted)[0] == 201
    keys.rotate(Caller(made.id))

    assert ask("POST", "/webhook-endpoints", by_pair(made.pair), wanted)[0] == 403


def test_a_pair_that_is_rotated_away_while_it_asks_learns_nothing(made):
    """Its request had passed the route's own check when the other one committed."""
    new = keys.rotate(Caller(made.id))

    for act in (accounts.reveal, keys.rotate):
        with pytest.raises(Forbidden):
            act(Caller(made.id, made.pair.key))
    assert accounts.find(made.id).api_key == new.key


def test_the_pair_before_still_does_its_work(made):
    keys.rotate(Caller(made.id))

    assert ask("GET", "/orders", by_pair(made.pair))[0] == 200


@pytest.mark.parametrize("path", SECRETS)
def test_the_newest_pair_and_a_session_show_and_change_secrets(made, endpoint, path):
    new = keys.rotate(Caller(made.id))
    session = sign_in(accounts.find(made.id).email, made.password, "127.0.0.1")

    for headers in (by_pair(new), {"Authorization": f"Bearer {session['token']}"}):
        assert ask("POST", path.format(endpoint=endpoint), headers)[0] == 200


def test_what_rotate_key_answers_is_the_newest_pair(made):
    _, first = ask("POST", "/merchants/rotate-key", by_pair(made.pair))
    status, second = ask("POST", "/merchants/rotate-key", by_pair(Pair(first["api_key"], first["api_secret"])))

    assert status == 200
    assert accounts.reveal(Caller(made.id))["api_secret"] == second["api_secret"]
