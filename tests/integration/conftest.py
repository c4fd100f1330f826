"""The application in this process on the embedded AWS, of which each pytest process (each xdist worker) has its own."""

import pytest

from tests.support import emulated
from tests.support.receiver import Receiver
from tests.support.shop import Shop, Workers


@pytest.fixture(scope="session")
def emulator():
    """The endpoint: tables, queues, key, buckets and the test merchant are there."""
    return emulated.start()


@pytest.fixture(scope="session")
def workers(emulator):
    return Workers()


@pytest.fixture
def drain(workers):
    """Runs the functions over their queues until those are empty; what earlier tests left is thrown away."""
    workers.empty()
    return workers.drain


@pytest.fixture(scope="session")
def shop(emulator):
    """Requests of the test merchant to the API, in this process."""
    return Shop()


@pytest.fixture
def receiver(shop):
    """The test merchant's server: it gets the webhooks while the test runs."""
    server = Receiver()
    shop.ask("PUT", "/merchants/webhook", {"webhook_url": server.url("/hook")})
    yield server
    shop.ask("PUT", "/merchants/webhook", {"webhook_url": None})
    server.close()
