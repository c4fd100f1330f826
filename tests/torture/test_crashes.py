"""SIGKILL, at random moments, for the workers and the API of a real `make up`, while payments are made."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
import requests

from infra.local.ports import any_free_port
from tests.torture.receiver import Receiver

WHOLE = os.environ.get("TORTURE") == "full"
PAYMENTS, WORKER_KILLS, API_KILLS = (500, 100, 10) if WHOLE else (60, 6, 2)
ROOT = Path(__file__).parents[2]
START_SECONDS, SETTLE_SECONDS = 90, 300
LIFE = 3.0  # seconds that a worker lives at most
HEADERS = {"X-Api-Key": "key_test_abc123", "X-Api-Secret": "secret_test_xyz789"}


class Gateway:
    """A `make up` of our own."""

    def __init__(self, folder: Path) -> None:
        ports = {name: str(any_free_port()) for name in ("PORT", "DASHBOARD_PORT", "CHECKOUT_PORT", "EMULATOR_PORT")}
        test_mode = {"TEST_MODE": "true", "TEST_PROCESSING_DELAY": "0", "WEBHOOK_RETRY_INTERVALS_TEST": "true"}
        self.environment = os.environ | ports | test_mode | {"LOCAL_FOLDER": str(folder)}
        self.url, self.folder = f"http://127.0.0.1:{ports['PORT']}/api/v1", folder
        self.runner = subprocess.Popen(
            [sys.executable, "-m", "infra.local"], cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL
        )
        wait_until(START_SECONDS, self.is_up)

    def is_up(self) -> bool:
        return (self.folder / "run.json").exists() and self.status().get("worker_status") == "running"

    def status(self) -> dict:
        try:
            return requests.get(f"{self.url}/test/jobs/status", timeout=5).json()
        except requests.RequestException:
            return {}

    def kill(self, child: str) -> None:
        pid = json.loads((self.folder / "run.json").read_text())["children"][child]
        os.kill(pid, signal.SIGKILL)
        wait_until(30, lambda: self._other_pid(child, pid))

    def _other_pid(self, child: str, pid: int) -> bool:
        try:
            return json.loads((self.folder / "run.json").read_text())["children"][child] != pid
        except ValueError:  # being written
            return False

    def ask(self, method: str, path: str, body: dict, key: str) -> dict:
        """Again and again until there is an answer."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                headers = HEADERS | {"Idempotency-Key": key}
                got = requests.request(method, f"{self.url}{path}", json=body, headers=headers, timeout=30)
            except requests.RequestException:
                time.sleep(0.2)
                continue
            if got.status_code < 500:
                assert got.ok, got.text
                return got.json()
            time.sleep(0.2)
        raise AssertionError(f"no answer to {method} {path}")

    def audit(self) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "infra.audit", "--patience", "0"]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)

    def end(self) -> None:
        self.runner.terminate()
        self.runner.wait(60)


def wait_until(seconds, is_so):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"not within {seconds} s: {is_so}"
        time.sleep(0.1)


@pytest.fixture
def gateway(tmp_path):
    running = Gateway(tmp_path)
    yield running
    running.end()


def pay(gateway, numbers, made):
    for number in numbers:
        order = gateway.ask("POST", "/orders", {"amount": 10_000}, f"order {number}")
        body = {"order_id": order["id"], "method": "upi", "vpa": "success@bank"}
        made.append(gateway.ask("POST", "/payments", body, f"payment {number}")["id"])
        time.sleep(WORKER_KILLS * 4 / PAYMENTS)


def kill_at_random(gateway, dice):
    """The API's deaths lie evenly among the workers'."""
    for number in range(WORKER_KILLS):
        time.sleep(dice.uniform(0, LIFE))
        gateway.kill("worker")
        if number % (WORKER_KILLS // API_KILLS) == 0:
            gateway.kill("api")


def test_payments_settle_once_and_are_announced_though_workers_and_api_are_killed(gateway):
    receiver, dice, made = Receiver(), random.Random(11), []
    gateway.ask("PUT", "/merchants/webhook", {"webhook_url": receiver.url("/hook")}, "")
    payers = [threading.Thread(target=pay, args=(gateway, range(n, PAYMENTS, 4), made)) for n in range(4)]
    for payer in payers:
        payer.start()
    kill_at_random(gateway, dice)
    for payer in payers:
        payer.join()
    assert len(made) == len(set(made)) == PAYMENTS
    due = Counter({("payment.success", one): 1 for one in made})
    wait_until(SETTLE_SECONDS, lambda: receiver.accepted("/hook") == due or gateway.status().get("failed"))
    dead = gateway.status()["failed"]
    if dead:  # killed five times with the same message in hand: it waits among the dead letters, and is sent back
        for queue in ("payments", "deliveries"):
            gateway.ask("POST", "/dead-letters/redrive", {"queue": queue}, "")
    wait_until(SETTLE_SECONDS, lambda: receiver.accepted("/hook") == due)
    wait_until(SETTLE_SECONDS, lambda: not gateway.status().get("pending", 1) + gateway.status().get("processing", 1))
    report = gateway.audit()
    print(f"\n{PAYMENTS} payments, {WORKER_KILLS} workers and {API_KILLS} APIs killed, {dead} messages sent back")
    print(report.stdout)
    assert report.returncode == 0, report.stdout + report.stderr
