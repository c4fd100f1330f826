"""A gateway of our own with the long waits of production, and everything that its sandbox offers."""

import os
import time
from datetime import datetime

import pytest

from tests.e2e.client import Client, made
from tests.support import gateway as support
from tests.support.gateway import started
from tests.support.receiver import Receiver

ALL_EVENTS = [
    "payment.created", "payment.pending", "payment.success", "payment.failed", "payment.captured", "payment.voided",
    "payment.expired", "order.paid", "order.expired", "order.cancelled", "refund.created", "refund.processed",
    "refund.failed", "dispute.created", "dispute.under_review", "dispute.won", "dispute.lost",
    "settlement.processed",
]  # fmt: skip


class Sandbox:
    """The sandbox as one merchant's developer uses it."""

    def __init__(self, url, credentials=None):
        self.client = Client(url, credentials)

    def ask(self, method, path, body=None):
        return self.client.ask(method, f"/api/v1/sandbox/{path}", body)

    def pay(self, script="silence 1d", **terms):
        """A payment that the bank leaves open, unless the script says something else."""
        order = self.client.order(notes={"simulate": script}, **terms)
        body = {"order_id": order["id"], "method": "upi", "vpa": "user@bank"}
        return made(self.client.post("/api/v1/payments", body))

    def act(self, payment, action, status=200, kind="payments", **more):
        answer = self.ask("POST", f"{kind}/{payment['id']}/act", {"action": action, **more})
        assert answer.status_code == status, answer.text
        return answer.json()

    def until(self, payment, **wanted):
        return self.client.until(
            f"/api/v1/payments/{payment['id']}", lambda shown: {name: shown[name] for name in wanted} == wanted
        )

    def advance(self, seconds):
        """Moves the clock, in as many requests as it takes."""
        answer = self.ask("POST", "clock", {"advance": seconds})
        while answer.status_code == 202:
            answer = self.ask("POST", "clock", {"job": answer.json()["job"]["id"]})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def now(self):
        return datetime.fromisoformat(self.ask("GET", "clock").json()["now"]).timestamp()

    def fresh(self):
        """Another merchant, who has nothing yet."""
        one = made(self.ask("POST", "merchants"))
        return Sandbox(self.client.url, {"X-Api-Key": one["api_key"], "X-Api-Secret": one["api_secret"]})

    def listen(self, receiver, path="/hook"):
        return made(self.client.post("/api/v1/webhook-endpoints", {"url": receiver.url(path), "events": ALL_EVENTS}))


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    """A stage of each file's own: a jump over what another file has left open would take longer."""
    if "GATEWAY_URL" in os.environ:
        pytest.skip("the clock of a gateway that is known by its URL only is not ours to move")
    own = support.Gateway(tmp_path_factory.mktemp("sandbox"), WEBHOOK_RETRY_INTERVALS_TEST="false")
    with started(own):
        yield Sandbox(own.url)


@pytest.fixture
def sandbox(stage):
    return stage.fresh()


@pytest.fixture
def receiver():
    server = Receiver()
    yield server
    server.close()


@pytest.fixture
def stopwatch():
    """Tells the real seconds since the test began."""
    began = time.monotonic()
    return lambda: time.monotonic() - began


@pytest.fixture
def seconds_of():
    """Reads an ISO time."""
    return lambda text: datetime.fromisoformat(text).timestamp()
