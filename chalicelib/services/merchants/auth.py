"""Identifies the caller: an API key pair, a dashboard session or the operator."""

import hashlib
import hmac
import secrets
from typing import Any

from chalicelib.config import settings
from chalicelib.domain import clock
from chalicelib.domain.errors import AuthenticationFailed, NotFound
from chalicelib.persistence.merchants import Merchant
from chalicelib.persistence.sessions import Session
from chalicelib.secret_store import reveal
from chalicelib.services.caching import TimedCache
from chalicelib.services.merchants import accounts, credentials, guesses, passwords
from chalicelib.services.merchants.credentials import Caller, Pair
from chalicelib.telemetry import logger

SESSION_SECONDS = 3600
# How long a session is trusted without reading the table again. A session that was ended elsewhere works for that long.
SESSION_CACHE_SECONDS = 5
TOKEN_PREFIX = "sess_"

_sessions: TimedCache[Caller] = TimedCache(SESSION_CACHE_SECONDS)


def by_pair(pair: Pair, address: str, *, anew: bool = False) -> Caller:
    """Returns the caller with this pair, in spite of wrong pairs that others send from the same address.

    anew: skips this process's memory of pairs that were checked a moment ago. Raises AuthenticationFailed, or
    TooManyRequests for a wrong pair from an address that keeps guessing.
    """
    if not pair.key or not pair.secret:
        raise AuthenticationFailed
    if not anew and (known := credentials.known(pair)):
        return known
    try:
        return credentials.check(pair)
    except AuthenticationFailed:
        guesses.note_wrong_secret(address)
        raise


def by_token(token: str, *, anew: bool = False) -> Caller:
    """Returns the caller of a session. anew: as in by_pair. Raises AuthenticationFailed."""
    session_id = _session_id(token)
    known = None if anew else _sessions.get(session_id)
    if known and known.ends_at > clock.now():
        return known
    return _sessions.fill(session_id, lambda: _of_session(session_id))


def _of_session(session_id: str) -> Caller:
    session = Session.find(session_id)
    merchant = Merchant.find(session.merchant_id) if session and session.expires_at > clock.now() else None
    if session is None or merchant is None or session.epoch != merchant.session_epoch:
        raise AuthenticationFailed("Session expired or unknown")
    return Caller(merchant.id, ends_at=float(session.expires_at))


def sign_in(email: str, password: str, address: str) -> dict[str, Any]:
    """Signs a merchant in and returns the session's token. Raises AuthenticationFailed or TooManyRequests."""
    with guesses.one_try(f"email {email.lower()}", address):
        merchant = _check_password(email, password)
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    expires_at = int(clock.now()) + SESSION_SECONDS
    # This epoch was read before the password was checked. So a request that ends all sessions meanwhile ends this
    # session, too.
    Session(_session_id(token), merchant_id=merchant.id, epoch=merchant.session_epoch, expires_at=expires_at).write()
    who = {"id": merchant.id, "name": merchant.name, "email": merchant.email}
    return {"token": token, "expires_at": clock.iso(expires_at), "merchant": who}


def sign_out(token: str) -> None:
    _sessions.forget(_session_id(token))
    Session(_session_id(token)).remove()


def end_sessions(merchant_id: str) -> None:
    """Ends all sessions of a merchant: here immediately, in other processes within SESSION_CACHE_SECONDS.

    Raises NotFound.
    """
    Merchant.alter(merchant_id, [Merchant.session_epoch.add(1)])
    _sessions.clear()
    logger.info("all sessions ended", merchant_id=merchant_id)


def check_operator(token: str, address: str) -> None:
    """Checks the operator's token against ADMIN_TOKEN.

    Raises NotFound if ADMIN_TOKEN is not set, AuthenticationFailed, TooManyRequests or Unavailable.
    """
    expected = reveal("ADMIN_TOKEN", settings().admin_token)
    if not expected:
        raise NotFound("Resource")
    with guesses.one_try("operator", address):
        if not hmac.compare_digest(token.encode(), expected.encode()):
            raise AuthenticationFailed


def _session_id(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _check_password(email: str, password: str) -> Merchant:
    """Checks a password. An unknown address costs the same reads and the same hash as a wrong password."""
    merchant = accounts.by_email(email)
    if not passwords.matches(merchant.password_hash if merchant else None, password) or merchant is None:
        raise AuthenticationFailed("Invalid email or password")
    return merchant
