"""A gateway of its own for these tests, which kill its workers and measure the times of its attempts."""

import threading
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import requests

from tests.support import gateway

ADMIN_TOKEN = "only-for-these-tests"


class Gateway(gateway.Gateway):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder, ADMIN_TOKEN=ADMIN_TOKEN)

    def aws(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.run["endpoint"],
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def merchant(self, name: str) -> "Merchant":
        answer = requests.post(
            f"{self.url}/api/v1/admin/merchants",
            json={"name": name, "email": f"{name}-{uuid4().hex[:8]}@example.com"},  # a test may run again
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
