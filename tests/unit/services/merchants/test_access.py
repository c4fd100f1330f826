"""Keys, secrets, sessions and guesses."""

from contextlib import suppress

import pytest
from cryptography.exceptions import InvalidTag

from chalicelib import vault
from chalicelib.config import settings
from chalicelib.domain import clock
from chalicelib.domain.errors import AuthenticationFailed, BadRequest, NotFound, TooManyRequests
from chalicelib.persistence.api_keys import ApiKey
from chalicelib.persistence.merchants import Merchant
from chalicelib.services.caching import TimedCache
from chalicelib.services.merchants import accounts, auth, credentials, guesses, keys
from chalicelib.services.merchants.credentials import Caller, Pair
from chalicelib.services.operations import health
from chalicelib.services.webhooks import endpoints

HERE, ELSEWHERE = "127.0.0.1", "127.0.0.2"


def test_a_pair_comes_in_and_nothing_else_does(made):
    assert auth.by_pair(made.pair, HERE).merchant_id == made.id
    for wrong in (Pair(made.pair.key, "x"), Pair("x", made.pair.secret), Pair("", ""), Pair(made.pair.key, "")):
        with pytest.raises(AuthenticationFailed):
            auth.by_pair(wrong, HERE)


def test_a_secret_is_stored_neither_in_clear_nor_as_a_plain_hash(made):
    stored = ApiKey.find(made.pair.key)
    assert made.pair.secret.encode() not in stored.secret_mac + stored.sealed_secret + stored.salt
    assert credentials.reveal(stored) == made.pair.secret


def test_two_equal_secrets_are_stored_differently(tables):
    macs = {credentials.record("m", Pair("k", "same")).secret_mac for _ in range(2)}
    assert len(macs) == 2


def _guess_until_refused(pair):
    for _ in range(50):
        try:
            auth.by_pair(pair, HERE)
        except TooManyRequests as refusal:
            return refusal
        except AuthenticationFailed:
            continue
    return None


def test_whoever_keeps_guessing_waits_and_the_owner_elsewhere_does_not(made):
    refusal = _guess_until_refused(Pair(made.pair.key, "guess"))
    assert 0 < refusal.retry_after <= 60
    assert auth.by_pair(made.pair, ELSEWHERE).merchant_id == made.id


def test_after_its_window_a_guesser_may_try_again(made, monkeypatch):
    wrong, now = Pair(made.pair.key, "guess"), clock.now()
    assert _guess_until_refused(wrong)
    monkeypatch.setattr(clock, "source", lambda: now + guesses.WINDOW_SECONDS)
    with pytest.raises(AuthenticationFailed):
        auth.by_pair(wrong, HERE)


def test_after_a_rotation_both_pairs_work_for_a_day(made, monkeypatch):
    new = keys.rotate(Caller(made.id))
    assert {auth.by_pair(pair, HERE).merchant_id for pair in (new, made.pair)} == {made.id}
    assert accounts.profile(made.id)["api_key"] == new.key

    credentials.forget()
    now = clock.now()
    monkeypatch.setattr(clock, "source", lambda: now + credentials.OVERLAP_SECONDS + 1)
    assert auth.by_pair(new, HERE).merchant_id == made.id
    with pytest.raises(AuthenticationFailed):
        auth.by_pair(made.pair, HERE)
    with pytest.raises(AuthenticationFailed):
        credentials.merchant_of(made.pair.key)


def test_a_password_opens_a_session_that_ends_after_an_hour(made, monkeypatch):
    email = Merchant.find(made.id).email
    session = auth.sign_in(email.upper(), made.password, HERE)
    assert auth.by_token(session["token"]).merchant_id == made.id

    now = clock.now()
    auth._sessions.clear()
    monkeypatch.setattr(clock, "source", lambda: now + auth.SESSION_SECONDS + 1)
    with pytest.raises(AuthenticationFailed):
        auth.by_token(session["token"])


def test_right_passwords_use_up_no_guesses(made):
    email = Merchant.find(made.id).email
    for _ in range(guesses.MAX_OF_BOTH + 2):
        auth.sign_in(email, made.password, HERE)


def test_of_many_sign_ins_at_once_no_more_than_the_limit_are_tried(made, monkeypatch):
    """At once: each begins while those before it are still being checked."""
    now = clock.now()
    monkeypatch.setattr(clock, "source", lambda: now)  # no new window begins meanwhile
    tried, refused = [], []

    def check(email, password):
        tried.append(password)
        if len(tried) <= 20:
            try:
                auth.sign_in(email, f"guess {len(tried)}", HERE)
            except (AuthenticationFailed, TooManyRequests) as error:
                refused.append(error)
        raise AuthenticationFailed

    monkeypatch.setattr(auth, "_check_password", check)
    with pytest.raises(AuthenticationFailed):
        auth.sign_in(Merchant.find(made.id).email, "guess", HERE)

    assert len(tried) == guesses.MAX_OF_BOTH
    assert isinstance(refused[0], TooManyRequests)


