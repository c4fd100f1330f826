"""Provides one emulator, one stack and one world for all torture tests, in this process and its child processes."""

import time
from types import SimpleNamespace

import botocore.endpoint
import pytest

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.persistence import deadlines as deadline_rows
from chalicelib.services import jobs
from chalicelib.services.merchants import passwords
from chalicelib.services.waits import deadlines, wakeups
from infra.audit import stage
from tests.support import emulated
from tests.torture.world import QuickHasher, World


def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.torture)


@pytest.fixture(scope="session")
def the_world():
    # botocore waits up to seconds between its tries. The tests check what botocore does and not how long it takes.
    botocore.endpoint.time = SimpleNamespace(**(vars(time) | {"sleep": lambda _: None}))
    emulated.start()
    return World()


@pytest.fixture
def world(the_world, monkeypatch):
    """Lets the world's clock rule the application while a test runs."""
    the_world.clock.time = max(the_world.clock.time, time.time())
    monkeypatch.setattr(clock, "source", the_world.clock)
    monkeypatch.setattr(passwords, "hasher", QuickHasher)
    monkeypatch.setattr(jobs, "PAUSES", (0.0,))  # no other process is about to commit
    # As in production: a wait has a message or a row. A row must not make up for a lost message here.
    monkeypatch.setattr(wakeups, "TEST_WAIT", queues.LONGEST_DELAY)
    for module in (deadline_rows, deadlines, stage):
        monkeypatch.setattr(module, "SHARDS", 1)  # all shards are alike, and one shard makes its calls in one order
    monkeypatch.setattr(deadlines, "ALL_SHARDS", range(1))
    the_world.restart()
    the_world.forget()
    return the_world
