"""Kills the workers and the API of a real `make up` at random moments, with SIGKILL, while payments are made."""

import itertools
import os
import random
import threading
import time
from collections import Counter

import pytest

from tests.support.gateway import started
from tests.support.receiver import Receiver
from tests.support.waiting import until
from tests.torture.gateway import Gateway

WHOLE = os.environ.get("TORTURE") == "full"
WORKER_KILLS, API_KILLS = (100, 10) if WHOLE else (6, 2)
PAYMENTS_AT_LEAST = 5 * WORKER_KILLS
PAYERS = 4
PAUSE = 1.0  # seconds between two payments of a payer
LIFE = 3.0  # seconds that a worker lives at most
RESTART_SECONDS = 30
SETTLE_SECONDS = 1500 if WHOLE else 300
# The bank's behaviours: it answers at once, takes two seconds, or loses a third of its answers.
BANKS = {"instant": "success@bank", "slow": "slow@bank", "flaky": "flaky@bank"}


@pytest.fixture
def gateway(tmp_path):
    with started(Gateway(tmp_path)) as own:
        yield own


class Payer(threading.Thread):
    """Pays until the last process was killed."""

    def __init__(self, gateway, number, vpa, is_over):
        super().__init__()
        self.gateway, self.number, self.vpa, self.is_over = gateway, number, vpa, is_over
        self.made = []

    def run(self):
        while not self.is_over.wait(PAUSE):
            key = f"{self.number} {len(self.made)}"
            order = self.gateway.ask("POST", "/orders", {"amount": 10_000}, f"order {key}")
            body = {"order_id": order["id"], "method": "upi", "vpa": self.vpa}
            self.made.append(self.gateway.ask("POST", "/payments", body, f"payment {key}")["id"])


def kill(gateway, child):
    """Kills the child, and returns when another child runs."""
    before = gateway.pid(child)
    gateway.kill(child)
    until(lambda: gateway.pid(child) != before, RESTART_SECONDS)


def kill_at_random(gateway, payers):
    """Kills at random, the API evenly among the workers. Returns the number of payments made between the deaths."""
    dice, made = random.Random(11), []
    for number in range(WORKER_KILLS):
        time.sleep(dice.uniform(0, LIFE))
        kill(gateway, "worker")
        if number % (WORKER_KILLS // API_KILLS) == 0:
            kill(gateway, "api")
        made.append(sum(len(payer.made) for payer in payers))
    return [after - before for before, after in itertools.pairwise([0, *made])]


def recover(gateway, is_done):
    """Waits, and sends dead letters back: a message that five killed workers received is a dead letter."""
    sent_back, deadline = 0, time.monotonic() + SETTLE_SECONDS
    while not is_done():
        assert time.monotonic() < deadline, gateway.jobs()
        for queue in ("payments", "deliveries", "deliveries-slow"):
            if gateway.jobs().get("failed"):
                sent_back += int(gateway.tool("infra.redrive", queue).stdout.split()[0])
        time.sleep(2)
    return sent_back


@pytest.mark.parametrize("bank", BANKS if WHOLE else ["flaky"])
def test_payments_settle_once_and_are_announced_though_workers_and_api_are_killed(gateway, bank):
    receiver, is_over = Receiver(), threading.Event()
    gateway.ask("PUT", "/merchants/webhook", {"webhook_url": receiver.url("/hook")}, "")
    payers = [Payer(gateway, number, BANKS[bank], is_over) for number in range(PAYERS)]
    for payer in payers:
        payer.start()
    try:
        between = kill_at_random(gateway, payers)
    finally:
        is_over.set()
        for payer in payers:
            payer.join()
    made = [payment for payer in payers for payment in payer.made]
    assert between.count(0) <= WORKER_KILLS // 10, f"processes were killed in an idle gateway: {between}"
    assert len(made) == len(set(made)) >= PAYMENTS_AT_LEAST
    due = Counter({("payment.success", one): 1 for one in made})
    dead = recover(gateway, lambda: receiver.accepted("/hook") == due and gateway.is_idle())
    print(
        f"\n{bank} bank: {len(made)} payments, {WORKER_KILLS} workers and {API_KILLS} APIs killed, {dead} messages sent back"
    )
    gateway.check_audit()
