"""Several key pairs with names and scopes; what using them costs."""

import json
from unittest.mock import ANY

import pytest

from chalicelib.domain.errors import BadRequest, NotFound, Unavailable
from chalicelib.persistence.api_keys import ApiKey
from chalicelib.services.merchants import auth, credentials, keys
from chalicelib.services.merchants.credentials import Caller, Pair
from tests.support.calls import counted_calls
from tests.unit.services.asking import ask, bearer, by_pair, new_key

HERE = "127.0.2.1"


def test_a_merchant_has_several_pairs_with_names_and_the_secret_is_shown_once(made, session):
    status, shown = ask("POST", "/keys", bearer(session), {"name": "Till 4", "scopes": ["orders:write", "orders:read"]})

    assert status == 201
    assert (shown["name"], shown["scopes"], shown["primary"]) == ("Till 4", ["orders:read", "orders:write"], False)
    assert (shown["id"], shown["last_used_at"], shown["expires_at"]) == (shown["api_key"], None, None)
    assert ask("GET", "/orders", by_pair(Pair(shown["api_key"], shown["api_secret"])))[0] == 200
    listed = ask("GET", "/keys", bearer(session))[1]
    assert [row["id"] for row in listed["data"]] == [shown["id"], made.pair.key]
    assert shown["api_secret"] not in json.dumps(listed)
    assert ask("GET", "/merchants/profile", bearer(session))[1]["api_key"] == made.pair.key


def test_a_key_is_renamed_and_its_scopes_changed(made, session):
    pair = new_key(bearer(session), name="Old", scopes=["orders:read"])

    status, shown = ask("PATCH", f"/keys/{pair.key}", bearer(session), {"name": "New", "scopes": ["payments:read"]})

    assert (status, shown["name"], shown["scopes"]) == (200, "New", ["payments:read"])
    assert ask("GET", "/payments", by_pair(pair))[0] == 200
    assert ask("GET", "/orders", by_pair(pair))[0] == 403
    assert ask("PATCH", f"/keys/{pair.key}", bearer(session), {})[1] == {**shown, "last_used_at": ANY}


@pytest.mark.parametrize("scopes", [[], ["orders"], ["orders:write", 1], "orders:write"])
def test_a_scope_that_nobody_knows_is_refused(made, session, scopes):
    status, body = ask("POST", "/keys", bearer(session), {"scopes": scopes})
    assert (status, body["error"]["field"].split("[")[0]) == (400, "scopes")


def test_a_key_gives_no_scope_that_it_does_not_have(made):
    narrow = new_key(by_pair(made.pair), scopes=["keys:write", "orders:read"])

    for wanted in ({}, {"scopes": ["orders:read", "refunds:write"]}):
        status, body = ask("POST", "/keys", by_pair(narrow), wanted)
        assert status == 403
        assert "refunds:write" in body["error"]["description"]
    assert ask("PATCH", f"/keys/{narrow.key}", by_pair(narrow), {"scopes": ["refunds:write"]})[0] == 403
    assert ask("POST", "/keys", by_pair(narrow), {"scopes": ["orders:read"]})[0] == 201


@pytest.mark.parametrize("path", ["/merchants/reveal", "/merchants/rotate-key"])
def test_a_pair_beside_the_primary_one_does_not_learn_a_pair_that_may_do_more(made, path):
    other = new_key(by_pair(made.pair))
    assert ask("POST", path, by_pair(other))[0] == 403
    assert ask("POST", path, by_pair(made.pair))[0] == 200


def test_there_are_at_most_twenty_and_those_that_end_do_not_count(made):
    who = Caller(made.id)
    for _ in range(keys.MAX_KEYS - 1):
        keys.create(who, "", None)
    keys.rotate(who)
    with pytest.raises(BadRequest, match="at most 20"):
        keys.create(who, "", None)
    assert len(keys.show(made.id)) == keys.MAX_KEYS + 1


def test_another_merchants_key_is_not_found(made, merchant_id):
    for act in (lambda: keys.revoke(Caller(merchant_id), made.pair.key), lambda: change(merchant_id, made)):
        with pytest.raises(NotFound):
            act()
    assert credentials.check(made.pair).merchant_id == made.id


def change(merchant_id, made):
    return keys.change(Caller(merchant_id), made.pair.key, "mine", None)


def test_a_request_with_a_warm_pair_asks_for_nothing_more(made):
    ask("GET", "/orders/unknown", by_pair(made.pair))
    with counted_calls() as calls:
        ask("GET", "/orders/unknown", by_pair(made.pair))
    assert calls == {"GetItem orders": 1}


def test_a_pair_is_read_once_in_five_seconds_and_its_use_written_once_a_minute(made, later):
    credentials.forget()
    with counted_calls() as calls:
        for _ in range(59):
            auth.by_pair(made.pair, HERE)
            later(1)
    assert calls == {"GetItem api-keys": 12, "UpdateItem api-keys": 1}
    first = ApiKey.find(made.pair.key).last_used_at

    later(credentials.CACHE_SECONDS)
    auth.by_pair(made.pair, HERE)
    assert ApiKey.find(made.pair.key).last_used_at > first


def test_a_use_that_cannot_be_written_fails_no_request(made, monkeypatch):
    def fail(*_):
        raise Unavailable("The database did not answer")

    monkeypatch.setattr(ApiKey, "change", fail)
    assert auth.by_pair(made.pair, HERE).merchant_id == made.id


def test_a_use_that_is_written_late_brings_no_revoked_key_back(made):
    stored = ApiKey.find(made.pair.key)
    keys.revoke(Caller(made.id), made.pair.key)
    credentials._note_use(stored)
    assert ApiKey.find(made.pair.key) is None
