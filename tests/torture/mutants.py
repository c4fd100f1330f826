"""Puts a bug of one line into the running application, and names the attack that must find it."""

import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from tests.torture import contests
from tests.torture.faults import Mode, Plan
from tests.torture.flows import flow_named
from tests.torture.scenarios import matrix, record, run, twins
from tests.torture.world import World

Attack = Callable[[World], Any]


def flow(name: str, *modes: Mode) -> Attack:
    """Runs the flow unbroken, and then breaks each of its calls in these ways."""

    def attack(world: World) -> None:
        for site, mode in matrix(record(world, flow_named(name))):
            if mode in modes:
                run(world, flow_named(name), Plan(site.index, mode))

    return attack


def rival(kind: str) -> Attack:
    return lambda world: contests.rivals(world, kind)


def twin(queue: str, name: str) -> Attack:
    return lambda world: twins(world, queue, flow_named(name))


@dataclass(frozen=True)
class Mutant:
    """Replaces `good` by `bad` in `function` of `module`. `attack` has to find the bug; `says` matches its report.

    is_stopped: the check before each commit (chalicelib/persistence/invariants.py) lets nothing of it be written.
    """

    name: str
    says: str
    module: ModuleType
    function: str
    good: str
    bad: str
    attack: Attack
    is_stopped: bool = False


@contextmanager
def planted(mutant: Mutant) -> Iterator[None]:
    original = getattr(mutant.module, mutant.function)
    source = textwrap.dedent(inspect.getsource(original))
    assert source.count(mutant.good) == 1, f"the code of {mutant.name!r} has changed:\n{source}"
    scope = vars(mutant.module)
    exec(compile(source.replace(mutant.good, mutant.bad), mutant.module.__name__, "exec"), scope)  # noqa: S102  # this is the purpose of a mutant
    try:
        yield
    finally:
        setattr(mutant.module, mutant.function, original)
