"""`python -m infra.bench profile`: tells whose code takes each CPU millisecond of a request and of a payment's life.

The application runs in one thread of one process, by the short way of `make up` and without a server, and samples
itself. The emulator beside it does the same. What the API of a whole gateway uses beyond that is the HTTP server's.
"""

import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from infra.bench import gateway, load, sandbox
from infra.bench.ledger import Ledger
from infra.bench.lives import DELIVER, SETTLE, UPI, Walker
from infra.bench.load import Request
from infra.bench.sampling import FOLDER, Sampler
from infra.local import transport

TIMES = 300  # payments, in batches of the workers' usual size
BATCH = 10
WRITING_SECONDS = 1  # that the emulator has for writing its samples
LIFE = ("POST order", "POST payment", "settle", "deliver")
SERVED = ("POST order", "POST payment", "GET payment")
SERVER = "HTTP server and threads"
EMULATOR = "emulator"

Profile = dict[str, dict[str, float]]


class _Meter:
    """Measures steps: the CPU milliseconds of each room for each payment, and those of the emulator."""

    def __init__(self, emulator: int) -> None:
        self.emulator = emulator
        self.steps: Profile = {}

    def step(self, name: str, work: Callable[[], Any]) -> Any:
        sampler = Sampler()
        before, used = gateway.cpu_seconds(self.emulator), time.process_time()
        sampler.start()
        result = work()
        sampler.stop()
        each = 1000 / TIMES
        spent = (time.process_time() - used) * each
        rooms = {room: share * spent for room, share in sampler.shares().items()}
        self.steps[name] = {**rooms, EMULATOR: (gateway.cpu_seconds(self.emulator) - before) * each}
        return result


def _walk(meter: _Meter, walker: Walker) -> None:
    def orders() -> list[str]:
        return [walker.call("POST", "/api/v1/orders", {"amount": 50000})["id"] for _ in range(TIMES)]

    def payments() -> list[str]:
        return [walker.call("POST", "/api/v1/payments", {"order_id": each, **UPI})["id"] for each in order_ids]

    order_ids: list[str] = meter.step("POST order", orders)
    payment_ids: list[str] = meter.step("POST payment", payments)
    meter.step("settle", lambda: walker.drain("payments", SETTLE, BATCH))
    meter.step("deliver", lambda: walker.drain("deliveries", DELIVER, BATCH))
    meter.step("GET payment", lambda: [walker.call("GET", f"/api/v1/payments/{each}") for each in payment_ids])


def _measure_here() -> Profile:
    """Measures in a process that has an emulator and nothing else to do. The first walk only fills the caches."""
    import boto3  # noqa: PLC0415  # clients outside the short way, for looking at the queues

    from chalicelib import aws  # noqa: PLC0415
    from chalicelib.services.merchants.accounts import seed_test_merchant  # noqa: PLC0415

    transport.shorten(aws._session())  # noqa: SLF001  # this session makes every client
    seed_test_merchant()
    walker = Walker(Ledger(boto3.client("dynamodb")), boto3.client("sqs"))
    meter = _Meter(int((Path(os.environ[FOLDER]) / "pid").read_text(encoding="utf-8")))
    with load.receiver() as (url, _):
        walker.call("PUT", "/api/v1/merchants/webhook", {"webhook_url": url})
        _walk(meter, walker)
        os.kill(meter.emulator, signal.SIGUSR1)
        _walk(meter, walker)
        os.kill(meter.emulator, signal.SIGUSR2)
        time.sleep(WRITING_SECONDS)
    return meter.steps


def _served(running: gateway.Gateway) -> dict[str, float]:
    """Returns the CPU milliseconds of the API's whole process for each request of one client."""
    spent = {}

    def send(name: str, requests: list[Request]) -> list[str]:
        before = running.cpu_seconds()["api"]
        answers = load.send(running.base, requests)
        spent[name] = (running.cpu_seconds()["api"] - before) * 1000 / len(requests)
        return [answer.body["id"] for answer in answers]

    load.send(running.base, [load.order()] * 50)
    orders = send("POST order", [load.order()] * TIMES)
    payments = send("POST payment", [load.payment(each) for each in orders])
    send("GET payment", [Request("GET", f"/api/v1/payments/{each}") for each in payments])
    return spent


def measure() -> tuple[Profile, dict[str, Any]]:
    """Returns step -> room -> CPU milliseconds, and the emulator's own samples: shares by room and by function."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        os.environ[FOLDER] = folder
        with sandbox.emulated("infra.bench.sampling") as endpoint:
            environ = sandbox.application_environment(endpoint) | {FOLDER: folder}
            steps: Profile = sandbox.run_child("infra.bench.profiling", environ)
        inside = json.loads((Path(folder) / "samples.json").read_text(encoding="utf-8"))
    with gateway.running() as running:
        served = _served(running)
    for name in SERVED:
        own = sum(spent for room, spent in steps[name].items() if room != EMULATOR)
        steps[name][SERVER] = max(0.0, served[name] - own)
    return steps, inside


def rows(steps: Profile) -> Iterator[tuple[str, ...]]:
    """Yields the rows of the table: a room, its CPU milliseconds in each step, and in a payment's life."""
    rooms = sorted({room for step in steps.values() for room in step}, key=lambda room: -_life(steps, room))
    for room in rooms:
        yield (room, *(f"{step.get(room, 0):.2f}" for step in steps.values()), f"{_life(steps, room):.2f}")
    sums = {name: sum(step.values()) for name, step in steps.items()}
    yield ("**sum**", *(f"{value:.2f}" for value in sums.values()), f"{sum(sums[name] for name in LIFE):.2f}")


def _life(steps: Profile, room: str) -> float:
    return sum(steps[name].get(room, 0) for name in LIFE)


def emulators(inside: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Returns the rows of the emulator's own table: a room and its share of the emulator's CPU time."""
    return [(room, f"{share:.0%}") for room, share in inside["rooms"].items() if round(share, 2)]


if __name__ == "__main__":
    print(json.dumps(_measure_here()))
    sys.exit()
