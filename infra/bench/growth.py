"""Measures whether a request takes longer, or uses more, when more payments are stored.

There is one store for each size. The stores are asked in turn, so that other load on the machine slows all of them.
`python -m infra.bench.growth SIZE` is the child process of one store. It seeds the store. For each line that it reads
it makes every request once and prints the durations. An empty line makes it count what the requests use, and end.
"""

import json
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import Any

from infra.bench import sandbox
from infra.bench.ledger import Ledger
from infra.bench.lives import UPI, Walker
from infra.environment import ROOT

SIZES = (100, 10_000, 100_000)
DAYS = 30
BATCH = 25
ROUNDS = 41
# These rounds fill the caches.
WARM_UP = 2
WRITERS = 4
COUNTED = ("list payments", "list orders")

Row = dict[str, Any]
Request = Callable[[], Any]


def _item(**values: Any) -> Row:
    kinds = {str: "S", int: "N", bool: "BOOL"}
    return {k: {kinds[type(v)]: str(v) if type(v) is int else v} for k, v in values.items()}


def _seeded(number: int, merchant_id: str) -> dict[str, Row]:
    """Returns a paid order and its payment. Their times are spread evenly over the last DAYS days."""
    from chalicelib.domain import clock  # noqa: PLC0415

    share = (number * 0.6180339887) % 1
    at = clock.iso(clock.now() - 120 - share * DAYS * 86_400)
    order_id, payment_id = f"order_seeded{number:010d}", f"pay_seeded{number:010d}"
    common = {"merchant_id": merchant_id, "amount": 50000, "currency": "INR", "created_at": at, "updated_at": at}
    order = _item(id=order_id, status="paid", amount_paid=50000, attempts=1, notes="{}", **common)
    order["payment_ids"] = {"L": [{"S": payment_id}]}
    payment = _item(
        id=payment_id, order_id=order_id, method="upi", instrument='{"method":"upi","vpa":"user@paytm"}',
        state="authorized", amount_refunded=0, **common,
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
    """Returns name -> request. Each request can be made any number of times."""
    order_ids: Iterator[str] = iter(lambda: walker.call("POST", "/api/v1/orders", {"amount": 50000})["id"], None)
    return {
        "POST order": lambda: walker.call("POST", "/api/v1/orders", {"amount": 50000}),
        "POST payment and its order": lambda: walker.call(
            "POST", "/api/v1/payments", {"order_id": next(order_ids), **UPI}
        ),
        "GET payment": lambda: walker.call("GET", "/api/v1/payments/pay_seeded0000000007"),
        "list payments": lambda: walker.call("GET", "/api/v1/payments", query={"limit": "10"}),
        "list payments, none matches": lambda: walker.call(
            "GET", "/api/v1/payments", query={"limit": "10", "status": "voided"}
        ),
        "list orders": lambda: walker.call("GET", "/api/v1/orders", query={"limit": "10"}),
        "statistics": lambda: walker.call("GET", "/api/v1/dashboard/stats"),
    }


def _counted(walker: Walker, ledger: Ledger, request: Request) -> Row:
    walker.warm()
    with ledger.account() as account:
        request()
    return {"calls": sum(account.calls.values()), "read_units": account.read_units, "write_units": account.write_units}


class _Store:
    """Runs a child process with this number of stored payments, on its own emulator and tables."""

    def __init__(self, size: int, environ: dict[str, str]) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)
        command = [sys.executable, "-m", "infra.bench.growth", str(size)]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environ, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def _ask(self, line: str) -> Any:
        print(line, file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())  # type: ignore[union-attr]  # started with a pipe

    def time(self) -> None:
        for name, seconds in self._ask("once more").items():
            self.seconds[name].append(seconds)

    def figures(self) -> dict[str, Row]:
        """Returns what each request uses, and ends the child."""
        counts = self._ask("")
        self._process.communicate()
        return {
            name: {"p50_ms": round(statistics.median(mine[WARM_UP:]) * 1000, 2), **counts[name]}
            for name, mine in self.seconds.items()
        }


@contextmanager
def _store(size: int, *, on_dynoxide: bool) -> Iterator[_Store]:
    tables: AbstractContextManager[dict[str, str]] = sandbox.tables_on_dynoxide() if on_dynoxide else nullcontext({})
    with sandbox.emulated() as endpoint, tables as environ:
        yield _Store(size, sandbox.application_environment(endpoint) | environ)


def measure(sizes: Sequence[int], *, on_dynoxide: bool) -> dict[str, Any]:
    """Returns {size: {request: {"p50_ms", "calls", "read_units", "write_units"}}}."""
    with ExitStack() as stack:
        stores = {size: stack.enter_context(_store(size, on_dynoxide=on_dynoxide)) for size in sizes}
        for _ in range(WARM_UP + ROUNDS):
            for store in stores.values():
                store.time()
        return {str(size): store.figures() for size, store in stores.items()}


def _serve(size: int) -> None:
    import boto3  # noqa: PLC0415

    from chalicelib import aws  # noqa: PLC0415
    from chalicelib.config import TEST_MERCHANT_ID  # noqa: PLC0415
    from chalicelib.services.merchants.accounts import seed_test_merchant  # noqa: PLC0415

    seed_test_merchant()
    plain = boto3.client("dynamodb")
    ledger = Ledger(plain)
    walker = Walker(ledger, boto3.client("sqs"))
    calls = requests(walker)
    for name in COUNTED:
        calls[name]()  # the embedded engine sorts a table at its first list, and each row as it is written from then on
    seed(plain, range(size), TEST_MERCHANT_ID)
    for name in COUNTED:
        while calls[name]()["total"] is None:  # the census counts a large seeding step by step
            pass
    for line in sys.stdin:
        if not line.strip():
            break
        print(json.dumps({name: _seconds(call) for name, call in calls.items()}), flush=True)
    with ledger.listening(aws.client("dynamodb"), aws.client("sqs")):
        print(json.dumps({name: _counted(walker, ledger, call) for name, call in calls.items()}), flush=True)


def _seconds(call: Request) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
