"""A browser in front of a running gateway: whatever GATEWAY_URL, CHECKOUT_URL and DASHBOARD_URL name, or one of our own."""

import json
import os
import threading
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

KEYS = {"X-Api-Key": "key_test_abc123", "X-Api-Secret": "secret_test_xyz789"}


@dataclass(frozen=True)
class Stack:
    api: str
    checkout: str
    dashboard: str
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
def stack(request):
    """Its bank takes a moment, or a payment would be over before anyone could look."""
    if "GATEWAY_URL" in os.environ:
        gateway = request.getfixturevalue("gateway")
        if not (gateway.checkout and gateway.dashboard):
            pytest.skip("CHECKOUT_URL and DASHBOARD_URL are not set: the pages are NOT tested against a real gateway")
        return Stack(gateway.api, gateway.checkout, gateway.dashboard)
    run = request.getfixturevalue("mortal").settings
    return Stack(run.api_origin, run.checkout_origin, run.dashboard_origin)


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
