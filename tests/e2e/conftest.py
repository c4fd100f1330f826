"""A running gateway: the one that GATEWAY_URL names, or one of our own for as long as the tests take."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import requests

from infra.local.ports import any_free_port
from tests.e2e.client import Client

ROOT = Path(__file__).parents[2]
PORTS = ("PORT", "DASHBOARD_PORT", "CHECKOUT_PORT", "EMULATOR_PORT")
SETTINGS = {
    "TEST_MODE": "true",
    "TEST_PAYMENT_SUCCESS": "true",
    "TEST_PROCESSING_DELAY": "0",
    "WEBHOOK_RETRY_INTERVALS_TEST": "true",
}
START_SECONDS = 90


@pytest.fixture(scope="session")
def gateway_url(tmp_path_factory):
    if url := os.environ.get("GATEWAY_URL"):
        yield url.rstrip("/")
        return
    ports = {name: str(any_free_port()) for name in PORTS}
    folder = tmp_path_factory.mktemp("gateway")
    environment = os.environ | SETTINGS | ports | {"LOCAL_FOLDER": str(folder)}
    command = [sys.executable, "-m", "infra.local"]
    runner = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    said = []
    threading.Thread(target=lambda: said.extend(runner.stdout), daemon=True).start()
    url = f"http://127.0.0.1:{ports['PORT']}"
    try:
        _wait_for(url, runner, said)
        yield url
    finally:
        runner.terminate()
        runner.wait(30)


def _wait_for(url, runner, said):
    deadline = time.monotonic() + START_SECONDS
    while runner.poll() is None and time.monotonic() < deadline:
        try:
            if requests.get(f"{url}/api/v1/test/jobs/status", timeout=5).json()["worker_status"] == "running":
                return
        except (requests.RequestException, ValueError, KeyError):
            time.sleep(0.1)
    pytest.fail("the gateway did not start:\n" + "".join(said))


@pytest.fixture(scope="session")
def client(gateway_url):
    return Client(gateway_url)
