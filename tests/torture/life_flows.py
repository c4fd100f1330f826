"""Defines flows off the usual course: the payer acts, the bank is silent or changes its mind, time runs out."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chalicelib.domain.payments import GIVE_UP_SECONDS
from chalicelib.services.jobs import EDGE_SECONDS
from infra.audit.snapshot import Snapshot
from tests.torture.evidence import EXPIRED
from tests.torture.flow import Flow
from tests.torture.steps import (
    AMOUNT,
    CODE,
    REFUSED_AMOUNT,
    act,
    challenged,
    deliver,
    do,
    notify,
    order,
    pay,
    payment,
    settled,
)
from tests.torture.worker_flows import all_settled, only, work
from tests.torture.world import Shop, World

HOUR = 3600
MINUTE = 60
Prepare = Callable[[World, Shop], Any]


def waited(prepare: Prepare, seconds: float) -> Prepare:
    """Adds a wait without workers, so that all that became due lies in the queues."""

    def later(world: World, shop: Shop) -> Any:
        prepared = prepare(world, shop)
        world.clock.time += seconds
        world.dispatch()
        return prepared

    return later


def _let_time_pass(seconds: float) -> Callable[[World, Shop, Any, Any], None]:
    return lambda world, _shop, _prepared, _result: world.pass_time(seconds)


# ---------------------------------------------------------------- the merchant's decisions, which the bank must hear of


def _decided(verb: str) -> Prepare:
    def prepare(world: World, shop: Shop) -> str:
        made = settled(world, shop)
        do(world, shop, f"/payments/{made}/{verb}", {"amount": AMOUNT} if verb == "capture" else None)
        world.work("deliveries")
        world.clock.time += EDGE_SECONDS
        return made

    return prepare


def _reopened(world: World, shop: Shop) -> str:
    """Voids the order's first payment and makes a second payment."""
    of = order(world, shop)
    do(world, shop, f"/payments/{_paid(world, shop, of)}/void")
    world.run()
    return pay(world, shop, of)


def _paid(world: World, shop: Shop, of: str) -> str:
    made = pay(world, shop, of)
    world.run()
    return made


def _bank_knows(world_of: World, prepared: str, wanted: str) -> None:
    assert world_of.bank.has(prepared) == wanted, f"the bank has {world_of.bank.has(prepared) or 'done nothing'}"


def told(flow: Flow, wanted: str) -> Flow:
    """Adds the check that the bank finally knows the gateway's decision."""

    def recover(world: World, shop: Shop, prepared: Any, result: Any) -> None:
        flow.recover(world, shop, prepared, result)
        world.run()
        _bank_knows(world, prepared, wanted)

    return replace(flow, recover=recover)


# ---------------------------------------------------------------- the payer


def _approves(world: World, _shop: Shop, made: str, _result: Any) -> None:
    """Lets the payer act in any case.

    A card that never reached the bank is lost, and its payer is told.
    """
    world.work()
    world.pass_time(4 * MINUTE)  # longer than the visibility timeout of a worker that died
    if world.bank.knows(made):
        act(world, made, "approve")


def _challenge(kind: str) -> Flow:
    def check(_shop: Shop, _prepared: Any, _result: Any, seen: Snapshot) -> None:
        (made,) = seen.payments.values()
        lost = made["method"] == "card" and made.get("error_code") == EXPIRED
        assert lost or made["state"] == "authorized", f"the payer has approved, and the payment is {made['state']}"

    return Flow(f"ask the payer to act: {kind}", only("payments", lambda w, s: payment(w, s, kind)), work("payments"),
                _approves, check)  # fmt: skip


def _of_the_payer(kind: str, action: str, end: str, code: str = "") -> Flow:
    """Breaks the bank's notification. The bank repeats it until the gateway accepts it."""

    def prepare(world: World, shop: Shop) -> Any:
        made = challenged(world, shop, kind)
        return world.bank.payer_acts(made, action, code)

    def listen(world: World, _shop: Shop, notifications: Any) -> int:
        return notify(world, *notifications[0])

    def recover(world: World, _shop: Shop, notifications: Any, status: Any) -> None:
        if status != 200:
            deliver(world, *notifications[0])
        # Everything must be settled now. Without the notification the worker would ask seconds later.
        world.work()

    def check(shop: Shop, prepared: Any, result: Any, seen: Snapshot) -> None:
        all_settled(end)(shop, prepared, result, seen)

    return Flow(f"hear from the bank: {kind}, {action}", prepare, listen, recover, check)


# ---------------------------------------------------------------- late successes


def _late_and(world: World, shop: Shop, meanwhile: Callable[[World, Shop, str], None], **terms: Any) -> str:
    """Fails a payment whose bank is about to change its mind. `meanwhile` acts on the order."""
    of = order(world, shop, **terms)
    made = pay(world, shop, of, "upi late")
    world.work()
    meanwhile(world, shop, of)
    world.clock.time += 31
    world.work("deliveries")
    world.dispatch()
    return made


def _paid_by_another(world: World, shop: Shop, of: str) -> None:
    pay(world, shop, of)
    world.work()


def _cancelled(world: World, shop: Shop, of: str) -> None:
    do(world, shop, f"/orders/{of}/cancel")
    world.work()


def _expired(world: World, _shop: Shop, _of: str) -> None:
    world.clock.time += 10


def _live_again(world: World, shop: Shop, of: str) -> None:
    """Makes another payment, which waits for its payer."""
    pay(world, shop, of, "intent")
    world.work()


