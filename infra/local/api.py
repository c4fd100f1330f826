"""Serves the Chalice app over HTTP as API Gateway does: what the gateway would refuse is refused here, in the contract's shape.

Child of the supervisor: `python -m infra.local.api`. Also seeds the test merchant, before it serves.
"""

import functools
import importlib
import json
import logging
import os
import re
import signal
import sys
import time
import uuid
from http import HTTPStatus
from typing import Any

from chalice.config import Config
from chalice.local import ChaliceRequestHandler, RouteMatcher, ThreadedHTTPServer, create_local_server

from chalicelib import aws
from infra.local import transport
from infra.local.lifeline import end_with_parent
from infra.local.log import log_as_json
from infra.local.settings import HOST, read_settings

MAX_BODY = 1024 * 1024
# What is still read, and thrown away, of a body that is refused: a client that is sending does not read the answer.
MAX_DRAINED = 16 * MAX_BODY
LONG_NUMBER = re.compile(r"\d{12,}")  # a card number in a path is the caller's mistake, in a log it would be ours
CORS_HEADERS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "X-Request-Id"}

ERROR_CODES: dict[int, str] = {
    HTTPStatus.NOT_FOUND: "NOT_FOUND_ERROR",
    HTTPStatus.INTERNAL_SERVER_ERROR: "SERVER_ERROR",
}

log = logging.getLogger("infra.api")


class Refusal(Exception):
    """A request that never reaches the application."""

    def __init__(self, status: HTTPStatus, description: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.headers = headers or {}


def error_code(status: int) -> str:
    return ERROR_CODES.get(status, "BAD_REQUEST_ERROR")


def error_body(status: int, description: str, request_id: str) -> bytes:
    error = {"code": error_code(status), "description": description, "request_id": request_id}
    return json.dumps({"error": error}, separators=(",", ":")).encode()


class GatewayRequestHandler(ChaliceRequestHandler):
    """Chalice's handler with keep-alive at full speed, JSON errors and an access log."""

    disable_nagle_algorithm = True  # with Nagle and delayed acknowledgements a kept-alive request takes 44 ms
    wbufsize = 64 * 1024  # one segment for status line, headers and body
    server_version = "payment-gateway"
    sys_version = ""
    timeout = 75  # seconds an idle connection is kept

    def __init__(
        self, request: Any, client: Any, server: Any, *, matcher: RouteMatcher, app: Any, config: Config
    ) -> None:
        self.matcher = matcher
        self.routes = app.routes
        super().__init__(request, client, server, app, config)

    def _generic_handle(self) -> None:
        self.started = time.perf_counter()
        self.local_gateway.event_converter.LOCAL_SOURCE_IP = self.client_address[0]  # else every caller is 127.0.0.1
        try:
            self._check_body()
            self._check_route()
            super()._generic_handle()
        except Refusal as refusal:
            self._refuse(refusal.status, refusal.description, refusal.headers)
        except ConnectionError:
            self.close_connection = True
        except Exception:
            log.exception("the request could not be handled")
            self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal server error", {})

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = do_PATCH = do_OPTIONS = _generic_handle

    def _check_body(self) -> None:
        if "transfer-encoding" in self.headers:
            self.close_connection = True
            raise Refusal(HTTPStatus.LENGTH_REQUIRED, "Send the body with a Content-Length")
        length = self.headers.get("content-length", "0")
        if not length.isdecimal():
            self.close_connection = True
            raise Refusal(HTTPStatus.BAD_REQUEST, "Content-Length is not a number")
        if int(length) > MAX_BODY:
            self._drain(int(length))
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"Request body is larger than {MAX_BODY} bytes")

    def _drain(self, length: int) -> None:
        self.close_connection = True
        left = min(length, MAX_DRAINED)
        while left > 0 and (chunk := self.rfile.read(min(left, 64 * 1024))):
            left -= len(chunk)

    def _check_route(self) -> None:
        try:
            route = self.matcher.match_route(self.path).route
        except ValueError:
            self._skip_body()
            raise Refusal(HTTPStatus.NOT_FOUND, "No such path") from None
        methods = self.routes[route]
        if self.command not in methods and self.command != "OPTIONS":
            self._skip_body()
            description = f"Method {self.command} is not allowed on this path"
            raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, description, {"Allow": ", ".join(sorted(methods))})

    def _send_http_response_with_body(self, code: int, headers: dict[str, Any], body: str | bytes) -> None:
        if self.command != "HEAD":
            super()._send_http_response_with_body(code, headers, body)
            return
        self.send_response(code)
        length = len(body.encode() if isinstance(body, str) else body)
        self._send_headers({**headers, "Content-Length": str(length)})

    def _skip_body(self) -> None:
        """Reads what belongs to this request, so that the next one on the connection starts where it should."""
        self.rfile.read(int(self.headers.get("content-length", "0")))

    def _refuse(self, status: int, description: str, headers: dict[str, str]) -> None:
        request_id = str(uuid.uuid4())
        body = error_body(status, description, request_id)
        self.send_response(status)
        own = {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "X-Request-Id": request_id,
        }
        if self.close_connection:
            own["Connection"] = "close"
        self._send_headers(CORS_HEADERS | own | headers)
        if self.command != "HEAD":
            self.wfile.write(body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Called by http.server for what it cannot even parse."""
        del explain
        self.close_connection = True
        self.request_version = (
            self.protocol_version
        )  # what it could not read it takes for HTTP/0.9, without a status line
        if code == HTTPStatus.NOT_IMPLEMENTED:
            self._generic_handle()  # a method that nobody knows is refused like one that this path does not know
            return
        self._refuse(code, message or HTTPStatus(code).phrase, {})

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        del size
        status = code.value if isinstance(code, HTTPStatus) else code
        started = getattr(self, "started", time.perf_counter())
        path = LONG_NUMBER.sub("…", getattr(self, "path", "").split("?")[0])  # a query may carry a key, a path anything
        access = {
            "level": "INFO",
            "message": f"{self.command or '-'} {path} {status}",
            "duration_ms": round((time.perf_counter() - started) * 1000, 1),
        }
        sys.stdout.write(json.dumps(access) + "\n")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # http.server names it so
        log.debug(format, *args)


def build_server(app: Any, port: int) -> Any:
    """A chalice.local.LocalDevServer. Only create_local_server makes the app safe under threads: it swaps the app's class."""
    ThreadedHTTPServer.request_queue_size = 128
    config = Config()
    server = create_local_server(app, config, HOST, port)
    server.server.RequestHandlerClass = functools.partial(
        GatewayRequestHandler, matcher=RouteMatcher(list(app.routes)), app=app, config=config
    )
    return server


def main() -> None:
    end_with_parent()
    log_as_json()
    transport.shorten(aws._session())  # noqa: SLF001  # every client is made by it
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))  # nothing here needs tidying: all state is elsewhere
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    importlib.import_module("chalicelib.services.merchants").seed_test_merchant()
    app = importlib.import_module("app").app
    build_server(app, read_settings(os.environ).port).server.serve_forever()


if __name__ == "__main__":
    main()
