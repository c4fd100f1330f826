"""What stops a key or a session that was stolen: in every process within five seconds."""

import pytest

from chalicelib.domain import clock
from chalicelib.domain.errors import AuthenticationFailed, Forbidden
from chalicelib.domain.scopes import EVERYTHING, Scope
from chalicelib.persistence.api_keys import ApiKey
from chalicelib.persistence.merchants import Merchant
from chalicelib.services.merchants import auth, credentials, keys
from chalicelib.services.merchants.credentials import Caller, Pair
from tests.unit.services.asking import ask, bearer, by_pair, new_key

HERE = "127.0.2.1"
# What the contract promises.
SECONDS = 5


def test_a_revoked_key_stops_within_five_seconds_in_every_process(made, elsewhere, later):
    pair = new_key(by_pair(made.pair))
    auth.by_pair(pair, HERE)
    credentials.merchant_of(pair.key)
    elsewhere(keys.revoke, Caller(made.id), pair.key)

    later(SECONDS)

    for come_in in (lambda: auth.by_pair(pair, HERE), lambda: credentials.merchant_of(pair.key)):
        with pytest.raises(AuthenticationFailed):
            come_in()


def test_the_seconds_count_from_before_the_key_was_read(made, later, monkeypatch):
    """A read that took long saw what was true when it began."""
    find = ApiKey.find

    def slowly(*key):
        stored = find(*key)
        later(3)
        return stored

    with monkeypatch.context() as patch:
        patch.setattr(ApiKey, "find", slowly)
        credentials.check(made.pair)
    later(2)
    assert credentials.known(made.pair) is None


def test_a_revoked_key_gains_no_lasting_control_even_where_it_is_still_believed(made, elsewhere):
    pair = new_key(by_pair(made.pair))
    ask("GET", "/orders", by_pair(pair))
    elsewhere(keys.revoke, Caller(made.id), pair.key)

    assert ask("PUT", "/merchants/webhook", by_pair(pair), {"webhook_url": "http://127.0.0.1:9/"})[0] == 401
    assert ask("POST", "/keys", by_pair(pair), {})[0] == 401


def test_a_key_that_is_revoked_while_it_asks_changes_no_key(made):
    """Its request had passed the route's own check when the other one committed."""
    who = auth.by_pair(new_key(by_pair(made.pair)), HERE)
    keys.revoke(Caller(made.id), who.key)
    acts = (
        lambda: keys.create(who, "", None),
        lambda: keys.change(who, made.pair.key, "x", None),
        lambda: keys.revoke(who, made.pair.key),
    )
    for act in acts:
        with pytest.raises(Forbidden):
            act()


def test_a_change_that_comes_between_is_noticed(made, monkeypatch):
    """A thief's new key between the operator's look and the revocation of all that were seen."""
    read, thief = keys._read, Caller(made.id, made.pair.key)
    stolen = []

    def late(merchant_id):
        ring = read(merchant_id)
        if not stolen:
            stolen.append("")
            stolen[0] = keys.create(thief, "", None)["id"]
        return ring

    monkeypatch.setattr(keys, "_read", late)
    assert keys.revoke_all(made.id) == 2
    assert ApiKey.find(stolen[0]) is None
    assert keys.show(made.id) == []


def test_rotating_with_revoke_old_stops_the_pair_and_every_one_before_it(made, session):
    older = made.pair
    old = keys.rotate(Caller(made.id))
    kept = new_key(bearer(session))

    status, new = ask("POST", "/merchants/rotate-key", bearer(session), {"revoke_old": True})

    assert status == 200
    for pair in (older, old):
        assert ask("GET", "/orders", by_pair(pair))[0] == 401
    for pair in (kept, Pair(new["api_key"], new["api_secret"])):
        assert ask("GET", "/orders", by_pair(pair))[0] == 200


def test_a_pair_that_was_rotated_away_can_be_revoked_before_its_day_is_over(made, session):
    keys.rotate(Caller(made.id))
    assert ask("DELETE", f"/keys/{made.pair.key}", bearer(session)) == (200, {"id": made.pair.key, "deleted": True})
    assert ask("GET", "/orders", by_pair(made.pair))[0] == 401


