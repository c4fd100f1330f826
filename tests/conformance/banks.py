"""The acquirers that the kit is run against: one line for each name of chalicelib.acquirers.ACQUIRERS."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from tests.conformance.harness import Harness
from tests.conformance.simulated import simulated

HARNESSES: dict[str, Callable[[], AbstractContextManager[Harness]]] = {
    "simulated": simulated,
}