def _late(name: str, meanwhile: Callable[[World, Shop, str], None], *states: str, **terms: Any) -> Flow:
    def prepare(world: World, shop: Shop) -> str:
        return _late_and(world, shop, meanwhile, **terms)

    return Flow(f"late success: {name}", prepare, work("payments"), check=all_settled(*states))


# ---------------------------------------------------------------- time runs out


def _silent_for_a_day(world: World, shop: Shop) -> str:
    """Asks the bank late. The worker then stands still until the payment's time is over."""
    made = payment(world, shop, script="silence 24h")
    world.clock.time += HOUR
    world.work()
    world.clock.time += GIVE_UP_SECONDS - HOUR
    return made


def _given_up_and_approved(world: World, shop: Shop) -> str:
    """Lets the bank approve a payment after the gateway gave it up, and notify the gateway."""
    made = _silent_for_a_day(world, shop)
    world.work()
    world.clock.time += HOUR
    deliver(world, *world.bank.notification(made))
    return made


def _left_alone(kind: str) -> Flow:
    """Returns a flow in which the payer never acts."""
    return Flow(f"let a challenge expire: {kind}", waited(lambda w, s: challenged(w, s, kind), 601), work("payments"),
                check=all_settled("failed"))  # fmt: skip


def _refund_over_the_deadline(world: World, shop: Shop) -> str:
    """Lets the capture deadline pass during a partial refund, which the bank then refuses."""
    made = settled(world, shop, capture_within=HOUR)
    do(world, shop, f"/payments/{made}/refunds", {"amount": REFUSED_AMOUNT})
    world.clock.time += HOUR + 1
    world.dispatch()
    world.work("payments")
    world.work("deliveries")
    return made


def _orders(*expected: str) -> Callable[[Shop, Any, Any, Snapshot], None]:
    def check(_shop: Shop, _prepared: Any, _result: Any, seen: Snapshot) -> None:
        found = sorted(made["status"] for made in seen.orders.values())
        assert found == sorted(expected), f"orders are {found}"

    return check


def _order_under_payment(world: World, shop: Shop) -> str:
    """Lets the order's time end while its payer still has time."""
    of = order(world, shop, expires_in=300)
    pay(world, shop, of, "intent")
    world.work()
    world.clock.time += 301
    return of


def _due_soon(world: World, shop: Shop) -> str:
    """Makes an order and an authorised payment, whose deadlines the next run of the dispatcher meets.

    The flow begins at the start of a minute and without the rows of other flows, so that the dispatcher makes the same
    calls every time.
    """
    world.timetable.clear()
    world.clock.time += MINUTE - world.clock.time % MINUTE
    order(world, shop, expires_in=HOUR)
    made = settled(world, shop, capture_within=HOUR)
    world.clock.time += HOUR + 1
    return made


def _dispatch(world: World, _shop: Shop, _: Any) -> None:
    world.dispatch()


LIVES = [
    told(Flow("tell the bank of a capture", _decided("capture"), work("payments"), check=all_settled("captured")), "captured"),
    told(Flow("tell the bank of a release", _decided("void"), work("payments"), check=all_settled("voided")), "voided"),
    Flow("pay an order that was reopened", only("payments", _reopened), work("payments"),
         check=all_settled("voided", "authorized")),
    _challenge("card challenged"),
    _challenge("intent"),
    _challenge("qr"),
    _challenge("netbanking"),
    _of_the_payer("card challenged", "challenge", "authorized", CODE),
    _of_the_payer("intent", "approve", "authorized"),
    _of_the_payer("qr", "decline", "failed"),
    _left_alone("intent"),
    _left_alone("card challenged"),
    Flow("ask a bank that is silent", only("payments", lambda w, s: payment(w, s, script="silence 12s")), work("payments"),
         check=all_settled("authorized")),
    Flow("ask a bank that was silent", waited(lambda w, s: challenged(w, s, "upi", "silence 4s"), 6), work("payments"),
         check=all_settled("authorized")),
    Flow("refuse a refund of what should have been released", _refund_over_the_deadline, work("refunds"),
         check=all_settled("voided")),
    _late("the order is free", lambda *_: None, "authorized"),
    _late("captured at once", lambda *_: None, "captured", capture="automatic"),
    _late("the order is paid by another", _paid_by_another, "voided", "authorized"),
    _late("another payment is under way", _live_again, "voided", "failed"),
    _late("the order is cancelled", _cancelled, "voided"),
    _late("the order has expired", _expired, "voided", expires_in=35),
    _late("taken for an order that is cancelled", _cancelled, "voided", capture="automatic"),
    Flow("give up after a day", _silent_for_a_day, work("payments"), check=all_settled("failed")),
    Flow("late success: it was given up", _given_up_and_approved, work("payments"), check=all_settled("authorized"),
         gave_up=lambda made: [made]),
    told(Flow("release what is not captured in time", waited(lambda w, s: settled(w, s, capture_within=HOUR), HOUR + 1),
              work("payments"), check=all_settled("voided")), "voided"),
    Flow("let an order expire", waited(lambda w, s: order(w, s, expires_in=HOUR), HOUR + 1), work("payments"),
         check=_orders("expired")),
    Flow("let an order expire while it is being paid", _order_under_payment, work("payments"),
         _let_time_pass(HOUR), _orders("expired")),
    told(Flow("send what is due", _due_soon, _dispatch, _let_time_pass(MINUTE), _orders("expired", "attempted")), "voided"),
]  # fmt: skip
