"""Manages a merchant's API key pairs: makes, changes, rotates and revokes them. Each has a name and scopes.

Each change is one transaction, on the condition that no other change came between (Merchant.keys_version). So every
check on the read keys, above all the check of the asking key, still holds when the change is committed.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest, Forbidden, NotFound
from chalicelib.domain.scopes import EVERYTHING, Scope
from chalicelib.persistence.api_keys import ApiKey
from chalicelib.persistence.merchants import Merchant
from chalicelib.persistence.ownership import existing
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.services.merchants import credentials
from chalicelib.services.merchants.credentials import Caller, Pair
from chalicelib.telemetry import logger

MAX_KEYS = 20
# Includes the pairs that were rotated away and still work.
MAX_SHOWN = 2 * MAX_KEYS
# So many that a merchant who revokes a key wins against a thief who makes keys in a loop.
TRIES = 20

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Ring:
    """All keys of a merchant at one moment, including the expired ones."""

    merchant: Merchant
    keys: dict[str, ApiKey]

    @property
    def live(self) -> list[ApiKey]:
        """Returns the keys that work, oldest first."""
        return sorted(filter(credentials.is_live, self.keys.values()), key=lambda key: (key.created_at, key.id))

    @property
    def rotated_away(self) -> list[ApiKey]:
        """Returns the working keys that expire, the earliest first."""
        return sorted((key for key in self.live if key.expires_at), key=lambda key: (key.expires_at, key.created_at))

    def find(self, key_id: str) -> ApiKey:
        """Returns a key that works. Raises NotFound."""
        if key_id not in self.keys or not credentials.is_live(self.keys[key_id]):
            raise NotFound("Key")
        return self.keys[key_id]

    def admit(self, caller: Caller, wanted: Collection[Scope] = ()) -> None:
        """Checks the caller's key as the ring has it.

        Raises Forbidden unless the caller may change keys and has every scope that the change grants.
        """
        if caller.key:
            stored = self.keys.get(caller.key)
            now = credentials.caller_with(stored) if stored else replace(caller, scopes=frozenset())
            now.require(Scope.KEYS_WRITE, *wanted)

    def admit_primary(self, caller: Caller) -> None:
        """Raises Forbidden for any pair but the primary one, which would otherwise learn a pair that may do more."""
        if caller.key and caller.key != self.merchant.api_key:
            raise Forbidden("Only the newest pair of rotate-key and a dashboard session may do this")


def _read(merchant_id: str) -> _Ring:
    """Reads the ring. Raises NotFound."""
    merchant = existing(Merchant.find(merchant_id), "Merchant")
    return _Ring(merchant, ApiKey.find_many(sorted(merchant.keys)))


class _Change(Transaction):
    """One change of a ring: puts and deletes keys, and updates the merchant's list of key ids."""

    def __init__(self, ring: _Ring) -> None:
        super().__init__()
        self._ring = ring
        self._ids = {key.id for key in ring.live}
        self._primary: str | None = ring.merchant.api_key
        for key in ring.keys.values():
            if not credentials.is_live(key):
                self.delete(f"expired key {key.id}", key)

    def add(self, key: ApiKey, *, primary: bool = False) -> None:
        self.put("api key", key, ApiKey.id.does_not_exist())
        self._ids.add(key.id)
        if primary:
            self._primary = key.id

    def remove(self, key: ApiKey) -> None:
        self.delete(f"api key {key.id}", key)
        self._ids.discard(key.id)
        if key.id == self._primary:
            self._primary = None

    def commit(self) -> None:
        """Commits the change. Raises Refused if the keys have changed since the ring was read."""
        ids, primary = Merchant.key_ids, Merchant.api_key
        actions = [
            ids.set(self._ids) if self._ids else ids.remove(),
            primary.set(self._primary) if self._primary else primary.remove(),
            Merchant.keys_version.add(1),
        ]
        unchanged = Merchant.id.exists() & self._ring.merchant.keys_are_unchanged()
        self.update("merchant", Merchant(self._ring.merchant.id), actions, unchanged)
        super().commit()


def _changing(merchant_id: str, plan: Callable[[_Ring, _Change], T], tries: int = TRIES) -> T:
    """Plans and commits a change, and repeats it after a conflict. Raises BadRequest if the conflicts do not end."""
    for _ in range(tries):
        ring = _read(merchant_id)
        change = _Change(ring)
        result = plan(ring, change)
        try:
            change.commit()
        except Refused:
            continue
        credentials.forget()
        return result
    raise BadRequest("The keys are being changed by another request")


def _view(key: ApiKey, merchant: Merchant) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name or "",
        "scopes": sorted(credentials.scopes_of(key)),
        "primary": key.id == merchant.api_key,
        "created_at": key.created_at,
        "last_used_at": key.last_used_at,
        "expires_at": None if key.expires_at is None else clock.iso(float(key.expires_at)),
    }


