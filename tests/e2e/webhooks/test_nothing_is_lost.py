"""Many events, three endpoints, receivers that fail at random, workers that are killed."""

import os
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.webhooks.servers import Receiver
from tests.support.waiting import until

# Three events a payment: 1,000 events are 334 payments.
PAYMENTS = int(os.environ.get("WEBHOOK_TESTS_PAYMENTS", "30"))
KILLS = int(os.environ.get("WEBHOOK_TESTS_KILLS", "2"))
FIRST_KILL = 2  # seconds from the start: while the first events are on their way
KILL_EVERY = 12  # seconds; the next worker runs by then
SECONDS = 90 + 12 * KILLS + PAYMENTS * 1.5
EVENTS = ["payment.created", "payment.success", "order.paid"]
PATHS = ("/one", "/two", "/three")
SHARE_500, SHARE_HANGING = 0.1, 0.02
FAILURES = 3  # of one delivery at most, so that none uses up its five attempts


class Unreliable:
    """Answers at random, and remembers what it answered."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.failures, self.accepted = Counter(), Counter()
        self.lock = threading.Lock()

    def __call__(self, arrival):
        with self.lock:
            lot = self.random.random() if self.failures[arrival.id] < FAILURES else 1
            failing = lot < SHARE_500 + SHARE_HANGING
            (self.failures if failing else self.accepted)[arrival.id] += 1
        if lot < SHARE_HANGING:
            time.sleep(6)
        return (500 if failing else 200), {}


@pytest.fixture
def unreliable(receiver):
    receiver.scripts = {path: Unreliable(seed) for seed, path in enumerate(PATHS)}
    return receiver


def kill_workers(gateway, done):
    """Returns when it did."""
    times = []
    while len(times) < KILLS and not done.wait(KILL_EVERY if times else FIRST_KILL):
        times.append(gateway.kill("worker"))
    return times


@pytest.mark.slow
def test_every_event_reaches_every_endpoint_whatever_fails(gateway, merchant, unreliable: Receiver):
    endpoints = {merchant.endpoint(unreliable.url(path), *EVENTS)["id"]: path for path in PATHS}
    done = threading.Event()
    with ThreadPoolExecutor(8) as pool:
        killer = pool.submit(kill_workers, gateway, done)
        payments = list(pool.map(lambda _: merchant.pay(), range(PAYMENTS)))
        wanted = PAYMENTS * len(EVENTS) * len(PATHS)
        scripts = unreliable.scripts.values()
        try:
            until(lambda: sum(len(script.accepted) for script in scripts) == wanted, SECONDS, every=1)
        finally:
            done.set()
    kills = killer.result()
    deliveries = until(lambda: all_recorded(merchant), 60, every=5)
    assert len(payments) == PAYMENTS
    assert Counter(row["status"] for row in deliveries) == {"success": wanted}
    for event in EVENTS:
        assert sum(row["event"] == event for row in deliveries) == PAYMENTS * len(PATHS)
    extra = 0
    for row in deliveries:
        script = unreliable.scripts[endpoints[row["endpoint_id"]]]
        assert script.accepted[row["id"]] >= 1, "recorded as delivered, and it was"
        seen = script.accepted[row["id"]] + script.failures[row["id"]]
        assert row["attempts"] <= seen, "no attempt is counted that was not made"
        assert seen - row["attempts"] <= len(kills), "only a kill leaves an attempt uncounted"
        extra += seen - row["attempts"]
    print(
        f"{PAYMENTS * len(EVENTS)} events, {wanted} deliveries, {sum(row['attempts'] for row in deliveries)} attempts "
        f"counted, {extra} cut off by {len(kills)} kills"
    )


def all_recorded(merchant):
    """An attempt that a kill cut off after its 200 is repeated when its message comes again."""
    rows = merchant.deliveries()
    return all(row["status"] == "success" for row in rows) and rows
