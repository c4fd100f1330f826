"""Who is calling: an API key pair or a dashboard session; and how often one may guess."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.errors import AuthenticationFailed, TooManyRequests
from chalicelib.persistence.sessions import Session
from chalicelib.persistence.throttles import Throttle
from chalicelib.services import credentials, merchants
from chalicelib.services.caching import TimedCache
from chalicelib.services.credentials import Pair

SESSION_SECONDS = 3600
SESSION_CACHE_SECONDS = 5
TOKEN_PREFIX = "sess_"

# One address may fail so often against one account before it has to wait for the next window. A secret is too long to
# be guessed: its limit only keeps the noise down, so it is read before and counted after, which costs a right pair no
# write. A password's limit is what protects it: a try is counted before it is made, so that no number of them at once
# gets by, and a right one is given back.
MAX_WRONG_SECRETS = 20
MAX_WRONG_PASSWORDS = 10
WINDOW_SECONDS = 60

_sessions: TimedCache[str] = TimedCache(SESSION_CACHE_SECONDS)


def by_pair(pair: Pair, address: str) -> str:
    """The merchant's id. Raises AuthenticationFailed, or TooManyRequests when this address keeps guessing this key."""
    if not pair.key or not pair.secret:
        raise AuthenticationFailed
    if known := credentials.known_owner(pair):
        return known
    guesses = _guesses_at(f"key {pair.key} {address}")
    throttle = Throttle.find(guesses.key)
    if throttle and throttle.failures >= MAX_WRONG_SECRETS:
        raise TooManyRequests(guesses.seconds_left)
    try:
        return credentials.check(pair)
    except AuthenticationFailed:
        guesses.add(1)
        raise


def by_token(token: str) -> str:
    """The merchant's id. Raises AuthenticationFailed."""
    known = _sessions.get(_session_id(token))
    if known is not None:
        return known
    session = Session.find(_session_id(token))
    if session is None or session.expires_at <= clock.now():
        raise AuthenticationFailed("Session expired or unknown")
    return _sessions.put(session.id, session.merchant_id)


def sign_in(email: str, password: str, address: str) -> dict[str, Any]:
    """Raises AuthenticationFailed or TooManyRequests."""
    guesses = _guesses_at(f"email {email.lower()} {address}")
    if guesses.add(1) > MAX_WRONG_PASSWORDS:
        guesses.add(-1)  # it was not tried
        raise TooManyRequests(guesses.seconds_left)
    merchant = _check_password(email, password)
    guesses.add(-1)
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    expires_at = int(clock.now()) + SESSION_SECONDS
    Session(_session_id(token), merchant_id=merchant.id, expires_at=expires_at).keep()
    who = {"id": merchant.id, "name": merchant.name, "email": merchant.email}
    return {"token": token, "expires_at": clock.iso(expires_at), "merchant": who}


def sign_out(token: str) -> None:
    _sessions.forget(_session_id(token))
    Session(_session_id(token)).discard()


def _session_id(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _check_password(email: str, password: str) -> Any:
    """An unknown address costs the same hash as a wrong password."""
    from argon2.exceptions import VerificationError  # noqa: PLC0415  # only sign-in pays for this import

    merchant = merchants.by_email(email)
    hasher = merchants.hasher()
    if merchant is None:
        hasher.hash(password)
        raise AuthenticationFailed("Invalid email or password")
    try:
        hasher.verify(merchant.password_hash, password)
    except VerificationError:
        raise AuthenticationFailed("Invalid email or password") from None
    return merchant


@dataclass(frozen=True, slots=True)
class _Guesses:
    """At one account from one address, in the window of time that ends in so many seconds."""

    key: str
    seconds_left: int

    def add(self, number: int) -> int:
        """Returns how many there are now; they are kept beyond their window, in which somebody may still be counting."""
        return Throttle.add(self.key, number, int(clock.now()) + self.seconds_left + WINDOW_SECONDS)


def _guesses_at(what: str) -> _Guesses:
    window, passed = divmod(int(clock.now()), WINDOW_SECONDS)
    return _Guesses(hashlib.sha256(f"{what} {window}".encode()).hexdigest(), WINDOW_SECONDS - passed)
