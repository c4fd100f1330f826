"""Defines the flows that make and revoke key pairs."""

from dataclasses import dataclass
from typing import Any

from chalicelib.persistence.api_keys import ApiKey
from chalicelib.services.merchants import credentials, keys
from chalicelib.services.merchants.credentials import Caller, Pair
from infra.audit.snapshot import Snapshot
from tests.torture.flow import Flow, Wish, send
from tests.torture.world import Shop, World

NOT_FOUND = 404


@dataclass
class Revocation(Wish):
    """Holds a revocation. secret: of the pair that has to stop working."""

    secret: str = ""


def _wish_pair(_world: World, _shop: Shop) -> Wish:
    return Wish("POST", "/keys", {"name": "Till", "scopes": ["orders:read"]}, "")


def _check_pairs(shop: Shop, wish: Wish, _result: Any, _seen: Snapshot) -> None:
    """Checks that acknowledged pairs work. The list also shows a pair whose answer was lost, so it can be revoked."""
    listed = {row["id"] for row in keys.show(shop.id)}
    assert len(listed) <= 1 + len(wish.answers)
    for answer in wish.acknowledged:
        pair = Pair(answer.body["api_key"], answer.body["api_secret"])
        assert pair.key in listed
        assert credentials.check(pair).scopes == {"orders:read"}


def _wish_revocation(_world: World, shop: Shop) -> Revocation:
    made = keys.create(Caller(shop.id), "stolen", None)
    return Revocation("DELETE", f"/keys/{made['id']}", None, "", secret=made["api_secret"])


def _insist(world: World, shop: Shop, wish: Wish, _: Any) -> None:
    """Repeats the revocation until it succeeds. 404 means that an earlier try revoked the pair."""
    while not (wish.acknowledged or wish.answers[-1].status == NOT_FOUND):
        assert len(wish.answers) < 5, wish.answers
        wish.send(world, shop)


def _check_revoked(shop: Shop, wish: Revocation, _result: Any, _seen: Snapshot) -> None:
    key_id = wish.path.rpartition("/")[2]
    assert [row["id"] for row in keys.show(shop.id)] == [shop.made.pair.key]
    assert credentials.known(Pair(key_id, wish.secret)) is None
    assert ApiKey.find(key_id) is None, "a revoked key still comes in"


KEYS = [
    Flow("make an API key", _wish_pair, send, check=_check_pairs),
    Flow("revoke an API key", _wish_revocation, send, _insist, _check_revoked),
]
