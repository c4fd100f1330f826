"""Runs the same world in real time, and several API processes for races."""

import http.client
import itertools
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from chalicelib.services.books import terms
from infra.local.ports import any_free_port, is_free
from tests.torture.world import Answer, Shop, World

START_SECONDS = 60


class WallClock:
    """Waits for the given time when it is set."""

    @property
    def time(self) -> float:
        return time.time()

    @time.setter
    def time(self, moment: float) -> None:
        time.sleep(max(0.0, moment - time.time()))

    def __call__(self) -> float:
        return time.time()


class Apis:
    """Runs several API processes on the same tables. Each request goes to the next process."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._next = itertools.cycle(ports)
        self._mine = threading.local()

    def call(self, shop: Shop, method: str, path: str, body: Any = None, key: str = "") -> Answer:
        headers = {"X-Api-Key": shop.made.pair.key, "X-Api-Secret": shop.made.pair.secret}
        headers |= {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        connection = http.client.HTTPConnection("127.0.0.1", next(self._next), timeout=60)
        try:
            connection.request(method, f"/api/v1{path}", json.dumps(body) if body is not None else None, headers)
            got = connection.getresponse()
            text = got.read().decode()
            named = {name.title(): value for name, value in got.headers.items()}  # names have no case of their own
            return Answer(got.status, json.loads(text), named, text)
        finally:
            connection.close()


@contextmanager
def api_processes(number: int) -> Iterator[Apis]:
    ports = [any_free_port() for _ in range(number)]
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "infra.local.api"],
            env=os.environ | {"PORT": str(port)},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        for port in ports
    ]
    try:
        deadline = time.monotonic() + START_SECONDS
        while any(is_free(port) for port in ports):
            assert time.monotonic() < deadline, "an API process did not start"
            time.sleep(0.1)
        yield Apis(ports)
    finally:
        for process in started:
            process.kill()
            process.wait()


def race(*runners: Callable[[], Any]) -> list[Any]:
    """Starts all calls at once. Returns their results, or raises an exception that one of them raised."""
    barrier = threading.Barrier(len(runners))

    def start(runner: Callable[[], Any]) -> Any:
        barrier.wait()
        return runner()

    with ThreadPoolExecutor(len(runners)) as pool:
        return [future.result() for future in [pool.submit(start, runner) for runner in runners]]


def opened(live: World) -> Shop:
    """Opens a shop whose settlements are armed by this process.

    The API's processes spread deadlines over more shards than this process knows, and the audit here would miss them.
    """
    shop = live.open_shop()
    terms.of(shop.id)
    return shop
