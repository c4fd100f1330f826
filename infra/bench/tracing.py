"""Measures what tracing adds to a payment: `python -m infra.bench.tracing` prints its time with tracing and without.

One process takes turns: a payment with tracing, a payment without. So other programs on the machine slow both.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from infra.bench import sandbox
from infra.bench.lives import KEYS, UPI

PAYMENTS = 400  # of each kind, after WARM_UP of each kind
WARM_UP = 20
CREATED = 201
CHILD = "child"


def _post(http: Any, path: str, body: dict[str, Any]) -> Any:
    answer = http.request("POST", path, headers=KEYS, body=json.dumps(body).encode())
    if answer.status_code != CREATED:
        raise AssertionError(f"{path}: {answer.status_code} {answer.body!r}")
    return answer.json_body


def _take_turns(http: Any, switch: Callable[[bool], None]) -> dict[str, float]:
    wall: dict[bool, list[float]] = {True: [], False: []}
    cpu: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(2 * (PAYMENTS + WARM_UP)):
        order = _post(http, "/api/v1/orders", {"amount": 50000})["id"]
        traced = turn % 2 == 0
        switch(traced)
        started, used = time.perf_counter(), time.process_time()
        _post(http, "/api/v1/payments", {"order_id": order, **UPI})
        if turn >= 2 * WARM_UP:
            cpu[traced].append((time.process_time() - used) * 1000)
            wall[traced].append((time.perf_counter() - started) * 1000)
    return {**_figures("wall", wall), **_figures("cpu", cpu)}


def _figures(name: str, turns: dict[bool, list[float]]) -> dict[str, float]:
    traced, bare = (statistics.median(turns[kind]) for kind in (True, False))
    return {
        f"{name}_ms": round(traced, 2),
        f"{name}_ms_without": round(bare, 2),
        f"{name}_ratio": round(traced / bare, 3),
    }


def _measure_here() -> dict[str, float]:
    from chalice.test import Client  # noqa: PLC0415  # the application needs the child's environment

    from app import app  # noqa: PLC0415
    from chalicelib.api import answers, routing  # noqa: PLC0415
    from chalicelib.services.merchants import accounts  # noqa: PLC0415

    accounts.seed_test_merchant()
    ways = {True: answers.traced, False: lambda _, answer: answer()}
    return _take_turns(Client(app).http, lambda traced: setattr(routing, "traced", ways[traced]))


def measure() -> dict[str, float]:
    """Returns milliseconds of a POST payment with and without tracing, and their ratio, on an emulator of its own."""
    with sandbox.emulated() as endpoint:
        figures: dict[str, float] = sandbox.run_child(
            "infra.bench.tracing", sandbox.application_environment(endpoint), CHILD
        )
    return figures


if __name__ == "__main__":
    print(json.dumps(_measure_here() if CHILD in sys.argv else measure()))
