"""Breaks every AWS call of every flow in every way. Afterwards every acknowledged request is in force, once.

The calls come from a recording of each flow, so a new call needs no new test. `make torture` runs the whole matrix.
Without TORTURE=full one slice of 21 runs. The commit chooses the slice, unless TORTURE_SLICE does (0 to 20).
"""

import os
import subprocess
from collections import Counter

import pytest

from infra.environment import ROOT
from tests.torture.contests import CONTESTS, rivals
from tests.torture.faults import Plan
from tests.torture.flows import FLOWS, flow_named
from tests.torture.scenarios import early_worker, matrix, record, run, twins

WHOLE = os.environ.get("TORTURE") == "full"
SLICES = 21  # has no divisor in common with the eight modes, so every slice meets all of them


def slice_of_commit():
    """Returns the same slice for the same commit, so that a failure repeats. Returns 0 without a repository."""
    git = ["git", "rev-parse", "HEAD"]
    commit = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    return int(commit or "0", 16) % SLICES


SLICE = int(os.environ.get("TORTURE_SLICE") or slice_of_commit())


@pytest.fixture(scope="module")
def tally(request):
    counts: Counter[str] = Counter()
    yield counts
    which = "all slices" if WHOLE else f"TORTURE_SLICE={SLICE}"
    done = f"{counts['flows']} flows, {counts['sites']} calls, {counts['run']} of {counts['all']} scenarios"
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\nfault matrix: {which}: {done}")


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_every_call_of_a_flow_may_break(world, flow, tally):
    sites = record(world, flow)
    every = matrix(sites)
    chosen = every if WHOLE else every[SLICE::SLICES]
    tally.update(flows=1, sites=len(sites), run=len(chosen), all=len(every))
    broken = []
    for site, mode in chosen:
        plan = Plan(site.index, mode)
        try:
            run(world, flow, plan)
            assert plan.hit == site.operation, f"the call changed: {plan.hit}"
        except AssertionError as error:
            broken.append(f"call {site.index} {site.operation} {mode}:\n    {str(error)[:1500]}")
    assert not broken, f"{len(broken)} of {len(chosen)} scenarios, TORTURE_SLICE={SLICE}\n" + "\n".join(broken)


@pytest.mark.parametrize("contest", CONTESTS)
def test_of_two_rivals_one_has_its_way_wherever_they_meet(world, contest):
    assert rivals(world, contest) > 3


@pytest.mark.parametrize(
    ("queue", "name"),
    [
        ("payments", "settle a card payment"),
        ("payments", "late success: the order is free"),
        ("payments", "late success: the order is cancelled"),
        ("payments", "tell the bank of a capture"),
        ("payments", "release what is not captured in time"),
        ("refunds", "finish a refund"),
        ("settlements", "settle a merchant"),
        ("settlements", "finish a settlement"),
        ("deliveries", "deliver"),
    ],
)
def test_one_message_at_two_workers_is_worked_off_once_wherever_they_meet(world, queue, name):
    assert twins(world, queue, flow_named(name)) > 2


def test_a_worker_may_be_faster_than_the_commit(world):
    assert early_worker(world) > 5
