"""A `make up` of our own, in its own folder and on ports of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from infra.local.ports import any_free_port

ROOT = Path(__file__).parents[2]
START_SECONDS = 90
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

    def status(self) -> Any:
        try:
            return requests.get(f"{self.url}/test/jobs/status", timeout=5).json()
        except requests.RequestException:
            return {}

    def is_idle(self) -> bool:
        """No message anywhere, nor a dead one."""
        return not sum(self.status().get(name, 1) for name in ("pending", "processing", "failed"))

    def kill(self, child: str) -> None:
        pid = self.pid(child)
        os.kill(pid, signal.SIGKILL)
        wait_until(30, lambda: self.pid(child) != pid)

    def pid(self, child: str) -> int:
        for _ in range(100):
            try:
                return int(json.loads((self.folder / "run.json").read_text())["children"][child])
            except ValueError:  # it is being written
                time.sleep(0.05)
        raise AssertionError("run.json stays unreadable")

    def memory(self, child: str) -> int:
        """Resident, in KiB."""
        lines = Path(f"/proc/{self.pid(child)}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))

    def ask(self, method: str, path: str, body: Any, key: str) -> Any:
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

    def audit(self) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "infra.audit", "--patience", "0"]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)

    def end(self) -> None:
        self.runner.terminate()
        self.runner.wait(60)


def wait_until(seconds: float, is_so: Callable[[], Any]) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"not within {seconds} s: {is_so}"
        time.sleep(0.1)
