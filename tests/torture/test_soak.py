"""Runs mixed traffic on a gateway: no error, nothing lost, nothing left in the queues, no growth of memory.

It takes less than half a minute by default, in which memory shows no growth. `make soak` runs it for half an hour
(SOAK_SECONDS).
"""

import os
import random
import re
import threading
import time
from collections import Counter

import pytest

from tests.support.gateway import started
from tests.support.receiver import Receiver
from tests.support.waiting import until
from tests.torture.gateway import Gateway

SECONDS = float(os.environ.get("SOAK_SECONDS", "25"))
CLIENTS = 4
PAUSE = 0.05  # seconds between a client's requests: a steady load, not a race for throughput
WARM_UP = 0.25  # part of the time in which caches and pools fill
LONG = 300  # seconds after which memory does not grow any more
GROWTH = 1.2
OUR_FAULT = re.compile(r'"message": "[A-Z]+ \S+ 5\d\d"')  # in the API's access log
DRAIN_SECONDS = 120
CARD = {"number": "4111111111111111", "expiry_month": "12", "expiry_year": "2031", "cvv": "123", "holder_name": "A B"}


class Buyer(threading.Thread):
    """Orders, pays by either method, sometimes fails, captures, asks for refunds, reads lists."""

    def __init__(self, gateway, number, until):
        super().__init__()
        self.gateway, self.number, self.until = gateway, number, until
        self.dice, self.count = random.Random(number), 0
        self.due, self.error = Counter(), None

    def ask(self, method, path, body=None):
        time.sleep(PAUSE)
        self.count += 1
        return self.gateway.ask(method, path, body, f"{self.number} {self.count}")

    def run(self):
        try:
            while time.monotonic() < self.until:
                self.buy()
        except BaseException as error:  # noqa: BLE001  # the test reports it
            self.error = error

    def buy(self):
        order = self.ask("POST", "/orders", {"amount": 10_000})["id"]
        wanted = self.dice.choice(("success@bank", "failure@bank", None))
        means = {"method": "upi", "vpa": wanted} if wanted else {"method": "card", "card": CARD}
        payment = self.ask("POST", "/payments", {"order_id": order, **means})["id"]
        while (status := self.ask("GET", f"/payments/{payment}")["status"]) == "pending":
            pass
        self.due[f"payment.{status}", payment] += 1
        if status == "success":
            self.ask("POST", f"/payments/{payment}/capture", {"amount": 10_000})
            refund = self.ask("POST", f"/payments/{payment}/refunds", {"amount": self.dice.randint(1, 10_000)})["id"]
            self.due.update([("refund.created", refund), ("refund.processed", refund)])
        self.ask("GET", self.dice.choice(("/orders", "/payments?status=success", "/webhooks", "/dashboard/stats")))


@pytest.mark.slow
def test_steady_traffic_leaves_no_error_no_growth_and_loses_no_event(tmp_path):
    with started(Gateway(tmp_path)) as gateway:
        soak(gateway, Receiver())


def soak(gateway, receiver):
    gateway.ask("PUT", "/merchants/webhook", {"webhook_url": receiver.url("/hook")}, "")
    started = time.monotonic()
    buyers = [Buyer(gateway, number, started + SECONDS) for number in range(CLIENTS)]
    for buyer in buyers:
        buyer.start()
    time.sleep(SECONDS * WARM_UP)
    warm = {child: gateway.memory(child) for child in ("api", "worker")}
    for buyer in buyers:
        buyer.join()
    assert [buyer.error for buyer in buyers if buyer.error] == []
    due = sum((buyer.due for buyer in buyers), Counter())
    until(lambda: receiver.accepted("/hook") == due, DRAIN_SECONDS)
    until(gateway.is_idle, DRAIN_SECONDS)
    end = {child: gateway.memory(child) for child in warm}
    requests_made = sum(buyer.count for buyer in buyers)
    print(f"\n{requests_made} requests, {sum(due.values())} events in {SECONDS:.0f} s; KiB {warm} then {end}")
    assert SECONDS < LONG or all(end[child] < warm[child] * GROWTH + 20_000 for child in warm), (warm, end)
    log = (gateway.settings.folder / "gateway.log").read_text()
    assert '"message": "POST /api/v1/payments 201"' in log
    assert OUR_FAULT.findall(log) == []
    assert '"level": "ERROR"' not in log
    gateway.check_audit()