def test_a_rotated_pair_keeps_its_scopes_and_its_name(made):
    keys.change(Caller(made.id), made.pair.key, "Shop", [Scope.KEYS_WRITE, Scope.ORDERS_READ])
    new = keys.rotate(credentials.check(made.pair))

    shown = next(key for key in keys.show(made.id) if key["id"] == new.key)
    assert (shown["name"], shown["scopes"], shown["primary"]) == ("Shop", ["keys:write", "orders:read"], True)


def test_without_any_key_a_session_still_makes_one(made, session):
    assert ask("DELETE", f"/keys/{made.pair.key}", bearer(session))[0] == 200
    assert ask("GET", "/keys", bearer(session))[1]["data"] == []
    assert ask("GET", "/merchants/profile", bearer(session))[1]["api_key"] is None
    revealed = ask("POST", "/merchants/reveal", bearer(session))[1]
    assert (revealed["api_key"], revealed["api_secret"]) == (None, None)

    assert ask("GET", "/orders", by_pair(new_key(bearer(session))))[0] == 200
    _, new = ask("POST", "/merchants/rotate-key", bearer(session))
    assert ask("GET", "/merchants/profile", bearer(session))[1]["api_key"] == new["api_key"]


def test_a_merchant_from_before_there_were_several_pairs_lists_and_rotates_its_own(made, session):
    Merchant(made.id).change([Merchant.key_ids.remove(), Merchant.keys_version.remove()], Merchant.id.exists())

    assert [row["id"] for row in keys.show(made.id)] == [made.pair.key]
    new = keys.rotate(Caller(made.id))
    assert {row["id"] for row in keys.show(made.id)} == {made.pair.key, new.key}


def test_what_has_expired_is_listed_no_more_and_swept_with_the_next_change(made, later):
    new = keys.rotate(Caller(made.id))
    later(credentials.OVERLAP_SECONDS + 1)
    assert [row["id"] for row in keys.show(made.id)] == [new.key]
    keys.rotate(Caller(made.id))
    assert ApiKey.find(made.pair.key) is None


def test_of_many_rotations_in_a_day_the_oldest_pairs_go(made):
    for _ in range(keys.MAX_KEYS + 2):
        keys.rotate(Caller(made.id))
    assert len(keys.show(made.id)) == keys.MAX_KEYS + 1
    assert ApiKey.find(made.pair.key) is None


def test_ending_all_sessions_ends_them_everywhere_within_five_seconds(made, session, elsewhere, later):
    other = auth.sign_in(made.email, made.password, HERE)["token"]
    for token in (session, other):
        auth.by_token(token)
    status, body = elsewhere(ask, "DELETE", "/auth/sessions", bearer(session))
    assert (status, body) == (200, {"signed_out": True})

    later(SECONDS)

    for token in (session, other):
        with pytest.raises(AuthenticationFailed):
            auth.by_token(token)
    assert auth.by_token(auth.sign_in(made.email, made.password, HERE)["token"]).merchant_id == made.id


def test_a_session_whose_password_was_checked_before_all_were_ended_is_over_too(made, monkeypatch):
    check = auth._check_password

    def slowly(*who):
        merchant = check(*who)
        auth.end_sessions(made.id)
        return merchant

    monkeypatch.setattr(auth, "_check_password", slowly)
    token = auth.sign_in(made.email, made.password, HERE)["token"]
    with pytest.raises(AuthenticationFailed):
        auth.by_token(token)


def test_an_ended_session_reveals_nothing_even_where_it_is_still_believed(made, session, elsewhere):
    auth.by_token(session)
    elsewhere(auth.end_sessions, made.id)
    for path in ("/merchants/reveal", "/merchants/rotate-key"):
        assert ask("POST", path, bearer(session))[0] == 401


@pytest.mark.parametrize("seconds", [auth.SESSION_SECONDS - 1, auth.SESSION_SECONDS + 1])
def test_a_session_that_is_remembered_ends_with_its_hour(made, session, monkeypatch, seconds):
    """The cache does not lengthen it."""
    auth.by_token(session)
    now = clock.now()
    monkeypatch.setattr(clock, "source", lambda: now + seconds)
    if seconds < auth.SESSION_SECONDS:
        assert auth.by_token(session).scopes == EVERYTHING
    else:
        with pytest.raises(AuthenticationFailed):
            auth.by_token(session)
