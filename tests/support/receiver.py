"""Plays a merchant's server: records every webhook, answers by a script, and checks signatures as merchants do."""

import hashlib
import hmac
import json
import shutil
import subprocess
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

NODE = shutil.which("node")
# Merchants' receivers often check in this way: parse, write again, sign.
NODE_PROGRAM = """
const [body, signature, secret] = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const text = JSON.stringify(JSON.parse(body));
const expected = require('crypto').createHmac('sha256', secret).update(text).digest('hex');
process.stdout.write(String(expected === signature));
"""


@dataclass(frozen=True)
class Arrival:
    """Holds one request. status: the status of the answer."""

    id: str
    body: str
    headers: dict[str, str]
    status: int

    @property
    def event(self) -> str:
        return str(json.loads(self.body)["event"])

    @property
    def data(self) -> Any:
        return json.loads(self.body)["data"]

    @property
    def object_id(self) -> str:
        kind = self.event.partition(".")[0]
        return str(self.data[kind]["id"] if kind in self.data else self.data["endpoint_id"])

    def is_signed_with(self, secret: str) -> bool:
        expected = hmac.new(secret.encode(), self.body.encode(), hashlib.sha256).hexdigest()
        older = self.headers.get("X-Webhook-Signature-Previous", "").split()
        return expected in {self.headers["X-Webhook-Signature"], *older}

    def is_signed_in_node(self, secret: str) -> bool:
        if NODE is None:
            pytest.skip("no Node on this machine: signatures are NOT checked as merchants' servers do")
        given = json.dumps([self.body, self.headers["X-Webhook-Signature"], secret])
        done = subprocess.run([NODE, "-e", NODE_PROGRAM], input=given, capture_output=True, text=True, check=True)
        return done.stdout == "true"


Script = Callable[[int], int]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: Any) -> None:
        """Ignores a sender that was killed."""


class Receiver:
    """Runs one server on which each path is a separate receiver.

    A script gives the status of the n-th request (from 1) to a path. headers and bodies: of a path's answers.
    pauses: seconds before the answers.
    """

    def __init__(self) -> None:
        self.arrivals: dict[str, list[Arrival]] = defaultdict(list)
        self.scripts: dict[str, Script] = {}
        self.headers: dict[str, dict[str, str]] = {}
        self.bodies: dict[str, bytes] = {}
        self.pauses: dict[str, float] = {}
        self._lock = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = self.rfile.read(length)
                if len(body) < length:  # the sender was killed while it sent the body
                    self.close_connection = True
                    return
                status = receiver._take(self.path, body.decode(), dict(self.headers))
                answer = receiver.bodies.get(self.path, b"ok")
                self.send_response(status)
                for name, value in receiver.headers.get(self.path, {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = _Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.server_port}{path}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def _take(self, path: str, body: str, headers: dict[str, str]) -> int:
        time.sleep(self.pauses.get(path, 0))
        with self._lock:
            number = len(self.arrivals[path]) + 1
            script = self.scripts.get(path)
            status = script(number) if script else 200
            identifier = headers.get("webhook-id") or headers["x-razorpay-event-id"]  # the native format, or the other
            self.arrivals[path].append(Arrival(identifier, body, headers, status))
        return status

    def accepted(self, path: str) -> Counter[tuple[str, str]]:
        """Returns (event, object id) -> number of different deliveries that the path accepted."""
        taken = {a.id: (a.event, a.object_id) for a in self.arrivals[path] if a.status < 300}
        return Counter(taken.values())

    def wait_for(self, path: str, object_id: str, event: str, seconds: float = 20) -> Arrival:
        """Waits for the first accepted request with this event about this object, and returns it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for arrival in list(self.arrivals[path]):
                if (arrival.event, arrival.object_id) == (event, object_id) and arrival.status < 300:
                    return arrival
            time.sleep(0.02)
        raise AssertionError(f"no {event} for {object_id} within {seconds} s; seen: {self.arrivals[path]}")