def test_a_refused_sign_in_is_no_guess(made, monkeypatch):
    """Twice as many right ones at once as there are guesses: half are refused, and afterwards the next comes in."""
    email, check = Merchant.find(made.id).email, auth._check_password
    under_way = []

    def slowly(*who):
        under_way.append(who)
        if len(under_way) <= 2 * guesses.MAX_OF_BOTH:
            with suppress(TooManyRequests):
                auth.sign_in(email, made.password, ELSEWHERE)
        return check(*who)

    monkeypatch.setattr(auth, "_check_password", slowly)
    auth.sign_in(email, made.password, ELSEWHERE)

    assert [count.add(0) for count in guesses._counts(f"email {email}", ELSEWHERE)] == [0, 0, 0]


def test_signing_out_ends_a_session(made):
    token = auth.sign_in(Merchant.find(made.id).email, made.password, HERE)["token"]
    auth.sign_out(token)
    with pytest.raises(AuthenticationFailed):
        auth.by_token(token)


def test_an_email_belongs_to_one_merchant_and_the_rule_is_a_condition(made, monkeypatch):
    """However late a look at who has it is: nobody looks."""
    monkeypatch.setattr(accounts, "by_email", lambda _: None)
    before = sum(1 for _ in Merchant.scan())
    with pytest.raises(BadRequest, match="email exists"):
        accounts.create("Other", made.email.upper())
    assert sum(1 for _ in Merchant.scan()) == before


def test_an_email_is_kept_and_answered_in_lower_case(tables):
    made = accounts.create("Acme", "Somebody@Acme.Example")
    assert made.email == Merchant.find(made.id).email == "somebody@acme.example"
    assert accounts.by_email("SOMEBODY@acme.example").id == made.id


def test_another_merchants_endpoint_is_not_found(made, merchant_id):
    mine = endpoints.primary(accounts.find(made.id))
    with pytest.raises(NotFound):
        endpoints.find(merchant_id, mine.id)


def test_seeding_again_changes_nothing(merchant_id):
    before = Merchant.find(merchant_id).to_dynamodb_dict()
    accounts.seed_test_merchant()
    assert Merchant.find(merchant_id).to_dynamodb_dict() == before
    assert auth.by_pair(Pair("key_test_abc123", "secret_test_xyz789"), HERE).merchant_id == merchant_id


def test_known_credentials_are_seeded_in_test_stages_only(tables, monkeypatch):
    monkeypatch.setenv("STAGE", "dev")
    settings.cache_clear()
    try:
        with pytest.raises(RuntimeError, match="dev"):
            accounts.seed_test_merchant()
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_what_is_sealed_for_one_record_opens_for_no_other(tables):
    sealed = vault.seal(b"4111111111111111", "pay_1")
    assert b"4111" not in sealed
    assert vault.unseal(sealed, "pay_1") == b"4111111111111111"
    with pytest.raises(InvalidTag):
        vault.unseal(sealed, "pay_2")


def test_sealing_the_same_twice_gives_two_texts_under_one_data_key(tables):
    first, second = (vault.seal(b"x", "pay_1") for _ in range(2))
    assert first != second
    assert first[:50] == second[:50]


def test_health_names_the_dependency_that_fails(tables, monkeypatch):
    def down():
        raise BadRequest("down")

    assert health.check()["status"] == "healthy"
    monkeypatch.setitem(health.CHECKS, "queue", down)
    shown = health.check()
    assert (shown["status"], shown["database"], shown["queue"]) == ("unhealthy", "connected", "disconnected")


def test_a_cache_forgets_after_its_time_and_when_it_is_full(monkeypatch):
    cache = TimedCache(10)
    monkeypatch.setattr("chalicelib.services.caching.time.monotonic", lambda: 100.0)
    assert (cache.put("a", "x"), cache.get("a"), cache.get("b")) == ("x", "x", None)
    monkeypatch.setattr("chalicelib.services.caching.time.monotonic", lambda: 110.0)
    assert cache.get("a") is None
    monkeypatch.setattr("chalicelib.services.caching.MAX_ENTRIES", 2)
    for key in "abcd":
        cache.put(key, key)
    assert (cache.get("a"), cache.get("d")) == (None, "d")
