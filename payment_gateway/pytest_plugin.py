"""Gives a test suite a payment gateway: fixtures `gateway`, `merchant`, `pay`, `events` and `clock`.

One gateway serves the whole run, with any number of pytest-xdist's workers. Each test has a merchant of its own, so no
test sees another's data. docs/testing.md shows a suite.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from payment_gateway import acts, durations
from payment_gateway.client import Client
from payment_gateway.shared_run import locked, shared_run

CLOCK, GATE = "clock.lock", "gate.lock"


@dataclass(frozen=True, slots=True)
class Gateway:
    """Names the addresses of the gateway. folder: shared by the processes of this test run."""

    api: str
    dashboard: str
    checkout: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Merchant:
    """Holds a fresh merchant's id and secrets, and a client that speaks for it."""

    id: str
    api_key: str
    api_secret: str
    webhook_secret: str
    client: Client


@dataclass(frozen=True, slots=True)
class Events:
    client: Client

    def wait_for(self, kind: str, object_id: str, seconds: float = acts.PATIENCE) -> dict[str, Any]:
        """Returns the event. Raises TooSlow, which names the events that came instead."""
        return acts.wait_for_event(self.client, kind, object_id, seconds)


@dataclass(frozen=True, slots=True)
class Clock:
    client: Client

    def advance(self, time: float | str) -> dict[str, Any]:
        """Moves the gateway's clock by seconds, or by a text such as "2h". Returns when all that became due is done."""
        return acts.move_clock(self.client, advance=durations.seconds(str(time)))


def _common_folder(factory: pytest.TempPathFactory) -> Path:
    """Returns the folder that all processes of this test run share. A worker of xdist has a folder of its own in it."""
    own = factory.getbasetemp()
    return (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "payment-gateway"


@pytest.fixture(scope="session")
def gateway_settings() -> dict[str, str]:
    """Returns the gateway's settings (.env.example lists them). Override this fixture in conftest.py to change some."""
    return {}


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory, gateway_settings: dict[str, str]) -> Iterator[Gateway]:
    """Yields a running gateway: the gateway that GATEWAY_URL names, or a gateway that ends with the test run."""
    folder = _common_folder(tmp_path_factory)
    folder.mkdir(parents=True, exist_ok=True)
    if url := os.environ.get("GATEWAY_URL"):
        yield Gateway(url.rstrip("/"), "", "", folder)
        return
    with shared_run(folder, gateway_settings) as run:
        yield Gateway(run["api"], run["dashboard"], run["checkout"], folder)


@pytest.fixture
def gateway_turn(request: pytest.FixtureRequest, gateway: Gateway) -> Iterator[None]:
    """Lets a test that moves the clock run alone. Other tests of the gateway run side by side.

    The gate lets no new test in while a test waits for the others to end.
    """
    with ExitStack() as held:
        with locked(gateway.folder / GATE):
            held.enter_context(locked(gateway.folder / CLOCK, shared="clock" not in request.fixturenames))
        yield


@pytest.fixture
def merchant(gateway: Gateway, gateway_turn: None) -> Merchant:  # noqa: ARG001  # its turn lasts as long as the test
    """Creates a fresh merchant."""
    made = acts.merchant(Client(gateway.api))
    client = Client(gateway.api, made["api_key"], made["api_secret"])
    return Merchant(made["id"], made["api_key"], made["api_secret"], made["webhook_secret"], client)


@pytest.fixture
def events(merchant: Merchant) -> Events:
    """Returns the merchant's events."""
    return Events(merchant.client)


@pytest.fixture
def clock(merchant: Merchant) -> Clock:
    """Yields the gateway's clock. A test that uses the clock runs while no other test of the gateway runs."""
    return Clock(merchant.client)


@pytest.fixture
def pay(merchant: Merchant) -> Callable[..., dict[str, Any]]:
    """Returns a function that pays an order (amount=50000, instrument="success@upi", further fields of the order).

    It returns the payment once the bank has decided.
    """

    def pay(amount: int = acts.AMOUNT, instrument: str = acts.INSTRUMENT, **order: Any) -> dict[str, Any]:
        order_id = acts.order(merchant.client, amount, **order)["id"]
        return acts.settled(merchant.client, acts.pay(merchant.client, order_id, instrument)["id"])

    return pay
