"""Every call to AWS of every flow, broken in every way: afterwards all that was acknowledged is in force, once.

The calls come from a recording of each flow, so a new call is covered by itself. The whole matrix is run by
`make torture`; without TORTURE=full a part of it, another one on every day.
"""

from datetime import date
import os
from collections import Counter

import pytest

from infra.audit_rules import audit
from tests.torture.faults import Killed, Mode, Plan, Site
from tests.torture.flows import FLOWS, Flow, due_events, state
from tests.torture.world import World

WHOLE = os.environ.get("TORTURE") == "full"
SAMPLE = 4  # every so-manieth scenario when it is not the whole
LATE_SECONDS = 20


def run(world: World, flow: Flow, plan: Plan) -> None:
    """One scenario, from a new shop to the checks."""
    shop = world.open_shop()
    if flow.script:
        world.receiver.scripts[shop.path] = flow.script
    prepared = flow.prepare(world, shop)
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
    assert audit(seen) == []
    due = due_events(seen)
    due.update(flow.extra_events(shop, prepared, seen))
    assert world.receiver.accepted(shop.path) == +due
    for arrival in world.receiver.arrivals[shop.path][:1]:
        assert arrival.is_signed_with(shop.made.webhook_secret)


def record(world: World, flow: Flow) -> list[Site]:
    plan = Plan()
    run(world, flow, plan)
    return plan.sites


def scenarios(sites: list[Site]) -> list[tuple[Site, Mode]]:
    every = [(site, mode) for site in sites for mode in site.modes()]
    return every if WHOLE else every[date.today().toordinal() % SAMPLE :: SAMPLE]  # noqa: DTZ011  # any day will do


@pytest.fixture(scope="module")
def tally():
    counts: Counter[str] = Counter()
    yield counts
    print(
        f"\nfault matrix: {counts['flows']} flows, {counts['sites']} calls, {counts['run']} of {counts['all']} scenarios"
    )


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_every_call_of_a_flow_may_break(world, flow, tally):
    sites = record(world, flow)
    assert sites, "the flow calls nothing"
    chosen = scenarios(sites)
    tally.update(flows=1, sites=len(sites), run=len(chosen), all=sum(len(list(s.modes())) for s in sites))
    broken = []
    for site, mode in chosen:
        plan = Plan(site.index, mode)
        try:
            run(world, flow, plan)
            assert plan.hit == site.operation, f"the call changed: {plan.hit}"
        except AssertionError as error:
            broken.append(f"call {site.index} {site.operation} {mode}:\n    {str(error)[:1500]}")
        finally:
            world.messages.clear()
            world.dead.clear()
    assert not broken, f"{len(broken)} of {len(chosen)} scenarios\n" + "\n".join(broken)
