"""`make demo`: walks a payment through its whole life and prints each request and answer.

The demonstration uses the gateway that runs on this machine, or starts its own.
"""

import hashlib
import hmac
import json
import os
import queue
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from infra.environment import environment, stay_here
from infra.local import runs
from infra.usage import UsageError

PATIENCE = 30  # seconds for a webhook: the simulated bank may take ten, and a delivery may need a second attempt
EVENTS = ["payment.success", "payment.failed", "refund.created", "refund.processed"]
DECLINED_CARD = {
    "number": "4000 0000 0000 0002",
    "expiry_month": "12",
    "expiry_year": "2040",
    "cvv": "123",
    "holder_name": "Asha Rao",
}
Say = Callable[[str], None]
BOLD, FAINT, RED, GREEN = "1", "2", "31", "32"


class Unexpected(Exception):
    """Reports that the gateway did not do what the demonstration shows."""


def paint(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if sys.stdout.isatty() else text


def indented(value: Any) -> str:
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return "\n".join(f"   {line}" for line in text.splitlines())


class Inbox(ThreadingHTTPServer):
    """Plays the merchant's server: takes every webhook and keeps it until the demonstration reads it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), InboxHandler)
        self.received: queue.Queue[tuple[bytes, str]] = queue.Queue()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/webhook"


class InboxHandler(BaseHTTPRequestHandler):
    server: Inbox

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.put((body, self.headers.get("X-Webhook-Signature", "")))
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # http.server names it so
        """Writes no log line, because the demonstration prints the webhooks."""


@dataclass
class Demo:
    """Plays the merchant, with the address of its gateway, its key pair and its server.

    say: takes each line for a person. chapters: what was done, for a program.
    """

    api: str
    credentials: dict[str, str]
    inbox: Inbox
    say: Say
    chapters: list[dict[str, Any]]
    endpoint_id: str = ""
    webhook_secret: str = ""

    def chapter(self, title: str) -> None:
        self.chapters.append({"title": title, "steps": []})
        self.say(f"\n{paint(f'{len(self.chapters)}. {title}', BOLD)}")

    def note(self, **step: Any) -> None:
        """Adds a step to the chapter."""
        self.chapters[-1]["steps"].append(step)

    def ask(self, expected: int, method: str, path: str, body: Any = None, key: str = "") -> Any:
        """Prints the request and its answer, and returns the answer's body. Raises Unexpected for another status."""
        self.say(f"\n   {paint(f'{method} {path}', BOLD)}" + (f"   Idempotency-Key: {key}" if key else ""))
        if body is not None:
            self.say(paint(indented(body), FAINT))
        status, headers, text = self.send(method, path, body, key)
        replayed = "   Idempotent-Replayed: true" if headers.get("Idempotent-Replayed") else ""
        self.say(f"   {paint(f'{status} {HTTPStatus(status).phrase}', GREEN if status < 400 else RED)}{replayed}")  # noqa: PLR2004
        answer = json.loads(text) if text else None
        if answer is not None:
            self.say(indented(answer))
        self.note(method=method, path=path, body=body, idempotency_key=key or None, status=status, answer=answer)
        if status != expected:
            raise Unexpected(f"{method} {path} was answered {status}, not {expected}.")
        return answer

    def send(self, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Any, str]:
        headers = {**self.credentials, "Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.api}{path}", data, headers, method=method)  # noqa: S310  # our own gateway
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310  # as above
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()

    def hear(self, event: str, object_id: str) -> None:
        """Waits for this webhook, checks its signature as a merchant does, and prints it. Skips other webhooks."""
        self.say(f"\n   {paint('… the webhook', FAINT)}")
        while True:
            try:
                body, signature = self.inbox.received.get(timeout=PATIENCE)
            except queue.Empty:
                raise Unexpected(f"No {event} for {object_id} came within {PATIENCE} s.") from None
            said = json.loads(body)
            if said["event"] == event and object_id in {each["id"] for each in said["data"].values()}:
                break
        if not hmac.compare_digest(hmac.new(self.webhook_secret.encode(), body, hashlib.sha256).hexdigest(), signature):
            raise Unexpected(f"The signature of {event} is wrong.")
        self.say(
            f"   {paint(event, BOLD)}   {paint('signature verified', GREEN)}   X-Webhook-Signature: {signature[:16]}…"
        )
        self.say(indented(said))
        self.note(webhook=said, signature_verified=True)


def listen(demo: Demo) -> None:
    demo.chapter("The merchant's server gets an endpoint of its own, with its own secret")
    made = demo.ask(201, "POST", "/api/v1/webhook-endpoints", {"url": demo.inbox.url, "events": EVENTS})
    demo.endpoint_id, demo.webhook_secret = made["id"], made["secret"]


def pay(demo: Demo) -> str:
    """Returns the id of a payment that succeeded."""
    demo.chapter("An order is paid by UPI: accepted at once, settled by a worker")
    order = demo.ask(201, "POST", "/api/v1/orders", {"amount": 50000, "currency": "INR", "receipt": "demo"})
    body = {"order_id": order["id"], "method": "upi", "vpa": "success@upi"}
    payment = demo.ask(201, "POST", "/api/v1/payments", body)
    demo.hear("payment.success", payment["id"])
    demo.ask(200, "GET", f"/api/v1/orders/{order['id']}")
    return str(payment["id"])


def fail(demo: Demo) -> None:
    demo.chapter("A card that the bank declines")
    order = demo.ask(201, "POST", "/api/v1/orders", {"amount": 129900})
    body = {"order_id": order["id"], "method": "card", "card": DECLINED_CARD}
    payment = demo.ask(201, "POST", "/api/v1/payments", body)
    demo.hear("payment.failed", payment["id"])


def refuse(demo: Demo) -> None:
    demo.chapter("A request that makes no sense is refused, and says which field is wrong")
    demo.ask(400, "POST", "/api/v1/orders", {"amount": 99})


def refund(demo: Demo, payment_id: str) -> None:
    demo.chapter("A part is refunded; the same request again refunds nothing more")
    key = f"demo-{payment_id}"
    made = demo.ask(201, "POST", f"/api/v1/payments/{payment_id}/refunds", {"amount": 20000}, key)
    demo.ask(201, "POST", f"/api/v1/payments/{payment_id}/refunds", {"amount": 20000}, key)
    demo.hear("refund.processed", made["id"])
    demo.ask(200, "GET", f"/api/v1/payments/{payment_id}")


def walk(demo: Demo) -> None:
    """Walks through all steps, and removes the demonstration's endpoint from the merchant even after a failure."""
    try:
        listen(demo)
        payment_id = pay(demo)
        fail(demo)
        refuse(demo)
        refund(demo, payment_id)
    finally:
        if demo.endpoint_id:
            demo.send("DELETE", f"/api/v1/webhook-endpoints/{demo.endpoint_id}")
    demo.say(f"\n{paint('All of it went as it should.', GREEN)}")


def _say(line: str) -> None:
    print(line, flush=True)


def _say_aside(line: str) -> None:
    print(line, file=sys.stderr)


def main(*, as_json: bool = False) -> int:
    """Prints each step for a person; with as_json to stderr, and one JSON document to stdout. Returns the exit status."""
    chapters: list[dict[str, Any]] = []
    status, error = _run(chapters, _say_aside if as_json else _say)
    if error:
        _say_aside(error)
    if as_json:
        print(json.dumps({"passed": status == 0, "error": error or None, "chapters": chapters}, ensure_ascii=False))
    return status


def _run(chapters: list[dict[str, Any]], say: Say) -> tuple[int, str]:
    """Returns the exit status, and what went wrong."""
    stay_here(os.environ)
    environ = environment()
    credentials = {
        "X-Api-Key": environ.get("TEST_API_KEY") or "key_test_abc123",
        "X-Api-Secret": environ.get("TEST_API_SECRET") or "secret_test_xyz789",
    }
    try:
        with runs.running_or_started(environ, say) as run:
            walk(Demo(run["api"], credentials, Inbox(), say, chapters))
    except (UsageError, Unexpected, urllib.error.URLError) as error:
        return 1, str(error)
    except KeyboardInterrupt:
        return 130, ""
    return 0, ""


if __name__ == "__main__":
    sys.exit(main(as_json="--json" in sys.argv[1:]))
