"""Defines the flows of requests that make or move money, with an Idempotency-Key and without."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from infra.audit.snapshot import Snapshot
from tests.torture.flow import Flow, Wish, send
from tests.torture.steps import AMOUNT, CREATED, instrument, order, settled
from tests.torture.world import Shop, World

HOUR = 3600


def _recover_request(world: World, shop: Shop, wish: Wish, _: Any) -> None:
    """Repeats a request with a key until it has an answer, and once more."""
    if wish.key:
        wish.answers.append(world.insist(shop, wish.method, wish.path, wish.body, wish.key))
        wish.send(world, shop)


def _check_answers(wish: Wish) -> None:
    good = wish.acknowledged
    if wish.key:
        assert wish.answers[-1] in good, wish.answers
        assert len({answer.text for answer in good}) == 1, "one key, different answers"
        assert wish.answers[-1].headers.get("Idempotent-Replayed") == "true"
    for answer in wish.answers:
        assert answer.status in {0, 200, CREATED, 500, 503}, answer


def request(
    name: str,
    prepare: Callable[[World, Shop], Wish],
    check: Callable[[Shop, Wish, Snapshot], None],
    recover: Callable[[World, Shop, Wish, Any], None] = _recover_request,
    **more: Any,
) -> Flow:
    def check_all(shop: Shop, wish: Wish, _: Any, seen: Snapshot) -> None:
        _check_answers(wish)
        check(shop, wish, seen)

    return Flow(name, prepare, send, recover, check_all, **more)


def with_and_without_key(flow: Flow) -> list[Flow]:
    def keyless(world: World, shop: Shop) -> Wish:
        return replace(flow.prepare(world, shop), key="")

    return [replace(flow, name=f"{flow.name} with a key"), replace(flow, name=f"{flow.name}, no key", prepare=keyless)]


def _in_force(made: dict[str, Any], wish: Wish, *, exactly: bool) -> None:
    """Checks for exactly one object. Without a key there may be another object, whose answer was lost."""
    promised = {answer.body["id"] for answer in wish.acknowledged}
    assert promised <= set(made), "acknowledged and not there"
    assert len(made) == 1 if exactly or promised else len(made) <= 1, f"{len(made)} objects for one request"


def _wish_order(_world: World, _shop: Shop) -> Wish:
    return Wish("POST", "/orders", {"amount": AMOUNT}, "key-order")


def _check_order(_shop: Shop, wish: Wish, seen: Snapshot) -> None:
    _in_force(dict(seen.orders), wish, exactly=bool(wish.key))


def _wish_payment(kind: str) -> Callable[[World, Shop], Wish]:
    def prepare(world: World, shop: Shop) -> Wish:
        return Wish("POST", "/payments", {"order_id": order(world, shop), **instrument(kind)}, "key-payment")

    return prepare


def _wish_public_payment(world: World, shop: Shop) -> Wish:
    body = {"order_id": order(world, shop), "key": shop.made.pair.key, **instrument("upi")}
    return Wish("POST", "/payments/public", body, "key-public")


def _check_payment(_shop: Shop, wish: Wish, seen: Snapshot) -> None:
    _in_force(dict(seen.payments), wish, exactly=bool(wish.key))
    assert all(made["state"] in {"authorized", "failed"} for made in seen.payments.values()), "a payment never settled"


def _wish_capture(world: World, shop: Shop) -> Wish:
    return Wish("POST", f"/payments/{settled(world, shop)}/capture", {"amount": AMOUNT}, "key-capture")


def _check_capture(_shop: Shop, wish: Wish, seen: Snapshot) -> None:
    (made,) = seen.payments.values()
    assert made["state"] == "captured" or not wish.acknowledged


def _wish_void(world: World, shop: Shop) -> Wish:
    return Wish("POST", f"/payments/{settled(world, shop)}/void", None, "key-void")


def _check_void(_shop: Shop, wish: Wish, seen: Snapshot) -> None:
    (made,) = seen.payments.values()
    (of,) = seen.orders.values()
    assert made["state"] == "voided" or not wish.acknowledged
    assert (of["status"], of["amount_paid"]) == (("attempted", 0) if made["state"] == "voided" else ("paid", AMOUNT))


def _wish_order_with_an_end(world: World, _shop: Shop) -> Wish:
    ends = datetime.fromtimestamp(world.clock.time + HOUR, UTC).isoformat()
    body = {"amount": AMOUNT, "expires_at": ends, "capture": "automatic"}
    return Wish("POST", "/orders", body, "key-order")


def _check_ended_order(shop: Shop, wish: Wish, seen: Snapshot) -> None:
    _check_order(shop, wish, seen)
    assert {made["status"] for made in seen.orders.values()} <= {"expired"}, "an order outlives its time"


def _wish_cancel(world: World, shop: Shop) -> Wish:
    return Wish("POST", f"/orders/{order(world, shop)}/cancel", None, "key-cancel")


def _check_cancel(_shop: Shop, wish: Wish, seen: Snapshot) -> None:
    (made,) = seen.orders.values()
    assert made["status"] == "cancelled" or not wish.acknowledged


def _wish_refund(body: dict[str, Any]) -> Callable[[World, Shop], Wish]:
    def prepare(world: World, shop: Shop) -> Wish:
        return Wish("POST", f"/payments/{settled(world, shop, 'card')}/refunds", body, "key-refund")

    return prepare


def check_refund(_shop: Shop, wish: Wish, seen: Snapshot) -> None:
    _in_force(dict(seen.refunds), wish, exactly=bool(wish.key))


REQUESTS = [
    flow
    for base in (
        request("create an order", _wish_order, _check_order),
        request("create an order with an end", _wish_order_with_an_end, _check_ended_order, wait=HOUR + 1),
        request("cancel an order", _wish_cancel, _check_cancel),
        request("pay by UPI", _wish_payment("upi"), _check_payment),
        request("pay by card", _wish_payment("card"), _check_payment),
        request("pay at the checkout", _wish_public_payment, _check_payment),
        request("capture", _wish_capture, _check_capture),
        request("void", _wish_void, _check_void),
        request("refund all", _wish_refund({}), check_refund),
        request("refund a part", _wish_refund({"amount": 700, "reason": "torn"}), check_refund),
    )
    for flow in with_and_without_key(base)
]
