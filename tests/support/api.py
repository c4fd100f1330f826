"""Plays a gateway's API for the tests of its clients: answers from a table, and serves a list of events."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Answer = tuple[int, Any]
Route = Callable[[dict[str, Any]], Answer]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: Any) -> None:
        """Ignores a client that was killed."""


class Api:
    """routes: (method, path below /api/v1) -> a function of the query or body. asked: every request, in order."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.routes: dict[tuple[str, str], Route] = {
            ("GET", "/events"): self._list,
            ("GET", "/test/merchant"): lambda _: (200, {"seeded": True}),
        }
        self.asked: list[tuple[str, str, dict[str, Any], dict[str, str]]] = []
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def _answer(self) -> None:
                parts = urlsplit(self.path)
                length = int(self.headers.get("Content-Length") or 0)
                given = json.loads(self.rfile.read(length)) if length else dict(parse_qsl(parts.query))
                path = parts.path.removeprefix("/api/v1")
                api.asked.append((self.command, path, given, dict(self.headers)))
                status, body = api.routes.get((self.command, path), _missing)(given)
                text = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_DELETE = _answer  # noqa: N815  # http.server's names

            def log_message(self, *_: Any) -> None:
                pass

        self.server = _Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def add_event(self, number: int, **fields: Any) -> dict[str, Any]:
        event = {
            "id": f"evt_{number:06}",
            "type": "payment.success",
            "object_id": f"pay_{number}",
            "sequence": 1,
            "created_at": "2026-01-02T03:04:05Z",
            "data": {"payment": {"id": f"pay_{number}", "amount": 50000}},
        }
        self.events.append(event | fields)
        return self.events[-1]

    def resend(self, number: int, event: dict[str, Any]) -> None:
        """Sends an event again: the list with resent=true has it once more."""
        self.events.append(event | {"resent_as": f"evt_{number:06}"})

    def _list(self, query: dict[str, Any]) -> Answer:
        """Lists events as the gateway does: since `after` the oldest first, otherwise the newest first."""
        limit = int(query.get("limit", 10))
        known = [event for event in self.events if query.get("resent") == "true" or "resent_as" not in event]
        if after := query.get("after"):
            start = next(
                (number for number, event in enumerate(known, 1) if event.get("resent_as", event["id"]) == after), 0
            )
            return 200, {"data": known[start : start + limit], "next_cursor": None}
        start = int(query.get("cursor", 0))
        page = known[::-1][start : start + limit]
        more = start + limit < len(known)
        return 200, {"data": page, "next_cursor": str(start + limit) if more else None}


def _missing(_: dict[str, Any]) -> Answer:
    return 404, {"error": {"code": "NOT_FOUND_ERROR", "description": "No such path"}}
