"""A receiver that hangs delays nobody else's webhooks."""

import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.services import receivers
from tests.e2e.webhooks.servers import RawServer, hang
from tests.support.waiting import until

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


def all_at_once(other, stuck):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(other.send_test, [stuck] * HANGING))


def one_by_one(other, stuck):
    """Each in a batch of its own, so that without a limit each would hold an invocation."""
    for _ in range(30):
        other.send_test(stuck)
        time.sleep(0.05)


@pytest.mark.parametrize("come", [all_at_once, one_by_one])
def test_while_one_merchants_receiver_hangs_anothers_events_arrive_as_fast_as_ever(
    gateway, merchant, receiver, hanging, come
):
    healthy = merchant.endpoint(receiver.url("/hook"))
    normal = latencies(merchant, healthy, receiver)
    other = gateway.merchant(f"hanging-{come.__name__}")
    stuck = other.endpoint(hanging.url)
    come(other, stuck)
    meanwhile = latencies(merchant, healthy, receiver)
    print(
        f"normal: median {statistics.median(normal):.2f} s, worst {normal[-1]:.2f} s; with events for a hanging receiver "
        f"{come.__name__}: median {statistics.median(meanwhile):.2f} s, worst {meanwhile[-1]:.2f} s, "
        f"{hanging.connections} connections"
    )
    assert hanging.connections >= receivers.SLOW_TO_OPEN
    assert meanwhile[-1] <= normal[-1] + ALLOWED
    other.ask("DELETE", f"/webhook-endpoints/{stuck['id']}")
