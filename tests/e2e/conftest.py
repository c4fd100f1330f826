"""A running gateway: the one that GATEWAY_URL names, or one of our own for as long as the tests take."""

import os
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from tests.browser_fixtures import browser, complaints
from tests.e2e import elsewhere
from tests.e2e.client import Client, made
from tests.support import gateway as support
from tests.support.gateway import started
from tests.support.receiver import Receiver

# One browser for all folders: Playwright runs once in a process.
__all__ = ["browser", "complaints"]

# Milliseconds: time enough to kill something between a payment's request and its webhook.
SLOW_BANK = "2000"


@dataclass(frozen=True)
class Gateway:
    """Where it is. dashboard and checkout are empty where nobody said."""

    api: str
    dashboard: str
    checkout: str


@pytest.fixture(scope="session")
def gateway(tmp_path_factory):
    if url := os.environ.get("GATEWAY_URL"):
        pages = (os.environ.get(name, "").rstrip("/") for name in ("DASHBOARD_URL", "CHECKOUT_URL"))
        yield Gateway(url.rstrip("/"), *pages)
        return
    with started(support.Gateway(tmp_path_factory.mktemp("gateway"))) as own:
        yield Gateway(own.url, own.settings.dashboard_origin, own.settings.checkout_origin)


def pytest_collection_modifyitems(items):
    if url := os.environ.get("GATEWAY_URL"):
        elsewhere.skip(items, url.rstrip("/"))


@pytest.fixture(scope="session")
def gateway_url(gateway):
    return gateway.api


@pytest.fixture(scope="session")
def client(gateway_url):
    return Client(gateway_url)


@pytest.fixture(scope="session")
def mortal(tmp_path_factory):
    """A second gateway of our own, whose processes may be killed and whose files may be read."""
    if "GATEWAY_URL" in os.environ:
        pytest.skip("a gateway that is known by its URL only cannot be killed")
    own = support.Gateway(tmp_path_factory.mktemp("mortal"), TEST_PROCESSING_DELAY=SLOW_BANK)
    with started(own):
        yield own


@dataclass(frozen=True)
class Listener:
    """A webhook endpoint of the test merchant, and the server behind it."""

    server: Receiver
    secret: str

    def hears(self, event, object_id, seconds=70):
        """The webhook, once it has come with a signature that is right in Python and in Node."""
        arrival = self.server.wait_for("/hook", object_id, event, seconds)
        assert arrival.is_signed_with(self.secret)
        assert arrival.is_signed_in_node(self.secret)
        return arrival


def listening(client, server):
    """Registers the server as an endpoint of its own; returns its id and its listener."""
    events = ["payment.success", "payment.failed", "refund.created", "refund.processed"]
    endpoint = made(client.post("/api/v1/webhook-endpoints", {"url": server.url("/hook"), "events": events}))
    return endpoint["id"], Listener(server, endpoint["secret"])


@pytest.fixture
def listener(client, gateway_url):
    if urlsplit(gateway_url).hostname not in {"localhost", "127.0.0.1"}:
        pytest.skip("a gateway on another machine cannot reach a receiver on this one")
    server = Receiver()
    endpoint_id, heard = listening(client, server)
    yield heard
    client.ask("DELETE", f"/api/v1/webhook-endpoints/{endpoint_id}")
    server.close()
