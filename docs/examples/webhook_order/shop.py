"""The part of a webhook receiver that all examples share: HTTP, the signature, and each webhook-id handled once.

A receiver's own part is two functions: apply(event) changes the state, show(order_id) returns it as JSON.
"""

import hashlib
import hmac
import json
import os
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Apply = Callable[[dict[str, Any]], None]
Show = Callable[[str], Any]


class Shop(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, apply: Apply, show: Show) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.apply, self.show = apply, show
        self.handled: set[str] = set()
        self.lock = threading.Lock()
        self.secret = os.environ.get("WEBHOOK_SECRET", "")

    def is_genuine(self, body: bytes, signature: str) -> bool:
        """Checks the signature. Without WEBHOOK_SECRET it accepts everything, for a first try only."""
        expected = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        return not self.secret or hmac.compare_digest(expected, signature)

    def take(self, webhook_id: str, event: dict[str, Any]) -> None:
        """Takes one webhook at a time, and none twice. A real shop does both with its database's transaction."""
        with self.lock:
            if webhook_id not in self.handled:
                self.apply(event)
                self.handled.add(webhook_id)


class Handler(BaseHTTPRequestHandler):
    server: Shop

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:  # the connection has ended in the middle of the body; the webhook comes again
            self.close_connection = True
            return
        genuine = self.server.is_genuine(body, self.headers.get("X-Webhook-Signature", ""))
        if genuine:
            self.server.take(self.headers["webhook-id"], json.loads(body))
        self.answer(204 if genuine else 400, b"")

    def do_GET(self) -> None:
        """Answers GET /orders/order_…"""
        self.answer(200, json.dumps(self.server.show(self.path.rpartition("/")[2]), sort_keys=True).encode())

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Prints nothing."""


def serve(apply: Apply, show: Show) -> None:
    """Serves on the port that the command line names."""
    Shop(int(sys.argv[1]), apply, show).serve_forever()
