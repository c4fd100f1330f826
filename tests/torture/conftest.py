"""One emulator, one stack and one world for all torture tests, in this process or in those that it starts."""

import time
from types import SimpleNamespace

import botocore.endpoint
import pytest

from chalicelib.domain import clock
from chalicelib.services import jobs, passwords
from tests.support import emulated
from tests.torture.world import QuickHasher, World


def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.torture)


@pytest.fixture(scope="session")
def the_world():
    # botocore waits up to seconds between its tries; what it does is what counts here, not how long it takes.
    botocore.endpoint.time = SimpleNamespace(**(vars(time) | {"sleep": lambda _: None}))
    emulated.start()
    return World()


@pytest.fixture
def world(the_world, monkeypatch):
    """Its clock rules the application while a test runs."""
    the_world.clock.time = max(the_world.clock.time, time.time())
    monkeypatch.setattr(clock, "source", the_world.clock)
    monkeypatch.setattr(passwords, "hasher", QuickHasher)
    monkeypatch.setattr(jobs, "PAUSES", (0.0,))  # nobody else is about to commit
    the_world.restart()
    the_world._collect()
    the_world.messages.clear()
    the_world.dead.clear()
    return the_world
