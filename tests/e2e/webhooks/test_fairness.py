"""A receiver that hangs delays nobody else's webhooks."""

import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.webhooks.gateway import until
from tests.e2e.webhooks.servers import RawServer, hang

# 50 is the promise; a larger number may be asked for.
HANGING = int(os.environ.get("WEBHOOK_TESTS_HANGING", "50"))
EVENTS = 12
ALLOWED = 2.0  # seconds over the normal


def latencies(merchant, endpoint, receiver):
    """From the request for an event to its arrival, for events that come one after the other."""
    asked = {}
    for _ in range(EVENTS):
        started = time.time()
        asked[merchant.send_test(endpoint)] = started
        time.sleep(0.25)
    arrived = until(lambda: len(found := arrivals_of(receiver, asked)) == EVENTS and found, 30)
    return sorted(arrived[one] - asked[one] for one in asked)


def arrivals_of(receiver, ids):
    first = {}
    for arrival in receiver.arrivals:
        if arrival.id in ids:
            first.setdefault(arrival.id, arrival.at)
    return first


@pytest.fixture
def hanging():
    server = RawServer(hang)
    yield server
    server.close()


def test_while_one_merchants_receiver_hangs_anothers_events_arrive_as_fast_as_ever(
    gateway, merchant, receiver, hanging
):
    healthy = merchant.endpoint(receiver.url("/hook"))
    normal = latencies(merchant, healthy, receiver)
    other = gateway.merchant("hanging")
    stuck = other.endpoint(hanging.url)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(other.send_test, [stuck] * HANGING))
    meanwhile = latencies(merchant, healthy, receiver)
    print(
        f"normal: median {statistics.median(normal):.2f} s, worst {normal[-1]:.2f} s; with {HANGING} events hanging: "
        f"median {statistics.median(meanwhile):.2f} s, worst {meanwhile[-1]:.2f} s, {hanging.connections} connections"
    )
    assert hanging.connections >= 6
    assert meanwhile[-1] <= normal[-1] + ALLOWED
    other.ask("DELETE", f"/webhook-endpoints/{stuck['id']}")
