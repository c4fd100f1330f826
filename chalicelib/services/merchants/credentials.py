"""Makes, checks and shows API key pairs, and tells who a caller is."""

import hashlib
import hmac
import math
import secrets
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass

from chalicelib import vault
from chalicelib.domain import clock
from chalicelib.domain.errors import AuthenticationFailed, Forbidden, Unavailable
from chalicelib.domain.ids import new_id
from chalicelib.domain.scopes import EVERYTHING, OVERLAP, Scope, granted
from chalicelib.persistence.api_keys import ApiKey
from chalicelib.services.caching import TimedCache

SALT_BYTES = 16
SECRET_CHARACTERS = 40
# Both pairs work for this long after a rotation.
OVERLAP_SECONDS = 24 * 3600
# How long a checked pair is trusted without reading the table again. A revoked pair works for that long.
CACHE_SECONDS = 5
# The least seconds between two writes of last_used_at, so that a busy key costs one write a minute.
USE_SECONDS = 60

_NOBODY = (b"\0" * SALT_BYTES, b"\0" * 32)


@dataclass(frozen=True, slots=True)
class Pair:
    key: str
    secret: str


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller and the caller's scopes. key: "" for a dashboard session and an operator.

    ends_at: Unix seconds at which the credential expires unless it is revoked earlier.
    """

    merchant_id: str
    key: str = ""
    scopes: frozenset[Scope] = EVERYTHING
    ends_at: float = math.inf

    def require(self, *wanted: Scope) -> None:
        """Raises Forbidden that names the missing scopes."""
        missing = sorted(set(wanted) - self.scopes)
        if missing:
            which = "This API key" if self.ends_at == math.inf else "This API key was rotated away and"
            raise Forbidden(f"{which} does not have the scope {', '.join(missing)}")


_pairs: TimedCache[Caller] = TimedCache(CACHE_SECONDS)
_keys: TimedCache[Caller] = TimedCache(CACHE_SECONDS)


def new_pair() -> Pair:
    return Pair(new_id("key"), new_id("secret", SECRET_CHARACTERS))


def _mac(salt: bytes, secret: str) -> bytes:
    """Returns the MAC of a secret. Secrets are random and long, so one HMAC is as strong as a slow hash."""
    return hmac.digest(salt, secret.encode(), hashlib.sha256)


def record(merchant_id: str, pair: Pair, name: str = "", scopes: Collection[str] | None = None) -> ApiKey:
    """Returns a key record that is not saved yet. scopes: None grants everything."""
    salt = secrets.token_bytes(SALT_BYTES)
    return ApiKey(
        pair.key,
        merchant_id=merchant_id,
        name=name or None,
        scopes=None if scopes is None else sorted(scopes),
        salt=salt,
        secret_mac=_mac(salt, pair.secret),
        sealed_secret=vault.seal(pair.secret.encode(), pair.key),
        created_at=clock.iso(clock.now()),
    )


def is_live(stored: ApiKey) -> bool:
    return stored.expires_at is None or stored.expires_at > clock.now()


def scopes_of(stored: ApiKey) -> frozenset[Scope]:
    """Returns what the pair may do now. After a rotation it may do no more than OVERLAP."""
    own = granted(stored.scopes)
    return own if stored.expires_at is None else own & OVERLAP


def check(pair: Pair) -> Caller:
    """Returns the caller with this pair.

    Raises AuthenticationFailed, after the same work whether the key exists or not.
    """
    return _pairs.fill(_cache_key(pair), lambda: _checked(pair))


def _checked(pair: Pair) -> Caller:
    stored = ApiKey.find(pair.key)
    salt, mac = (stored.salt, stored.secret_mac) if stored else _NOBODY
    matches = hmac.compare_digest(_mac(salt, pair.secret), mac)
    if stored is None or not matches:
        raise AuthenticationFailed
    return _used(stored)


def _used(stored: ApiKey) -> Caller:
    """Returns the caller of a key and notes the use. Raises AuthenticationFailed if the key has expired."""
    if not is_live(stored):
        raise AuthenticationFailed
    _note_use(stored)
    return caller_with(stored)


def caller_with(stored: ApiKey) -> Caller:
    ends_at = math.inf if stored.expires_at is None else float(stored.expires_at)
    return Caller(stored.merchant_id, stored.id, scopes_of(stored), ends_at)


def _note_use(stored: ApiKey) -> None:
    """Updates last_used_at.

    A failed write does not fail the request, and the condition never restores a deleted key.
    """
    now, long_ago = (clock.iso(clock.now() - age) for age in (0, USE_SECONDS))
    if stored.last_used_at is None or stored.last_used_at <= long_ago:
        with suppress(Unavailable):
            ApiKey(stored.id).change([ApiKey.last_used_at.set(now)], ApiKey.id.exists())


def known(pair: Pair) -> Caller | None:
    """Returns the caller with this pair if the pair was found right a moment ago."""
    return _living(_pairs.get(_cache_key(pair)))


def _living(caller: Caller | None) -> Caller | None:
    return caller if caller and caller.ends_at > clock.now() else None


def _cache_key(pair: Pair) -> str:
    return hashlib.sha256(f"{pair.key}\n{pair.secret}".encode()).hexdigest()


def merchant_of(key: str) -> str:
    """Returns the merchant for a public call, which carries the key alone. Raises AuthenticationFailed."""
    caller = _living(_keys.get(key)) or _keys.fill(key, lambda: _by_key_alone(key))
    return caller.merchant_id


def _by_key_alone(key: str) -> Caller:
    stored = ApiKey.find(key)
    if stored is None:
        raise AuthenticationFailed
    return _used(stored)


def forget() -> None:
    """Clears the caches after a change: this process reads the table again, others do within CACHE_SECONDS."""
    _pairs.clear()
    _keys.clear()


def sign(key: str, message: bytes) -> str:
    """Returns the hex HMAC-SHA256 of a message under the key's secret. Raises AuthenticationFailed."""
    stored = ApiKey.find(key)
    if stored is None or not is_live(stored):
        raise AuthenticationFailed
    return hmac.new(reveal(stored).encode(), message, hashlib.sha256).hexdigest()


def reveal(stored: ApiKey) -> str:
    """Returns the secret in clear."""
    return vault.unseal(stored.sealed_secret, stored.id).decode()
