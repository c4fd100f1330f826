"""Whether a request takes longer, or uses more, when more payments are stored.

`python -m infra.bench.growth` is the child process of measure(): it seeds and measures, size by size, and prints JSON.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from infra.bench import sandbox
from infra.bench.ledger import Ledger
from infra.bench.lives import UPI, Walker

SIZES = (100, 10_000, 100_000)
DAYS = 30
BATCH = 25
ROUNDS = 41
WRITERS = 4

Row = dict[str, Any]
Request = Callable[[], Any]


def _item(**values: Any) -> Row:
    kinds = {str: "S", int: "N", bool: "BOOL"}
    return {k: {kinds[type(v)]: str(v) if type(v) is int else v} for k, v in values.items()}


def _seeded(number: int, merchant_id: str) -> dict[str, Row]:
    """A paid order and its payment; their times are spread evenly over the last DAYS days."""
    from chalicelib.domain import clock  # noqa: PLC0415

    share = (number * 0.6180339887) % 1
    at = clock.iso(clock.now() - 120 - share * DAYS * 86_400)
    order_id, payment_id = f"order_seeded{number:010d}", f"pay_seeded{number:010d}"
    common = {"merchant_id": merchant_id, "amount": 50000, "currency": "INR", "created_at": at, "updated_at": at}
    order = _item(id=order_id, status="paid", amount_paid=50000, attempts=1, notes="{}", **common)
    order["payment_ids"] = {"L": [{"S": payment_id}]}
    payment = _item(
        id=payment_id, order_id=order_id, method="upi", vpa="user@paytm", status="success", captured=False,
        amount_refunded=0, **common,
    )  # fmt: skip
    return {"orders": order, "payments": payment}


def seed(dynamodb: Any, numbers: Sequence[int], merchant_id: str) -> None:
    def write(start: int) -> None:
        rows = [_seeded(number, merchant_id) for number in numbers[start : start + BATCH]]
        for entity in ("orders", "payments"):
            puts = [{"PutRequest": {"Item": row[entity]}} for row in rows]
            dynamodb.batch_write_item(RequestItems={f"{sandbox.STACK_NAME}-{entity}": puts})

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(0, len(numbers), BATCH)))


def requests(walker: Walker) -> dict[str, Request]:
    """By name; each can be made any number of times."""
    order_ids: Iterator[str] = iter(lambda: walker.call("POST", "/api/v1/orders", {"amount": 50000})["id"], None)
    return {
        "POST order": lambda: walker.call("POST", "/api/v1/orders", {"amount": 50000}),
        "POST payment and its order": lambda: walker.call(
            "POST", "/api/v1/payments", {"order_id": next(order_ids), **UPI}
        ),
        "GET payment": lambda: walker.call("GET", "/api/v1/payments/pay_seeded0000000007"),
        "list payments": lambda: walker.call("GET", "/api/v1/payments", query={"limit": "10"}),
        "list orders": lambda: walker.call("GET", "/api/v1/orders", query={"limit": "10"}),
        "statistics": lambda: walker.call("GET", "/api/v1/dashboard/stats"),
    }


def _p50_ms(request: Request, rounds: int) -> float:
    """The first call is not counted: it fills caches and, after a great seeding, folds the new rows into the census."""
    request()
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        request()
        seconds.append(time.perf_counter() - started)
    return round(statistics.median(seconds) * 1000, 2)


def _counted(walker: Walker, ledger: Ledger, request: Request) -> Row:
    walker.warm()
    with ledger.account() as account:
        request()
    return {"calls": sum(account.calls.values()), "read_units": account.read_units, "write_units": account.write_units}


def measure(sizes: Sequence[int], *, on_dynoxide: bool) -> dict[str, Any]:
    """{size: {request: {"p50_ms", "calls", "read_units", "write_units"}}}, in a fresh process on fresh tables."""
    arguments = [str(size) for size in sizes]
    with sandbox.emulated() as endpoint:
        environ = sandbox.application_environment(endpoint)
        if not on_dynoxide:
            return _run(environ, arguments)
        with sandbox.tables_on_dynoxide() as tables:
            return _run(environ | tables, arguments)


def _run(environ: dict[str, str], arguments: Sequence[str]) -> dict[str, Any]:
    figures: dict[str, Any] = sandbox.run_child("infra.bench.growth", environ, *arguments)
    return figures


def _grow(sizes: Sequence[int], rounds: int) -> dict[str, Any]:
    import boto3  # noqa: PLC0415

    from chalicelib import aws  # noqa: PLC0415
    from chalicelib.config import TEST_MERCHANT_ID  # noqa: PLC0415
    from chalicelib.services.merchants import seed_test_merchant  # noqa: PLC0415

    seed_test_merchant()
    plain, stored = boto3.client("dynamodb"), 0
    ledger = Ledger(plain)
    walker = Walker(ledger, boto3.client("sqs"))
    figures: dict[str, Any] = {}
    for size in sizes:
        seed(plain, range(stored, size), TEST_MERCHANT_ID)
        stored = size
        figures[str(size)] = {name: {"p50_ms": _p50_ms(call, rounds)} for name, call in requests(walker).items()}
        with ledger.listening(aws.client("dynamodb"), aws.client("sqs")):
            for name, call in requests(walker).items():
                figures[str(size)][name] |= _counted(walker, ledger, call)
    return figures


if __name__ == "__main__":
    print(json.dumps(_grow([int(size) for size in sys.argv[1:]], ROUNDS)))
