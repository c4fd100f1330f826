"""A merchant's server: remembers every webhook, checks its signature and answers as it is told."""

import hashlib
import hmac
import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Arrival:
    id: str
    body: str
    headers: dict[str, str]
    status: int

    @property
    def event(self) -> str:
        return str(json.loads(self.body)["event"])

    @property
    def object_id(self) -> str:
        kind, data = self.event.partition(".")[0], json.loads(self.body)["data"]
        return str(data[kind]["id"] if kind in data else data["endpoint_id"])

    def is_signed_with(self, secret: str) -> bool:
        expected = hmac.new(secret.encode(), self.body.encode(), hashlib.sha256).hexdigest()
        older = self.headers.get("X-Webhook-Signature-Previous", "").split()
        return expected in {self.headers["X-Webhook-Signature"], *older}


Script = Callable[[int], int]


class Receiver:
    """One server; each path is a receiver of its own. A script says the status of the n-th request (from 1) to a path."""

    def __init__(self) -> None:
        self.arrivals: dict[str, list[Arrival]] = defaultdict(list)
        self.scripts: dict[str, Script] = {}
        self.pauses: dict[str, float] = {}
        self._lock = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                status = receiver._take(self.path, body, dict(self.headers))
                self.send_response(status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_: Any) -> None:
                """A sender that was killed."""

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.server_port}{path}"

    def _take(self, path: str, body: str, headers: dict[str, str]) -> int:
        time.sleep(self.pauses.get(path, 0))
        with self._lock:
            number = len(self.arrivals[path]) + 1
            script = self.scripts.get(path)
            status = script(number) if script else 200
            self.arrivals[path].append(Arrival(headers["webhook-id"], body, headers, status))
        return status

    def accepted(self, path: str) -> Counter[tuple[str, str]]:
        """(event, object id) -> how many different deliveries of it were taken."""
        taken = {a.id: (a.event, a.object_id) for a in self.arrivals[path] if a.status < 300}
        return Counter(taken.values())
