"""Defines the flows of orders that are paid in parts."""

from collections.abc import Callable
from typing import Any

from chalicelib.domain.orders import CaptureMode
from chalicelib.services import orders
from chalicelib.services.orders import Terms
from infra.audit.snapshot import Snapshot
from tests.torture.flow import Flow, Wish
from tests.torture.request_flows import request, with_and_without_key
from tests.torture.steps import AMOUNT, CREATED, instrument
from tests.torture.worker_flows import only, work
from tests.torture.world import Shop, World

FIRST, REST = 30_000, 20_000


def in_parts(shop: Shop) -> str:
    """Makes an order whose parts may have any amount. Only the Razorpay-compatible surface makes such orders."""
    terms = Terms(AMOUNT, "INR", None, {}, CaptureMode.AUTOMATIC, None, None, None, None, None, first_part_min=100)
    plan = orders.plan(shop.id, terms, "r")
    plan.transaction.commit()
    return str(plan.order.id)


def wish_part(shop: Shop, order_id: str, amount: int, kind: str = "upi", key: str = "part") -> Wish:
    body = {"order_id": order_id, "key": shop.made.pair.key, "payer": {"amount": amount}, **instrument(kind)}
    return Wish("POST", "/payments/public", body, f"key-{key}")


def pay_part(world: World, shop: Shop, order_id: str, amount: int, kind: str = "upi") -> str:
    wish = wish_part(shop, order_id, amount, kind)
    answer = world.call(shop, wish.method, wish.path, wish.body)
    assert answer.status == CREATED, answer
    return str(answer.body["id"])


def _first_paid(world: World, shop: Shop) -> str:
    of = in_parts(shop)
    pay_part(world, shop, of, FIRST)
    world.run()
    return of


def _last_under_way(world: World, shop: Shop) -> str:
    of = _first_paid(world, shop)
    pay_part(world, shop, of, REST)
    return of


def late_part(world: World, shop: Shop) -> str:
    """Lets a part be refused. Its bank approves it half a minute later, and a worker has not heard of it yet."""
    of = in_parts(shop)
    pay_part(world, shop, of, FIRST, "upi late")
    world.work()
    world.clock.time += 31
    return of


def _late_part_without_room(world: World, shop: Shop) -> str:
    of = in_parts(shop)
    pay_part(world, shop, of, FIRST, "upi late")
    world.work()
    pay_part(world, shop, of, FIRST)
    world.work()
    world.clock.time += 31
    return of


def _paid(amount: int, status: str, *states: str) -> Callable[[Shop, Any, Any, Snapshot], None]:
    def check(_shop: Shop, _prepared: Any, _result: Any, seen: Snapshot) -> None:
        (of,) = seen.orders.values()
        assert (of["amount_paid"], of["status"]) == (amount, status), (of["amount_paid"], of["status"])
        got = sorted(each["state"] for each in seen.payments.values())
        assert got == sorted(states), got

    return check


def _wish_last(world: World, shop: Shop) -> Wish:
    return wish_part(shop, _first_paid(world, shop), REST)


def _check_last(_shop: Shop, wish: Wish, seen: Snapshot) -> None:
    (of,) = seen.orders.values()
    promised = {answer.body["id"] for answer in wish.acknowledged}
    assert promised <= seen.payments.keys(), "acknowledged and not there"
    assert of["status"] == ("paid" if len(seen.payments) > 1 else "attempted")


PARTS = [
    *with_and_without_key(request("pay the last part", _wish_last, _check_last)),
    Flow("settle the last part", only("payments", _last_under_way), work("payments"),
         check=_paid(AMOUNT, "paid", "captured", "captured")),
    Flow("late part: the order has room", only("payments", late_part), work("payments"),
         check=_paid(FIRST, "attempted", "captured")),
    Flow("late part: the order has no room", only("payments", _late_part_without_room), work("payments"),
         check=_paid(FIRST, "attempted", "captured", "voided")),
]  # fmt: skip
