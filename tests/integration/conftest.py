"""The application in this process on the embedded AWS, of which each pytest process (each xdist worker) has its own."""

import pytest

from chalicelib import queues
from chalicelib.domain import clock
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


@pytest.fixture
def later(workers, monkeypatch):
    """Moves the application's clock, as far as the messages of some payments wake it then."""

    def wake(seconds, *payment_ids):
        moved = clock.now() + seconds
        with monkeypatch.context() as patch:
            patch.setattr(clock, "source", lambda: moved)
            queues.send(*(queues.job(queues.PAYMENTS, each, "r") for each in payment_ids))
            workers.drain()

    return wake
