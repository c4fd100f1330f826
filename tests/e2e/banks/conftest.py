"""A gateway of our own, whose simulated bank follows the order's script and whose clock can be moved."""

import json
import os
import subprocess
import sys

import pytest

from infra.environment import ROOT
from tests.e2e.client import Client
from tests.support import gateway as support
from tests.support.gateway import started

MOVE = (
    "import sys; from infra.target import use_target; use_target();"
    "from chalicelib import stage; stage.prepare();"
    "from chalicelib.sandbox import clock; clock.move(float(sys.argv[1]))"
)
HOUR = 3600


class Bank:
    """The gateway as its merchant sees it, and what else only its own machine can do."""

    def __init__(self, own):
        self.own = own
        self.client = Client(own.url)

    def order(self, script="approve", **terms):
        return self.client.order(notes={"simulate": script}, **terms)

    def pay(self, order, **instrument):
        body = {"order_id": order["id"], **(instrument or {"method": "upi", "vpa": "user@bank"})}
        answer = self.client.post("/api/v1/payments", body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def payment(self, made):
        return self.client.get(f"/api/v1/payments/{made['id']}").json()

    def settled(self, made):
        return self.client.until_settled(f"/api/v1/payments/{made['id']}")

    def until(self, made, holds):
        return self.client.until(f"/api/v1/payments/{made['id']}", holds)

    def acting(self, made):
        """The payment, once its payer has something to do."""
        return self.until(made, lambda shown: shown["next_action"] or shown["status"] != "pending")

    def act(self, made, action, code=""):
        return self.client.post(f"/api/v1/sandbox/payments/{made['id']}/act", {"action": action, "code": code})

    def status_of(self, order):
        return self.client.get(f"/api/v1/orders/{order['id']}").json()["status"]

    def move_clock(self, seconds):
        command = [sys.executable, "-c", MOVE, str(seconds)]
        moved = subprocess.run(command, cwd=ROOT, env=self.own.environ, capture_output=True, text=True, check=False)
        assert moved.returncode == 0, moved.stderr

    def findings(self):
        """What the audit finds of all records, and the messages that failed five times."""
        audit = self.own.tool("infra.audit", "--json", "--patience", "30")
        return [json.loads(line) for line in audit.stdout.splitlines() if line] or audit.stderr.splitlines()


@pytest.fixture(scope="package")
def bank(tmp_path_factory):
    if "GATEWAY_URL" in os.environ:
        pytest.skip("the clock of a gateway that is known by its URL only is not ours to move")
    with started(support.Gateway(tmp_path_factory.mktemp("bank"))) as own:
        yield Bank(own)
