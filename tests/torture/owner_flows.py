"""Defines the flows of QR codes and subscriptions, which react to the payments of their orders."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from chalicelib.domain.cycles import Period
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.webhooks import Format, SurfaceEvent
from chalicelib.services import plans, qr_codes, subscriptions
from chalicelib.services.jobs import EDGE_SECONDS
from chalicelib.services.qr_codes import Usage, paying
from chalicelib.services.subscriptions import changing
from chalicelib.services.waits.deadlines import AHEAD_SECONDS
from chalicelib.services.webhooks import endpoints
from chalicelib.services.webhooks.endpoints import Foreign
from infra.audit.snapshot import Item, Snapshot
from tests.torture.flow import Flow
from tests.torture.steps import AMOUNT, act, pay
from tests.torture.worker_flows import only, work
from tests.torture.world import Shop, World

MINUTE = 60
CYCLES = 3
PAYER, REFUSING_PAYER = "success@bank", "failure@bank"

Prepare = Callable[[World, Shop], Any]
Check = Callable[[Shop, Any, Any, Snapshot], None]


def _with_receiver(world: World, shop: Shop) -> None:
    """Adds an endpoint of the only format that gets the events of codes and subscriptions."""
    url, wanted = world.receiver.url(f"{shop.path}-surface"), Foreign([str(event) for event in SurfaceEvent])
    endpoints.create(shop.id, url, [], Format.RAZORPAY, enabled=True, foreign=wanted)


# ---------------------------------------------------------------- QR codes


def _scanned(usage: Usage) -> Prepare:
    """Lets a payer scan a code and approve at the bank. The worker has not heard of it yet."""

    def prepare(world: World, shop: Shop) -> str:
        code = qr_codes.create(shop.id, qr_codes.Wish(usage, AMOUNT), "r")
        made = json.loads(paying.pay(code, None, "r").body)["id"]
        world.work()
        act(world, made, "approve")
        return str(code.id)

    return prepare


def _received(payments: int, status: str) -> Check:
    def check(_shop: Shop, code_id: str, _result: Any, seen: Snapshot) -> None:
        code = seen.qr_codes[code_id]
        found = (code["payments_count"], code["amount_received"], code["status"])
        assert found == (payments, payments * AMOUNT, status), found

    return check


def _paid(world: World, shop: Shop) -> str:
    """Leaves the wake-up of the code's order in the queue: the payment is captured, and nobody has counted it."""
    code_id = _scanned(Usage.SINGLE)(world, shop)
    world.step("payments")
    return code_id


def _closing_in_a_minute(world: World, shop: Shop) -> str:
    code = qr_codes.create(shop.id, qr_codes.Wish(Usage.MULTIPLE, AMOUNT, close_by=world.clock.time + 60), "r")
    world.clock.time += 61
    return str(code.id)


# ---------------------------------------------------------------- subscriptions


def _subscribed(world: World, shop: Shop, payer: str = PAYER) -> str:
    """Makes a subscription whose first cycle is paid. The charges that follow ask `payer`."""
    plan = plans.create(shop.id, plans.Wish(Period.WEEKLY, 1, "Tea", AMOUNT, "INR"))
    made = subscriptions.create(shop.id, subscriptions.Wish(plan.id, CYCLES), "r")
    pay(world, shop, made.first_order_id)
    world.run()
    changing.set_payer(shop.id, made.id, payer, "r")
    return str(made.id)


def _due(payer: str = PAYER, **change: Any) -> Prepare:
    """Ends the first cycle. The job of the subscription's deadline is in the queue.

    Works off each deadline before it, so that the dispatcher does not walk through the minutes of a week.
    """

    def prepare(world: World, shop: Shop) -> str:
        made = _subscribed(world, shop, payer)
        if change:
            changing.change(shop.id, made, change, at_cycle_end=True, request_id="r")
        ends = float(subscriptions.find(shop.id, made).current_end)
        world.pass_time(ends - world.clock.time - AHEAD_SECONDS - MINUTE)
        world.clock.time = ends + 1
        world.dispatch()
        return made

    return prepare


def _charged(world: World, shop: Shop) -> str:
    """Leaves the wake-up of the charge's order in the queue."""
    made = _due()(world, shop)
    for _ in range(2):
        world.step("payments")
    return made


def _pause_before_the_repetition(world: World, shop: Shop, made: str, _result: Any) -> None:
    """Takes another step before a message that a dead worker left comes again."""
    if subscriptions.find(shop.id, made).status == "active":
        changing.pause(shop.id, made, "r")
    world.run()


def _is(status: str, paid: int, *states: str) -> Check:
    def check(_shop: Shop, made: str, _result: Any, seen: Snapshot) -> None:
        found: Item = seen.subscriptions[made]
        assert (found["status"], found["paid_count"]) == (status, paid), (found["status"], found["paid_count"])
        got = sorted(each["state"] for each in seen.payments.values())
        assert got == sorted(states), got

    return check


def _cancelled(_shop: Shop, made: str, _result: Any, seen: Snapshot) -> None:
    assert seen.subscriptions[made]["status"] == "cancelled"
    assert all(each["status"] == "cancelled" for each in seen.orders.values())


def _unpaid(_world: World, shop: Shop) -> str:
    plan = plans.create(shop.id, plans.Wish(Period.WEEKLY, 1, "Tea", AMOUNT, "INR"))
    return str(subscriptions.create(shop.id, subscriptions.Wish(plan.id, CYCLES), "r").id)


def _cancel(_world: World, shop: Shop, made: str) -> None:
    with suppress(Unavailable):  # the merchant gets no answer
        changing.cancel(shop.id, made, at_cycle_end=False, request_id="r")


def _cancel_again(world: World, shop: Shop, made: str, _result: Any) -> None:
    """Repeats the request of a merchant who got no answer."""
    if subscriptions.find(shop.id, made).status != "cancelled":
        _cancel(world, shop, made)
    world.clock.time += EDGE_SECONDS
    world.run()


def _heard(prepare: Prepare) -> Prepare:
    """Lets the merchant hear of the events of codes and subscriptions, too."""

    def with_receiver(world: World, shop: Shop) -> Any:
        _with_receiver(world, shop)
        return only("payments", prepare)(world, shop)

    return with_receiver


OWNERS = [
    Flow("count the payment of a QR code", _heard(_scanned(Usage.MULTIPLE)), work("payments"), check=_received(1, "active")),
    Flow("count what is paid for a QR code for single use", _heard(_paid), work("payments"), check=_received(1, "closed")),
    Flow("close a QR code in time", _heard(_closing_in_a_minute), work("payments"), check=_received(0, "closed")),
    Flow("charge a cycle of a subscription", _heard(_due()), work("payments"),
         check=_is("active", 2, "captured", "captured")),
    Flow("charge a cycle that brings a change", _heard(_due(remaining_count=1)), work("payments"),
         check=_is("completed", 2, "captured", "captured")),
    Flow("count a charge before a pause", _heard(_charged), work("payments"), _pause_before_the_repetition,
         _is("paused", 2, "captured", "captured")),
    Flow("fail a charge of a subscription", _heard(_due(REFUSING_PAYER)), work("payments"),
         check=_is("pending", 1, "captured", "failed")),
    Flow("cancel a subscription that nobody has paid", _heard(_unpaid), _cancel, _cancel_again, _cancelled),
]  # fmt: skip
