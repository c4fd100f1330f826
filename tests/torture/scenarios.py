"""Runs one scenario: a new shop, a flow with a fault in it, everyone's recovery, the checks."""

from copy import copy
from functools import partial

from tests.torture.evidence import agree, due_events, state
from tests.torture.faults import Killed, Mode, Plan, Site
from tests.torture.flow import Flow
from tests.torture.flows import flow_named
from tests.torture.steps import challenged, notify
from tests.torture.world import World

UNAUTHORIZED = 401


def run(world: World, flow: Flow, plan: Plan) -> None:
    world.forget()
    shop = world.open_shop(flow.events)
    if flow.script:
        world.receiver.scripts[shop.path] = flow.script
    prepared = flow.prepare(world, shop)
    world.bank.behaves(flow.bank)
    world.restart()
    result = None
    with world.network.broken(plan):
        try:
            result = flow.act(world, shop, prepared)
        except Killed:
            world.restart()
    flow.recover(world, shop, prepared, result)
    world.network.release(plan)
    world.run()
    seen = state(world, shop)
    flow.check(shop, prepared, result, seen)
    assert not world.dead, "a message went to the dead letters"
    agree(seen)
    due = due_events(seen, flow.events, flow.gave_up(prepared))
    due.update(flow.extra_events(shop, prepared, seen))
    assert world.receiver.accepted(shop.path) == +due
    for arrival in world.receiver.arrivals[shop.path][:1]:
        assert arrival.is_signed_with(shop.made.webhook_secret)


def record(world: World, flow: Flow) -> list[Site]:
    plan = Plan()
    run(world, flow, plan)
    assert plan.sites, "the flow calls nothing"
    return plan.sites


def matrix(sites: list[Site]) -> list[tuple[Site, Mode]]:
    return [(site, mode) for site in sites for mode in site.modes()]


# ---------------------------------------------------------------- twins


def twins(world: World, queue: str, flow: Flow) -> int:
    """Hands one message to two workers, as SQS may. The second does all its work between two calls of the first."""
    index = 0
    while True:
        world.forget()
        shop = world.open_shop(("payment.success", "payment.captured", "payment.voided", "refund.processed"))
        flow.prepare(world, shop)
        world.restart()
        world._collect()
        mine = [message for message in world.messages if message.queue == queue]
        plan = Plan(index, rival=partial(world.handle, [copy(message) for message in mine]))
        with world.network.broken(plan):
            world.handle(mine)
        world.run()
        if not plan.hit:
            return index
        seen = state(world, shop)
        agree(seen, f"before call {index} {plan.hit}")
        arrived = [arrival.id for arrival in world.receiver.arrivals[shop.path]]
        once = len(arrived) == len(set(arrived)) == len(seen.deliveries)
        assert once, f"webhooks arrived {arrived} before call {index} {plan.hit}"
        index += 1


def early_worker(world: World) -> int:
    """Runs the worker before the commit of the request that sent its message."""
    flow = flow_named("pay by UPI with a key")
    index = 0

    while True:
        plan = Plan(index, rival=world.work)
        run(world, flow, plan)
        if not plan.hit:
            return index
        index += 1


def forged_notification(world: World) -> None:
    """Checks that a notification without the bank's signature is refused, and that it makes no worker ask the bank."""
    world.forget()
    shop = world.open_shop()
    made = challenged(world, shop, "intent")
    world.messages.clear()
    headers, body = world.bank.notification(made, secret="somebody else's")  # not the bank's secret
    for forged in (headers, {}, headers | {"x-bank-signature": "é"}):
        status = notify(world, forged, body)
        assert status == UNAUTHORIZED, f"a forged notification was answered {status}"
    world._collect()
    assert not world.messages, "a forged notification has woken a worker"
