"""Talks to a test stage's gateway as a merchant whom the sandbox has just made."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from infra.usage import UsageError

TIMEOUT = 30
PATIENCE = 30
LOOK_EVERY = 0.05


class Inbox(ThreadingHTTPServer):
    """Keeps the body of every webhook that arrives."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.bodies: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def await_number(self, number: int, what: str) -> None:
        """Waits until this number of webhooks has come. Raises UsageError that names what was awaited."""
        until(lambda: len(self.bodies) >= number, what)


class _Handler(BaseHTTPRequestHandler):
    server: Inbox

    def do_POST(self) -> None:
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Prints nothing."""


class Merchant:
    """A fresh merchant. api: the gateway's address without /api/v1. Raises UsageError if it is no test stage's."""

    def __init__(self, api: str) -> None:
        self.api, self.headers = f"{api.rstrip('/')}/api/v1", {"Content-Type": "application/json"}
        made = self.post("/sandbox/merchants")
        self.headers |= {"X-Api-Key": made["api_key"], "X-Api-Secret": made["api_secret"]}

    def listen(self, inbox: Inbox, events: Sequence[str]) -> None:
        """Registers an endpoint for these events."""
        self.post("/webhook-endpoints", {"url": inbox.url, "events": list(events)})

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        return self._ask("POST", path, body or {})

    def get(self, path: str) -> Any:
        return self._ask("GET", path, None)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.api}{path}", data, self.headers, method=method)  # noqa: S310  # the developer's own gateway
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310  # as above
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise UsageError(f"{method} {path} answered {error.code}: {error.read().decode()}") from None
        except OSError as error:
            raise UsageError(f"No gateway answers at {self.api}: {error}") from None


def until(holds: Callable[[], bool], what: str) -> None:
    """Waits until something holds. Raises UsageError that names what was awaited."""
    ends = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > ends:
            raise UsageError(f"The gateway did not get as far as {what} within {PATIENCE} s")
        time.sleep(LOOK_EVERY)
