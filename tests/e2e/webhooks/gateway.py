"""A gateway of its own for these tests: they kill its workers, and the times of its attempts are measured."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import boto3
import requests

from infra.local.runs import OwnRun, Run, current
from infra.local.settings import ROOT

ADMIN_TOKEN = "only-for-these-tests"
SETTINGS = {
    "TEST_MODE": "true",
    "TEST_PAYMENT_SUCCESS": "true",
    "TEST_PROCESSING_DELAY": "0",
    "WEBHOOK_RETRY_INTERVALS_TEST": "true",
    "RATE_LIMIT_PER_KEY": "0",
    "RATE_LIMIT_PER_ADDRESS": "0",
    "ADMIN_TOKEN": ADMIN_TOKEN,
}


class Gateway:
    def __init__(self, folder: Path) -> None:
        self._own = OwnRun(os.environ | SETTINGS, folder)
        self.environment = self._own.environ
        self.url = f"http://127.0.0.1:{self.environment['PORT']}"

    def start(self) -> None:
        self._own.start()

    def stop(self) -> None:
        self._own.stop()

    @property
    def run(self) -> Run:
        run = current(self._own.settings)
        assert run, "the gateway runs"
        return run

    def kill_worker(self) -> float:
        """As a crash would, with whatever it is doing; the supervisor starts another. Returns when."""
        os.kill(self.run["children"]["worker"], signal.SIGKILL)
        return time.time()

    def aws(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.run["endpoint"],
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def tool(self, *arguments: str) -> str:
        """A command line of the project, e.g. infra.redrive; its output."""
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def jobs(self) -> dict[str, Any]:
        shown: dict[str, Any] = requests.get(f"{self.url}/api/v1/test/jobs/status", timeout=10).json()
        return shown

    def merchant(self, name: str) -> "Merchant":
        answer = requests.post(
            f"{self.url}/api/v1/admin/merchants",
            json={"name": name, "email": f"{name}@example.com"},
            headers={"Authorization": f"Bearer {ADMIN_TOKEN}"},
            timeout=10,
        )
        assert answer.status_code == 201, answer.text
        return Merchant(self.url, answer.json())


class Merchant:
    def __init__(self, url: str, made: dict[str, Any]) -> None:
        self.url, self.id = f"{url}/api/v1", made["id"]
        self.credentials = {"X-Api-Key": made["api_key"], "X-Api-Secret": made["api_secret"]}
        self._sessions = threading.local()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """A connection a thread. Fails unless the answer is a 2xx."""
        if not hasattr(self._sessions, "own"):
            self._sessions.own = requests.Session()
        answer = self._sessions.own.request(method, self.url + path, json=body, headers=self.credentials, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def endpoint(self, url: str, *events: str) -> dict[str, Any]:
        """With its secret."""
        made: dict[str, Any] = self.ask(
            "POST", "/webhook-endpoints", {"url": url, "events": events or ["webhook.test"]}
        )
        return made

    def send_test(self, endpoint: dict[str, Any]) -> str:
        """The delivery's id."""
        return str(self.ask("POST", f"/webhook-endpoints/{endpoint['id']}/test")["id"])

    def pay(self) -> str:
        order = self.ask("POST", "/orders", {"amount": 5000})
        payment = {"order_id": order["id"], "method": "upi", "vpa": "success@upi"}
        return str(self.ask("POST", "/payments", payment)["id"])

    def delivery(self, delivery_id: str) -> dict[str, Any]:
        shown: dict[str, Any] = self.ask("GET", f"/webhooks/{delivery_id}")
        return shown

    def deliveries(self) -> list[dict[str, Any]]:
        rows, cursor = [], ""
        while cursor is not None:
            page = self.ask("GET", f"/webhooks?limit=100&cursor={cursor}")
            rows += page["data"]
            cursor = page["next_cursor"]
        return rows


def until(holds: Any, seconds: float, every: float = 0.1) -> Any:
    """The first true value; fails when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (value := holds()):
        assert time.monotonic() < deadline, f"still {value!r} after {seconds} s"
        time.sleep(every)
    return value
