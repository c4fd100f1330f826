"""Every call to AWS of every flow, broken in every way: afterwards all that was acknowledged is in force, once.

The calls come from a recording of each flow, so a new call is covered by itself. The whole matrix is run by
`make torture`; without TORTURE=full a part of it, another one on every day.
"""

import os
from collections import Counter
from datetime import UTC, datetime

import pytest

from tests.torture.faults import Plan
from tests.torture.flows import FLOWS
from tests.torture.scenarios import clear, early_worker, flow_named, matrix, record, rivals, run, twins

WHOLE = os.environ.get("TORTURE") == "full"
SAMPLE = 10  # one in so many scenarios when it is not the whole


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
    every = matrix(sites)
    chosen = every if WHOLE else every[datetime.now(UTC).toordinal() % SAMPLE :: SAMPLE]
    tally.update(flows=1, sites=len(sites), run=len(chosen), all=len(every))
    broken = []
    for site, mode in chosen:
        plan = Plan(site.index, mode)
        try:
            run(world, flow, plan)
            assert plan.hit == site.operation, f"the call changed: {plan.hit}"
        except AssertionError as error:
            broken.append(f"call {site.index} {site.operation} {mode}:\n    {str(error)[:1500]}")
            clear(world)
    assert not broken, f"{len(broken)} of {len(chosen)} scenarios\n" + "\n".join(broken)


@pytest.mark.parametrize("kind", ["payment", "refund", "capture"])
def test_a_rival_between_any_two_calls_of_a_request_changes_nothing(world, kind):
    assert rivals(world, kind) > 3


@pytest.mark.parametrize(
    ("queue", "name"),
    [("payments", "settle a card payment"), ("refunds", "finish a refund"), ("deliveries", "deliver")],
)
def test_one_message_at_two_workers_is_worked_off_once_wherever_they_meet(world, queue, name):
    assert twins(world, queue, flow_named(name)) > 2


def test_a_worker_may_be_faster_than_the_commit(world):
    assert early_worker(world) > 5
