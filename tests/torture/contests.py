"""Lets two sides ask opposite things of one object: wherever one interrupts the other, exactly one side must win."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from chalicelib.domain.payments import State
from chalicelib.domain.terms import Terms
from chalicelib.services import orders
from chalicelib.services.books import terms
from chalicelib.services.jobs import EDGE_SECONDS
from infra.audit.snapshot import Snapshot
from tests.torture.dispute_flows import PART, claim, taken
from tests.torture.evidence import agree, due_events, state
from tests.torture.faults import Plan
from tests.torture.flow import Wish
from tests.torture.part_flows import FIRST, in_parts, late_part, wish_part
from tests.torture.steps import AMOUNT, challenged, instrument, notify, order, pay, settled
from tests.torture.world import Shop, World

HOUR = 3600
NET = AMOUNT - 1180  # less 2 % and the tax of 18 % on them


@dataclass(frozen=True)
class Side:
    """Describes one side. won: reads the winner from the records, or from the answers that the side got."""

    do: Callable[[], Any]
    won: Callable[[Snapshot], bool]


Sides = tuple[Side, Side]
Contest = Callable[[World, Shop], Sides]


def _asks(world: World, shop: Shop, wish: Wish) -> Side:
    """Returns a side that sends a request, and wins with an answer of 2xx."""
    return Side(partial(wish.send, world, shop), lambda _: bool(wish.acknowledged))


def _worker(world: World, won: Callable[[Snapshot], bool]) -> Side:
    return Side(partial(world.work, "payments"), won)


def _is(payment_id: str, *states: State) -> Callable[[Snapshot], bool]:
    return lambda seen: seen.payments[payment_id]["state"] in states


def _wish(made: str, verb: str, key: str = "") -> Wish:
    bodies: dict[str, Any] = {"capture": {"amount": AMOUNT}, "refunds": {}, "void": None}
    return Wish("POST", f"/payments/{made}/{verb}", bodies[verb], f"key {key or verb}")


def _payment_wish(order_id: str, key: str = "pay") -> Wish:
    return Wish("POST", "/payments", {"order_id": order_id, **instrument("upi")}, f"key {key}")


def _two(first: str, second: str) -> Contest:
    """Returns a contest of two requests about one authorised payment."""

    def sides(world: World, shop: Shop) -> Sides:
        made = settled(world, shop)
        return _asks(world, shop, _wish(made, first, "one")), _asks(world, shop, _wish(made, second, "another"))

    return sides


def _refund_and_capture(world: World, shop: Shop) -> Sides:
    """Refunds and captures. A captured payment can be refunded, so the refund wins only where it came first."""
    made = settled(world, shop)
    refund, capture = _wish(made, "refunds"), _wish(made, "capture")
    came_before: list[bool] = []

    def ask() -> None:
        refund.send(world, shop)
        came_before.append(state(world, shop).payments[made]["state"] == State.AUTHORIZED)

    won = Side(ask, lambda _: bool(refund.acknowledged) and any(came_before))
    return won, _asks(world, shop, capture)


def _two_payments(world: World, shop: Shop) -> Sides:
    of = order(world, shop)
    return _asks(world, shop, _payment_wish(of, "one")), _asks(world, shop, _payment_wish(of, "another"))


def _cancel_and_pay(world: World, shop: Shop) -> Sides:
    of = order(world, shop)
    return _asks(world, shop, Wish("POST", f"/orders/{of}/cancel", None, "key")), _asks(world, shop, _payment_wish(of))


def _expiry_and_capture(world: World, shop: Shop) -> Sides:
    made = settled(world, shop, capture_within=HOUR)
    world.clock.time += HOUR + 1
    world.dispatch()
    return _worker(world, _is(made, State.VOIDED)), _asks(world, shop, _wish(made, "capture"))


def _late_success_and_payment(world: World, shop: Shop) -> Sides:
    of = order(world, shop)
    late = pay(world, shop, of, "upi late")
    world.work()
    world.clock.time += 31
    world._collect()
    return _worker(world, _is(late, State.AUTHORIZED)), _asks(world, shop, _payment_wish(of))


def _two_parts(world: World, shop: Shop) -> Sides:
    of = in_parts(shop)
    first, second = (_asks(world, shop, wish_part(shop, of, FIRST, key=key)) for key in ("one", "another"))
    return first, second


def _late_part_and_another(world: World, shop: Shop) -> Sides:
    """Lets a late part and another one ask for more than the order has room for."""
    of = late_part(world, shop)
    world._collect()
    (made,) = orders.find(of).payment_ids
    late = _worker(world, _is(made, State.CAPTURED))
    return late, _asks(world, shop, wish_part(shop, of, FIRST))


def _late_part_and_cancel(world: World, shop: Shop) -> Sides:
    of = late_part(world, shop)
    world._collect()
    late = _worker(world, lambda seen: bool(seen.orders[of]["amount_paid"]))
    return late, _asks(world, shop, Wish("POST", f"/orders/{of}/cancel", None, "key"))


def _answer_and_notification(world: World, shop: Shop) -> Sides:
    """Brings the bank's answer and its notification about one approval. The notification alone cannot win."""
    made = challenged(world, shop, "intent")
    notifications = world.bank.payer_acts(made, "approve")
    world.clock.time += 6
    world._collect()
    answer = _worker(world, _is(made, State.AUTHORIZED))
    return answer, Side(lambda: notify(world, *notifications[0]), lambda _: False)