def show(merchant_id: str) -> list[dict[str, Any]]:
    """Lists every pair that works, newest first, without secrets."""
    ring = _read(merchant_id)
    return [_view(key, ring.merchant) for key in reversed(ring.live)]


def create(caller: Caller, name: str, scopes: Collection[Scope] | None) -> dict[str, Any]:
    """Makes a key and returns it with its secret, which is shown only once. scopes: None grants everything.

    Raises Forbidden for a scope that the caller does not have.
    """
    pair = credentials.new_pair()
    key = credentials.record(caller.merchant_id, pair, name, scopes)

    def plan(ring: _Ring, change: _Change) -> dict[str, Any]:
        ring.admit(caller, EVERYTHING if scopes is None else scopes)
        if len(ring.live) - len(ring.rotated_away) >= MAX_KEYS:
            raise BadRequest(f"A merchant has at most {MAX_KEYS} API keys")
        change.add(key)
        return _view(key, ring.merchant)

    shown = _changing(caller.merchant_id, plan)
    logger.info("api key created", merchant_id=caller.merchant_id, key=key.id, scopes=shown["scopes"])
    return {**shown, "api_key": pair.key, "api_secret": pair.secret}


def change(caller: Caller, key_id: str, name: str | None, scopes: Collection[Scope] | None) -> dict[str, Any]:
    """Changes a key's name or scopes; None leaves either as it is. Raises NotFound, or Forbidden as create does."""

    def plan(ring: _Ring, change: _Change) -> dict[str, Any]:
        ring.admit(caller, scopes or ())
        key = ring.find(key_id)
        key.name = key.name if name is None else name or None
        key.scopes = key.scopes if scopes is None else sorted(scopes)
        wanted = [ApiKey.name.set(key.name) if key.name else ApiKey.name.remove()]
        wanted += [] if scopes is None else [ApiKey.scopes.set(key.scopes)]
        change.update("api key", ApiKey(key.id), wanted, ApiKey.id.exists())
        return _view(key, ring.merchant)

    shown = _changing(caller.merchant_id, plan)
    logger.info("api key changed", merchant_id=caller.merchant_id, key=key_id, scopes=shown["scopes"])
    return shown


def revoke(caller: Caller, key_id: str) -> None:
    """Revokes a key: here immediately, in other processes within credentials.CACHE_SECONDS. Raises NotFound."""

    def plan(ring: _Ring, change: _Change) -> None:
        ring.admit(caller)
        change.remove(ring.find(key_id))

    _changing(caller.merchant_id, plan)
    logger.info("api key revoked", merchant_id=caller.merchant_id, key=key_id)


def revoke_all(merchant_id: str) -> int:
    """Revokes all keys of a merchant, for the operator. Returns the number of keys. Raises NotFound."""

    def plan(ring: _Ring, change: _Change) -> int:
        for key in ring.live:
            change.remove(key)
        return len(ring.live)

    number = _changing(merchant_id, plan)
    logger.info("all api keys revoked", merchant_id=merchant_id)
    return number


def rotate(caller: Caller, *, revoke_old: bool = False) -> Pair:
    """Makes a new primary pair with the scopes of the old one.

    The old pair works for credentials.OVERLAP_SECONDS more, with scopes.OVERLAP. revoke_old: the old pair and all pairs
    rotated away before it stop instead. Raises Forbidden for every pair but the primary one: of a stolen pair and its
    successor, only one can make the next pair.
    """
    pair = credentials.new_pair()

    def plan(ring: _Ring, change: _Change) -> Pair:
        ring.admit_primary(caller)
        ring.admit(caller)
        old = ring.keys.get(ring.merchant.api_key or "")
        surplus = ring.rotated_away if revoke_old else ring.rotated_away[: 1 - MAX_KEYS]
        for key in [*surplus, *([old] if old and revoke_old else [])]:
            change.remove(key)
        if old and not revoke_old:
            expires_at = int(clock.now()) + credentials.OVERLAP_SECONDS
            change.update("old key", ApiKey(old.id), [ApiKey.expires_at.set(expires_at)], ApiKey.id.exists())
        name, scopes = (old.name or "", old.scopes) if old else ("", None)
        change.add(credentials.record(caller.merchant_id, pair, name, scopes), primary=True)
        return pair

    _changing(caller.merchant_id, plan, tries=1)
    logger.info("api key rotated", merchant_id=caller.merchant_id, revoked=revoke_old)
    return pair


def reveal_primary(caller: Caller) -> tuple[Merchant, str | None]:
    """Returns the merchant and the primary pair's secret in clear; None if the pair was revoked.

    Raises Forbidden as rotate does.
    """
    ring = _read(caller.merchant_id)
    ring.admit_primary(caller)
    ring.admit(caller)
    stored = ring.keys.get(ring.merchant.api_key or "")
    logger.info("secrets revealed", merchant_id=caller.merchant_id)
    return ring.merchant, credentials.reveal(stored) if stored else None
