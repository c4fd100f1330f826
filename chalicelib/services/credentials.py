"""API keys: making, checking, rotating and showing them."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from chalicelib import vault
from chalicelib.domain import clock
from chalicelib.domain.errors import AuthenticationFailed
from chalicelib.domain.ids import new_id
from chalicelib.persistence.api_keys import ApiKey
from chalicelib.services.caching import TimedCache

SALT_BYTES = 16
SECRET_CHARACTERS = 40
# Both pairs work for this long after a rotation.
OVERLAP_SECONDS = 24 * 3600
# How long a checked pair is believed without asking the table again.
CACHE_SECONDS = 30

_NOBODY = (b"\0" * SALT_BYTES, b"\0" * 32)


@dataclass(frozen=True, slots=True)
class Pair:
    key: str
    secret: str


_pairs: TimedCache[str] = TimedCache(CACHE_SECONDS)
_keys: TimedCache[str] = TimedCache(CACHE_SECONDS)


def new_pair() -> Pair:
    return Pair(new_id("key"), new_id("secret", SECRET_CHARACTERS))


def _mac(salt: bytes, secret: str) -> bytes:
    """Secrets are random and long, so one HMAC is as strong as a slow hash would be."""
    return hmac.digest(salt, secret.encode(), hashlib.sha256)


def record(merchant_id: str, pair: Pair) -> ApiKey:
    """Not saved yet."""
    salt = secrets.token_bytes(SALT_BYTES)
    return ApiKey(
        pair.key,
        merchant_id=merchant_id,
        salt=salt,
        secret_mac=_mac(salt, pair.secret),
        sealed_secret=vault.seal(pair.secret.encode(), pair.key),
        created_at=clock.iso(clock.now()),
    )


def _is_live(stored: ApiKey | None) -> bool:
    return stored is not None and (stored.expires_at is None or stored.expires_at > clock.now())


def check(pair: Pair) -> str:
    """The merchant's id. Raises AuthenticationFailed, after the same work whether the key exists or not."""
    stored = ApiKey.find(pair.key, consistent=False) if pair.key else None
    salt, mac = (stored.salt, stored.secret_mac) if stored else _NOBODY
    matches = hmac.compare_digest(_mac(salt, pair.secret), mac)
    if stored is None or not matches or not _is_live(stored):
        raise AuthenticationFailed
    return _pairs.put(_cache_key(pair), str(stored.merchant_id))


def known_owner(pair: Pair) -> str | None:
    """The merchant's id if this pair was found right a moment ago."""
    return _pairs.get(_cache_key(pair))


def _cache_key(pair: Pair) -> str:
    return hashlib.sha256(f"{pair.key}\n{pair.secret}".encode()).hexdigest()


def merchant_of(key: str) -> str:
    """For public calls that carry the key alone. Raises AuthenticationFailed."""
    if known := _keys.get(key):
        return known
    stored = ApiKey.find(key, consistent=False) if key else None
    if stored is None or not _is_live(stored):
        raise AuthenticationFailed
    return _keys.put(key, str(stored.merchant_id))


def forget() -> None:
    """After a rotation: this process asks the table again; others within CACHE_SECONDS."""
    _pairs.clear()
    _keys.clear()


def reveal(key: str) -> str:
    """The secret in clear."""
    stored = ApiKey.find(key)
    if stored is None:
        raise AuthenticationFailed
    return vault.unseal(stored.sealed_secret, stored.id).decode()
