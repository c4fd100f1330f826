"""Defines the flows that send webhooks again, and change secrets and keys."""

from collections import Counter
from dataclasses import replace
from typing import Any

from chalicelib.domain.errors import Forbidden
from chalicelib.domain.webhooks import delivery_id
from chalicelib.services.merchants import accounts
from chalicelib.services.merchants.credentials import Caller
from infra.audit.snapshot import Snapshot
from tests.torture.flow import Flow, Wish, send
from tests.torture.steps import settled
from tests.torture.world import Shop, World

# The number of payment.success among a payment's events: payment.created and payment.pending come first.
PAYMENT_SUCCESS = 3


def _failed_delivery(world: World, shop: Shop) -> str:
    """Makes a payment.success delivery that failed five times. The receiver works from then on."""
    world.receiver.scripts[shop.path] = lambda _: 500
    made = settled(world, shop)
    del world.receiver.scripts[shop.path]
    return delivery_id(made, PAYMENT_SUCCESS, shop.endpoint_id)


def _wish_retry(world: World, shop: Shop) -> Wish:
    failed = _failed_delivery(world, shop)
    return Wish("POST", f"/webhooks/{failed}/retry", None, "")


def _wish_replay(world: World, shop: Shop) -> Wish:
    _failed_delivery(world, shop)
    return Wish("POST", f"/webhook-endpoints/{shop.endpoint_id}/replay", {}, "")


def _insist_on_retry(world: World, shop: Shop, wish: Wish, _: Any) -> None:
    """Repeats the request, which has no key, because a repeated retry does no harm."""
    while not wish.acknowledged:
        assert len(wish.answers) < 5, wish.answers
        wish.send(world, shop)


def _check_retried(shop: Shop, wish: Wish, _result: Any, seen: Snapshot) -> None:
    wanted = wish.path.split("/")[2] if "retry" in wish.path else None
    for one in seen.deliveries.values():
        expected = "success" if wanted in {None, one["id"]} else "failed"
        assert one["status"] == expected, one


def _not_retried(_shop: Shop, wish: Wish, seen: Snapshot) -> Counter[tuple[str, str]]:
    """Returns the failed deliveries without a retry, whose events are not due."""
    failed = [one for one in seen.deliveries.values() if one["status"] == "failed"]
    return Counter({(one["event"], one["object_id"]): -1 for one in failed})


def _wish_test(_world: World, shop: Shop) -> Wish:
    return Wish("POST", f"/webhook-endpoints/{shop.endpoint_id}/test", None, "")


def _test_events(shop: Shop, wish: Wish, seen: Snapshot) -> Counter[tuple[str, str]]:
    made = [one for one in seen.deliveries.values() if one["event"] == "webhook.test"]
    assert len(made) >= len(wish.acknowledged)
    return Counter({("webhook.test", shop.endpoint_id): len(made)})


def _wish_rotation(world: World, shop: Shop) -> Wish:
    settled(world, shop)
    return Wish("POST", f"/webhook-endpoints/{shop.endpoint_id}/rotate-secret", None, "")


def _pay_after_rotation(world: World, shop: Shop, wish: Wish, _: Any) -> None:
    _insist_on_retry(world, shop, wish, _)
    world.run()
    settled(world, shop)
    last = world.receiver.arrivals[shop.path][-1]
    assert last.is_signed_with(wish.acknowledged[-1].body["secret"]), "the secret that was shown does not sign"
    assert last.is_signed_with(shop.made.webhook_secret), "the secret before does not sign any more"


def _wish_key_rotation(_world: World, _shop: Shop) -> Wish:
    return Wish("POST", "/merchants/rotate-key", None, "")


def _pay_with_both_keys(world: World, shop: Shop, wish: Wish, _: Any) -> None:
    """Uses both pairs. Where the answer got lost, the old pair may not ask again, and the dashboard shows the new."""
    while not (wish.acknowledged or wish.answers[-1].status == Forbidden.status):
        assert len(wish.answers) < 5, wish.answers
        wish.send(world, shop)
    new = accounts.reveal(Caller(shop.id))
    pair = replace(shop.made.pair, key=new["api_key"], secret=new["api_secret"])
    for shopper in (shop, replace(shop, made=replace(shop.made, pair=pair))):
        assert world.call(shopper, "GET", "/merchants/profile").status == 200


WEBHOOKS = [
    Flow("retry a webhook", _wish_retry, send, _insist_on_retry, _check_retried, _not_retried),
    Flow("replay failed webhooks", _wish_replay, send, _insist_on_retry, _check_retried),
    Flow("send a test webhook", _wish_test, send, extra_events=_test_events),
    Flow("rotate a webhook secret", _wish_rotation, send, _pay_after_rotation),
    Flow("rotate an API key", _wish_key_rotation, send, _pay_with_both_keys),
]
