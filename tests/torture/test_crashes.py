"""SIGKILL, at random moments, for the workers and the API of a real `make up`, while payments are made."""

import os
import random
import threading
import time
from collections import Counter

import pytest

from tests.support.receiver import Receiver
from tests.torture.gateway import Gateway

WHOLE = os.environ.get("TORTURE") == "full"
PAYMENTS, WORKER_KILLS, API_KILLS = (500, 100, 10) if WHOLE else (60, 6, 2)
SETTLE_SECONDS = 300
LIFE = 3.0  # seconds that a worker lives at most


@pytest.fixture
def gateway(tmp_path):
    running = Gateway(tmp_path)
    yield running
    running.end()


def pay(gateway, numbers, made):
    for number in numbers:
        order = gateway.ask("POST", "/orders", {"amount": 10_000}, f"order {number}")
        body = {"order_id": order["id"], "method": "upi", "vpa": "success@bank"}
        made.append(gateway.ask("POST", "/payments", body, f"payment {number}")["id"])
        time.sleep(WORKER_KILLS * 4 / PAYMENTS)


def kill_at_random(gateway, dice):
    """The API's deaths lie evenly among the workers'."""
    for number in range(WORKER_KILLS):
        time.sleep(dice.uniform(0, LIFE))
        gateway.kill("worker")
        if number % (WORKER_KILLS // API_KILLS) == 0:
            gateway.kill("api")


def recover(gateway, is_done):
    """Waits, and sends back what died: a message in the hands of five workers that were killed is a dead letter."""
    sent_back, deadline = 0, time.monotonic() + SETTLE_SECONDS
    while not is_done():
        assert time.monotonic() < deadline, gateway.status()
        for queue in ("payments", "deliveries"):
            if gateway.status().get("failed"):
                sent_back += gateway.ask("POST", "/dead-letters/redrive", {"queue": queue}, "")["redriven"]
        time.sleep(2)
    return sent_back


def test_payments_settle_once_and_are_announced_though_workers_and_api_are_killed(gateway):
    receiver, dice, made = Receiver(), random.Random(11), []
    gateway.ask("PUT", "/merchants/webhook", {"webhook_url": receiver.url("/hook")}, "")
    payers = [threading.Thread(target=pay, args=(gateway, range(n, PAYMENTS, 4), made)) for n in range(4)]
    for payer in payers:
        payer.start()
    kill_at_random(gateway, dice)
    for payer in payers:
        payer.join()
    assert len(made) == len(set(made)) == PAYMENTS
    due = Counter({("payment.success", one): 1 for one in made})
    dead = recover(gateway, lambda: receiver.accepted("/hook") == due and gateway.is_idle())
    report = gateway.audit()
    print(f"\n{PAYMENTS} payments, {WORKER_KILLS} workers and {API_KILLS} APIs killed, {dead} messages sent back")
    print(report.stdout)
    assert report.returncode == 0, report.stdout + report.stderr
