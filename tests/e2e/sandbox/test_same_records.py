"""A ladder that the clock crosses leaves the records that real time leaves."""

from datetime import datetime
from itertools import pairwise

import pytest

from tests.e2e.sandbox.conftest import Sandbox
from tests.support import gateway as support
from tests.support.gateway import started

LADDER_SECONDS = 50
# Attempts wait whole seconds, and a worker takes a moment.
TOLERANCE = 2.5


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    """A stage with the short ladder: 5, 10, 15, 20 seconds."""
    with started(support.Gateway(tmp_path_factory.mktemp("short"))) as own:
        yield Sandbox(own.url)


def ended(merchant):
    rows = merchant.client.get("/api/v1/webhooks").json()["data"]
    return bool(rows) and all(row["status"] == "failed" for row in rows)


def record(merchant):
    """What the log says of the delivery, with the waits between its attempts and without what is always different."""
    (row,) = merchant.client.get("/api/v1/webhooks").json()["data"]
    shown = merchant.client.get(f"/api/v1/webhooks/{row['id']}").json()
    times = [datetime.fromisoformat(each["at"]).timestamp() for each in shown["attempts_log"]]
    waits = [later - earlier for earlier, later in pairwise(times)]
    same = ("event", "status", "attempts", "next_retry_at", "response_code", "response_body")
    attempts = [(each["status"], each["error_class"], each["error_detail"]) for each in shown["attempts_log"]]
    return {name: shown[name] for name in same} | {"log": attempts}, waits


def begun(stage, receiver, path):
    merchant = stage.fresh()
    receiver.scripts[path] = lambda _: 503
    wanted = {"url": receiver.url(path), "events": ["payment.success"]}
    assert merchant.client.post("/api/v1/webhook-endpoints", wanted).status_code == 201
    merchant.pay(script="approve")
    merchant.client.until("/api/v1/webhooks", lambda shown: any(row["attempts"] for row in shown["data"]))
    return merchant


@pytest.mark.slow
def test_the_short_ladder_has_the_same_record_by_the_clock_as_in_real_time(stage, receiver):
    slow = begun(stage, receiver, "/real")
    slow.client.until("/api/v1/webhooks", lambda _: ended(slow))
    quick = begun(stage, receiver, "/moved")
    quick.advance(LADDER_SECONDS + 10)

    (real, real_waits), (moved, moved_waits) = record(slow), record(quick)

    assert moved == real
    assert moved_waits == pytest.approx(real_waits, abs=TOLERANCE)
    assert len(real_waits) == 4
