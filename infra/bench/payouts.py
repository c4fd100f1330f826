"""Accounts for the settlement of a merchant: its run on a business day, the bank's answer, its overtaken deadline, and
the webhook `settlement.processed`.

A settlement costs the same for one payment as for many, apart from the postings that it reads. So its share in the cost
of a payment follows from PAYMENTS, the number of captured payments that it pays out.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from infra.bench.dollars import DELIVER_PAY_OUT, PAY_OUT, key
from infra.local.mappings import load_handler

PAYMENTS = 100
KIND, BATCH = "captured upi", 10
EVENT = "settlement.processed"
SECONDS = 7 * 24 * 3600  # the money of today has matured by then
SETTLEMENTS = "functions.process_settlement.handler"


def walk(walker: Any, settle: str, deliver: str, instrument: dict[str, str]) -> None:
    """Captures PAYMENTS payments, uncounted, and accounts for each one's share in their settlement.

    walker: of infra/bench/lives.py. settle, deliver: the handlers of the workers. The merchant's endpoint asks for the
    settlement's event, and from then on for no other.
    """
    load_handler(SETTLEMENTS)  # its import sets the clock
    for _ in range(PAYMENTS):
        order = walker.call("POST", "/api/v1/orders", {"amount": 50000, "capture": "automatic"})
        walker.call("POST", "/api/v1/payments", {"order_id": order["id"], **instrument})
    walker.drain("payments", settle, BATCH)
    walker.drain("deliveries", deliver, BATCH)
    (endpoint,) = walker.call("GET", "/api/v1/webhook-endpoints")["data"]
    walker.call("PATCH", f"/api/v1/webhook-endpoints/{endpoint['id']}", {"events": [EVENT]})
    with _later(SECONDS):
        walker.step(key(PAY_OUT, KIND, BATCH), PAYMENTS, lambda: _pay_out(walker))
        walker.step(key(DELIVER_PAY_OUT, KIND, BATCH), PAYMENTS, lambda: _deliver(walker, deliver))


@contextmanager
def _later(seconds: float) -> Iterator[None]:
    from chalicelib.domain import clock  # noqa: PLC0415  # a stopwatch in another module starts before these imports

    today = clock.source
    clock.source = lambda: today() + seconds
    try:
        yield
    finally:
        clock.source = today


def _pay_out(walker: Any) -> int:
    """Lets the merchant's day come, and then the settlement's own deadline, which finds the settlement processed.

    Returns the number of invocations. Raises AssertionError if the run paid nothing out.
    """
    from chalicelib.config import TEST_MERCHANT_ID  # noqa: PLC0415

    invocations = _come_due(walker, {TEST_MERCHANT_ID})
    made = {item["id"]["S"] for item in walker.scan("settlements") if item["status"]["S"] == "processed"}
    if len(made) != 1:
        raise AssertionError(f"one settlement should have been processed, not {len(made)}")
    return invocations + _come_due(walker, made)


def _deliver(walker: Any, deliver: str) -> int:
    """Delivers the settlement's event. Raises AssertionError if it was not delivered."""
    invocations: int = walker.drain("deliveries", deliver, BATCH)
    told = {item["event"]["S"]: item["status"]["S"] for item in walker.scan("webhook-deliveries")}
    if told.get(EVENT) != "success":
        raise AssertionError(f"{EVENT} should have been delivered, not {told.get(EVENT)}")
    return invocations


def _come_due(walker: Any, object_ids: set[str]) -> int:
    from chalicelib.services.waits import deadlines  # noqa: PLC0415

    deadlines.send(walker.deadlines_of(object_ids))
    invocations: int = walker.drain("settlements", SETTLEMENTS, BATCH)
    return invocations