def _order_expiry_and_payment(world: World, shop: Shop) -> Sides:
    """Sends a payment request in time. The deadline passes while the request runs."""
    of = order(world, shop, expires_in=60)
    world._collect()

    def expire() -> None:
        world.clock.time += 61
        world.work("payments")

    return Side(expire, lambda seen: seen.orders[of]["status"] == "expired"), _asks(world, shop, _payment_wish(of))


def _order_expiry_and_success(world: World, shop: Shop) -> Sides:
    """Lets a payment under way succeed. Such a payment may pay its order after the deadline too."""
    of = order(world, shop, expires_in=60)
    made = pay(world, shop, of, "intent")
    world.work()
    world.clock.time += 61
    world.bank.payer_acts(made, "approve")
    world._collect()
    won = _worker(world, _is(made, State.AUTHORIZED))
    return won, Side(partial(world.work, "payments"), lambda seen: seen.orders[of]["status"] == "expired")


def _refund_and_dispute(world: World, shop: Shop) -> Sides:
    """Wants the whole money of one captured payment back twice."""
    made = taken(world, shop)
    return _asks(world, shop, _wish(made, "refunds")), _asks(world, shop, claim(made, AMOUNT))


def _settlement(world: World, shop: Shop, amount: int) -> Side:
    """Returns a side that settles the merchant, and wins with a settlement of this amount."""
    wish = Wish("POST", "/sandbox/settlements", {"pending": True}, "")
    return Side(
        partial(wish.send, world, shop),
        lambda _: any(made["amount"] == amount for answer in wish.acknowledged for made in answer.body["data"]),
    )


def _settlement_and_refund(world: World, shop: Shop) -> Sides:
    """Settles and refunds the same money, of a merchant whose refunds stay within its balance."""
    terms.agree(shop.id, Terms(refunds_within_balance=True))
    made = settled(world, shop, capture="automatic")
    refund = Wish("POST", f"/payments/{made}/refunds", {"amount": NET}, "key refund")
    return _settlement(world, shop, NET), _asks(world, shop, refund)


def _settlement_and_dispute(world: World, shop: Shop) -> Sides:
    """Settles and disputes the same money. A dispute that comes first has its part of it."""
    wish = claim(taken(world, shop))

    def came_first(seen: Snapshot) -> bool:
        (paid,) = (int(made["amount"]) for made in seen.settlements.values())
        return bool(wish.acknowledged) and paid == NET - PART

    return _settlement(world, shop, NET), Side(partial(wish.send, world, shop), came_first)


def _two_settlements(world: World, shop: Shop) -> Sides:
    settled(world, shop, capture="automatic")
    return _settlement(world, shop, NET), _settlement(world, shop, NET)


# Two sides of the same kind need not change places.
ALIKE: dict[str, Contest] = {
    "payment": _two_payments,
    "refund": _two("refunds", "refunds"),
    "capture": _two("capture", "capture"),
    "void": _two("void", "void"),
    "settlement": _two_settlements,
    "part": _two_parts,
}
CONTESTS: dict[str, Contest] = ALIKE | {
    "capture against void": _two("capture", "void"),
    "settlement against dispute": _settlement_and_dispute,
    "settlement against refund": _settlement_and_refund,
    "refund against void": _two("refunds", "void"),
    "refund against dispute": _refund_and_dispute,
    "refund against capture": _refund_and_capture,
    "cancel against pay": _cancel_and_pay,
    "expiry against capture": _expiry_and_capture,
    "late success against a second payment": _late_success_and_payment,
    "the answer against a notification": _answer_and_notification,
    "late part against another": _late_part_and_another,
    "late part against cancel": _late_part_and_cancel,
    "order expiry against pay": _order_expiry_and_payment,
    "order expiry against success": _order_expiry_and_success,
}


def rivals(world: World, name: str) -> int:
    """Returns the number of places at which one side interrupted the other."""
    places = _meetings(world, CONTESTS[name], swapped=False)
    return places if name in ALIKE else places + _meetings(world, CONTESTS[name], swapped=True)


def _meetings(world: World, contest: Contest, *, swapped: bool) -> int:
    index = 0
    while True:
        world.forget()
        shop = world.open_shop()
        first, second = contest(world, shop)
        sides = (second, first) if swapped else (first, second)
        world.restart()
        plan = Plan(index, rival=sides[1].do)
        with world.network.broken(plan):
            sides[0].do()
        if not plan.hit:
            return index
        world.clock.time += EDGE_SECONDS
        world.run()
        _check(world, shop, sides, f"before call {index} {plan.hit}{', swapped' if swapped else ''}")
        index += 1


def _check(world: World, shop: Shop, sides: Sides, where: str) -> None:
    seen = state(world, shop)
    winners = sum(side.won(seen) for side in sides)
    assert winners == 1, f"{winners} of two had their way {where}"
    agree(seen, where)
    told = world.receiver.accepted(shop.path)
    due = due_events(seen)
    assert told == due, f"events {told - due} too many, {due - told} missing {where}"
    bank_agrees(world, seen)


def bank_agrees(world: World, seen: Snapshot) -> None:
    """Checks that the bank did what the gateway decided. An automatic capture needs no request of the gateway."""
    for made in seen.payments.values():
        state, by_itself = made["state"], made["state"] == State.CAPTURED and made.get("auto_capture")
        decided = state if state in {State.CAPTURED, State.VOIDED} and not by_itself else ""
        has = world.bank.has(made["id"])
        assert has == decided, f"{made['id']} is {made['state']}, and the bank has it {has or 'as it was'}"
