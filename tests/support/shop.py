"""Shows the application in this process as a merchant sees it, and runs its workers."""

import json
from dataclasses import dataclass
from typing import Any

import boto3
from chalice.test import Client

from infra.deployment import template
from infra.deployment.template import EventSource
from infra.local.mappings import Context, failed_ids, load_handler, to_record
from tests.support.emulated import STACK_NAME

CREDENTIALS = {"X-Api-Key": "key_test_abc123", "X-Api-Secret": "secret_test_xyz789"}
CARD = {
    "number": "4111 1111 1111 1111",
    "expiry_month": "12",
    "expiry_year": "2040",
    "cvv": "737",
    "holder_name": "Asha Rao",
}
MAX_ROUNDS = 200


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def body(self) -> Any:
        return json.loads(self.text)


class Shop:
    """Sends requests through Chalice's own event handling, without HTTP."""

    def __init__(self, credentials: dict[str, str] | None = None) -> None:
        from app import app  # noqa: PLC0415  # not before the environment is set

        self.credentials = CREDENTIALS if credentials is None else credentials
        self.client = Client(app).http

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, text: str = ""
    ) -> Answer:
        """Makes a request. path: without /api/v1, except for /health. text: a body to send unchanged."""
        sent = text or ("" if body is None else json.dumps(body))
        whole = path if path == "/health" else f"/api/v1{path}"
        all_headers = {"Content-Type": "application/json", **self.credentials, **(headers or {})}
        answer = self.client.request(method, whole, headers=all_headers, body=sent.encode())
        return Answer(answer.status_code, dict(answer.headers), answer.body.decode())

    def get(self, path: str) -> Any:
        answer = self.ask("GET", path)
        assert answer.status == 200, answer
        return answer.body

    def make(self, path: str, body: Any) -> Any:
        answer = self.ask("POST", path, body)
        assert answer.status == 201, answer
        return answer.body

    def order(self, amount: int = 50000) -> Any:
        return self.make("/orders", {"amount": amount})

    def pay(self, order_id: str, vpa: str = "success@upi") -> Any:
        return self.make("/payments", {"order_id": order_id, "method": "upi", "vpa": vpa})

    def pay_by_card(self, order_id: str, **card: str) -> Any:
        return self.make("/payments", {"order_id": order_id, "method": "card", "card": CARD | card})


class Workers:
    """Runs the template's event source mappings step by step: no thread, no waiting."""

    def __init__(self) -> None:
        self.sqs = boto3.client("sqs")
        self.sources = template.event_sources(template.load(), STACK_NAME)

    def drain(self) -> int:
        """Works until no message is visible in any queue. Returns the number of invocations.

        A message that fails comes again at once, five times.
        """
        for invocations in range(MAX_ROUNDS):
            if not any(self.step(source) for source in self.sources):
                return invocations
        raise AssertionError(f"the queues are not empty after {MAX_ROUNDS} rounds")

    def step(self, source: EventSource) -> bool:
        """Receives one batch and invokes its function. Returns False if there was no message."""
        url = self.url(source.queue)
        messages = self.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=source.batch_size, MessageSystemAttributeNames=["All"]
        ).get("Messages", [])
        if not messages:
            return False
        event = {"Records": [to_record(message, source.queue) for message in messages]}
        answer = load_handler(source.handler)(event, Context(source.function, source.timeout))
        failed = failed_ids(answer, {message["MessageId"] for message in messages})
        for message in messages:
            which = {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]}
            if message["MessageId"] in failed:
                self.sqs.change_message_visibility(**which, VisibilityTimeout=0)
            else:
                self.sqs.delete_message(**which)
        return True

    def url(self, queue: str) -> str:
        """Returns the queue's URL. queue: the full name."""
        url: str = self.sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        return url

    def empty(self) -> None:
        """Deletes the messages of earlier tests, dead letters included."""
        for source in self.sources:
            for name in (source.queue, f"{source.queue}-dlq"):
                self.sqs.purge_queue(QueueUrl=self.url(name))
