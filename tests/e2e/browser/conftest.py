"""A browser in front of a running gateway: `make up`, or whatever GATEWAY_URL, CHECKOUT_URL and DASHBOARD_URL name."""

import json
import os
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.browser_fixtures import browser, complaints

__all__ = ["browser", "complaints"]

KEYS = {"X-Api-Key": "key_test_abc123", "X-Api-Secret": "secret_test_xyz789"}


@dataclass(frozen=True)
class Stack:
    api: str = os.environ.get("GATEWAY_URL", "http://localhost:8000").rstrip("/")
    checkout: str = os.environ.get("CHECKOUT_URL", "http://localhost:3001").rstrip("/")
    dashboard: str = os.environ.get("DASHBOARD_URL", "http://localhost:3000").rstrip("/")
    secret: str = KEYS["X-Api-Secret"]
    email: str = "test@example.com"
    password: str = os.environ.get("TEST_DASHBOARD_PASSWORD", "password123")

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {**KEYS, "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.api}/api/v1{path}", data, headers, method=method)  # noqa: S310
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # our own gateway
            return json.load(answer)

    def order(self, amount=50_000):
        return self.call("POST", "/orders", {"amount": amount})["id"]


@dataclass
class Receiver:
    """A merchant's server: what it has heard, as (event, id of the object)."""

    url: str
    heard: list = field(default_factory=list)


@pytest.fixture(scope="session")
def stack():
    running = Stack()
    for url in (f"{running.api}/health", f"{running.checkout}/checkout", f"{running.dashboard}/login"):
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310
        except (urllib.error.URLError, OSError) as error:
            pytest.skip(f"{url} does not answer ({error}): the pages are NOT tested against a real gateway")
    return running


@pytest.fixture
def receiver(stack):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):  # http.server names it so
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            subject = body["data"].get("payment") or body["data"].get("refund") or {}
            heard.heard.append((body["event"], subject.get("id")))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    heard = Receiver(f"http://127.0.0.1:{server.server_port}/hooks")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stack.call("PUT", "/merchants/webhook", {"webhook_url": heard.url})
    yield heard
    stack.call("PUT", "/merchants/webhook", {"webhook_url": None})
    server.shutdown()


@pytest.fixture
def new_page(browser, complaints):  # pytest's way of asking for a fixture
    contexts = []

    def open_page():
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.set_default_timeout(20_000)  # the simulated bank takes up to ten seconds
        contexts.append(context)
        page = context.new_page()
        complaints.watch(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
