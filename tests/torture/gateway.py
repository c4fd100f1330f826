"""Runs a separate gateway for the tests of crashes and traffic."""

import time
from pathlib import Path
from typing import Any

import requests

from tests.support import gateway

HEADERS = {"X-Api-Key": "key_test_abc123", "X-Api-Secret": "secret_test_xyz789"}


class Gateway(gateway.Gateway):
    def is_idle(self) -> bool:
        """Returns whether no queue holds a message, dead letters included."""
        jobs = self.jobs()
        return not sum(jobs.get(name, 1) for name in ("pending", "processing", "failed"))

    def memory(self, child: str) -> int:
        """Returns the child's resident memory in KiB."""
        lines = Path(f"/proc/{self.pid(child)}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))

    def ask(self, method: str, path: str, body: Any, key: str) -> Any:
        """Repeats the request until it has an answer."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                headers = HEADERS | {"Idempotency-Key": key}
                got = requests.request(method, f"{self.url}/api/v1{path}", json=body, headers=headers, timeout=30)
            except requests.RequestException:
                time.sleep(0.2)
                continue
            if got.status_code < 500:
                assert got.ok, got.text
                return got.json()
            time.sleep(0.2)
        raise AssertionError(f"no answer to {method} {path}")

    def knows(self, payment: str) -> bool:
        """Returns whether the API has the payment."""
        got = requests.get(f"{self.url}/api/v1/payments/{payment}", headers=HEADERS, timeout=30)
        assert got.status_code in {200, 404}, got.text
        return got.ok

    def check_audit(self) -> None:
        report = self.tool("infra.audit", "--patience", "0")
        print(report.stdout)
        assert report.returncode == 0, report.stdout + report.stderr
