"""How often one may guess a secret, a password and the operator's token, and what a guess costs us."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest

from chalicelib.config import settings
from chalicelib.domain import clock
from chalicelib.domain.errors import AuthenticationFailed, NotFound, TooManyRequests
from chalicelib.persistence.throttles import Throttle
from chalicelib.services.merchants import auth, credentials, guesses, passwords
from chalicelib.services.merchants.credentials import Pair
from tests.support.calls import counted_calls
from tests.support.stored import settings_name_secrets, stored

TOKEN = "t" * 32


@pytest.fixture(autouse=True)
def within_a_window(monkeypatch):
    """No minute ends while a test counts; and each test has minutes of its own."""
    guesses.forget()
    start = (clock.now() // 60 + next(_MINUTES)) * 60 + 1
    monkeypatch.setattr(clock, "source", lambda: start)


_MINUTES = iter(range(0, 1000, 2))


@pytest.fixture
def quick(monkeypatch):
    """Hashing that takes no time."""
    monkeypatch.setattr(passwords, "matches", lambda stored, password: stored is not None and password == "right")


def outcomes(times, act):
    seen = Counter()
    for number in range(times):
        try:
            act(number)
            seen["in"] += 1
        except (AuthenticationFailed, TooManyRequests) as error:
            seen[error.status] += 1
    return seen


# ---------------------------------------------------------------- API secrets


def test_wrong_secrets_do_not_lock_out_the_right_pair_of_whoever_shares_the_address(made):
    seen = outcomes(30, lambda _: auth.by_pair(Pair(made.pair.key, "wrong"), "10.0.0.1"))
    assert seen == {401: guesses.MAX_WRONG_SECRETS, 429: 10}

    credentials.forget()
    assert auth.by_pair(made.pair, "10.0.0.1").merchant_id == made.id


def test_made_up_keys_are_refused_by_address_and_store_nothing(tables):
    before = sum(1 for _ in Throttle.scan())
    with counted_calls() as calls:
        seen = outcomes(50, lambda number: auth.by_pair(Pair(f"key_{number}", "x"), "10.0.0.2"))

    assert seen == {401: guesses.MAX_WRONG_SECRETS, 429: 30}
    assert calls == {"GetItem api-keys": 50}
    assert sum(1 for _ in Throttle.scan()) == before


def test_the_addresses_of_one_ipv6_network_are_one_guesser(tables):
    seen = outcomes(50, lambda number: auth.by_pair(Pair("key_x", "x"), f"2001:db8:1:2::{number:x}"))
    assert seen[401] == guesses.MAX_WRONG_SECRETS
    assert outcomes(1, lambda _: auth.by_pair(Pair("key_x", "x"), "2001:db8:1:3::1")) == {401: 1}


def test_what_is_remembered_of_guessers_is_bounded(tables, monkeypatch):
    monkeypatch.setattr(guesses, "MAX_ADDRESSES", 10)
    outcomes(50, lambda number: auth.by_pair(Pair("key_x", "x"), f"10.1.0.{number}"))
    assert len(guesses._wrong_secrets) <= 10


# ---------------------------------------------------------------- passwords


def test_an_address_that_tries_many_made_up_accounts_is_refused(tables, quick):
    seen = outcomes(40, lambda number: auth.sign_in(f"{number}@nowhere.example", "x", "10.0.0.3"))
    assert seen == {401: guesses.MAX_OF_ADDRESS, 429: 10}
    assert outcomes(1, lambda _: auth.sign_in("a@nowhere.example", "x", "10.0.0.4")) == {401: 1}


def test_an_account_that_is_guessed_at_from_many_addresses_is_closed_for_the_minute(made, quick):
    seen = outcomes(100, lambda number: auth.sign_in(made.email, "x", f"10.2.0.{number}"))
    assert seen == {401: guesses.MAX_OF_ACCOUNT, 429: 40}


def test_one_address_closes_no_account_for_others(made, quick):
    assert outcomes(100, lambda _: auth.sign_in(made.email, "x", "10.0.0.5"))[401] == guesses.MAX_OF_BOTH
    auth.sign_in(made.email, "right", "10.0.0.6")


def test_right_passwords_use_up_no_guesses(made, quick):
    assert outcomes(40, lambda _: auth.sign_in(made.email, "right", "10.0.0.7")) == {"in": 40}


def test_a_refused_address_costs_no_more_writes(tables, quick):
    outcomes(40, lambda number: auth.sign_in(f"{number}@more.example", "x", "10.0.0.8"))
    with counted_calls() as calls:
        assert outcomes(50, lambda _: auth.sign_in("a@more.example", "x", "10.0.0.8")) == {429: 50}
    assert calls == {}


def test_an_address_that_was_refused_may_try_again_in_the_next_minute(tables, quick, monkeypatch):
    outcomes(40, lambda number: auth.sign_in(f"{number}@next.example", "x", "10.0.0.9"))
    now = clock.now()
    monkeypatch.setattr(clock, "source", lambda: now + 60)
    assert outcomes(1, lambda _: auth.sign_in("a@next.example", "x", "10.0.0.9")) == {401: 1}


def test_an_unknown_email_costs_the_same_calls_and_the_same_hash_as_a_known_one(made, monkeypatch):
    hashed = Counter()

    class Hasher:
        def hash(self, _):
            hashed["times"] += 1

        def verify(self, *_):
            hashed["times"] += 1
            return False

    monkeypatch.setattr(passwords, "hasher", Hasher)
    costs = []
    for email in (made.email, "nobody@nowhere.example"):
        hashed.clear()
        with counted_calls() as calls, suppress(AuthenticationFailed):
            auth.sign_in(email, "wrong", "10.0.0.10")
        costs.append((dict(calls), dict(hashed)))
    assert costs[0] == costs[1]
    assert costs[0][1] == {"times": 1}


# ---------------------------------------------------------------- hashing


class SlowHasher:
    """Counts how many hash at once; each waits until it is let go."""

    def __init__(self):
        self.now, self.most, self.lock, self.go = 0, 0, threading.Lock(), threading.Event()

    def __call__(self):
        return self

    def hash(self, _):
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.go.wait(20)
        with self.lock:
            self.now -= 1


def test_no_more_than_a_few_hashes_are_made_at_once_and_the_rest_is_told_to_come_again(monkeypatch):
    """Each takes 64 MiB: forty sign-ins at once took two gigabytes."""
    hasher = SlowHasher()
    monkeypatch.setattr(passwords, "hasher", hasher)
    monkeypatch.setattr(passwords, "PATIENCE_SECONDS", 0.05)
    refused = []

    def sign_in():
        try:
            passwords.matches(None, "guess")
        except TooManyRequests as error:
            refused.append(error.retry_after)
        if len(refused) == 40 - passwords.HASHES_AT_ONCE:
            hasher.go.set()

    with ThreadPoolExecutor(40) as pool:
        for _ in range(40):
            pool.submit(sign_in)

    assert hasher.most == passwords.HASHES_AT_ONCE <= 4
    assert refused == [1] * (40 - passwords.HASHES_AT_ONCE)


def test_a_sign_in_that_found_no_room_was_no_guess(made, monkeypatch):
    def full(*_):
        raise TooManyRequests(1)

    monkeypatch.setattr(passwords, "matches", full)
    assert outcomes(50, lambda _: auth.sign_in(made.email, "x", "10.0.0.11")) == {429: 50}
    assert [count.add(0) for count in guesses._counts(f"email {made.email}", "10.0.0.11")] == [0, 0, 0]


# ---------------------------------------------------------------- the operator


@pytest.fixture
def with_token(tables, monkeypatch):
    there = replace(settings(), admin_token=TOKEN)
    monkeypatch.setattr(auth, "settings", lambda: there)


def test_wrong_operator_tokens_are_counted_and_refused(with_token):
    seen = outcomes(50, lambda number: auth.check_operator(f"guess {number}", "10.0.0.12"))
    assert seen == {401: guesses.MAX_OF_BOTH, 429: 40}
    assert outcomes(50, lambda _: auth.check_operator(TOKEN, "10.0.0.13")) == {"in": 50}


def test_the_stored_token_is_the_operators_and_its_name_in_the_settings_is_not(tables):
    with settings_name_secrets(), stored(ADMIN_TOKEN=TOKEN):
        auth.check_operator(TOKEN, "10.0.0.15")
        with pytest.raises(AuthenticationFailed):
            auth.check_operator(settings().admin_token, "10.0.0.16")


def test_without_a_token_there_is_nothing_to_guess(tables):
    with pytest.raises(NotFound):
        auth.check_operator("", "10.0.0.14")
