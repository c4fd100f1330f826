"""Seeds the test merchant and serves the Chalice app over HTTP. The supervisor runs `python -m infra.local.api`."""

import importlib
import os
import sys
import time
import uuid
from http import HTTPStatus

import uvicorn
from httptools import HttpParserInvalidMethodError, HttpRequestParser
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from chalicelib import aws
from chalicelib.sandbox import clock
from infra.local import transport
from infra.local.access_log import log_access
from infra.local.edge import Edge, Refusal
from infra.local.lifeline import end_with_parent
from infra.local.log import log_as_json
from infra.local.loopback import listen
from infra.local.settings import read_settings

KEPT_SECONDS = 75  # seconds that an idle connection stays open
END_SECONDS = 2  # seconds for requests under way when the process has to end
MAX_HEAD = 64 * 1024  # bytes of request line and headers
METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"


class Protocol(HttpToolsProtocol):
    """Extends uvicorn's protocol, which refuses contradictory framing. Unparsable requests get the contract's answer."""

    received = b""
    head = 0  # bytes of the request's head so far; llhttp itself has no limit

    def data_received(self, data: bytes) -> None:
        self.received, self.head = data, self.head + len(data)
        super().data_received(data)
        if self.head > MAX_HEAD and not self.transport.is_closing():
            self._refuse(Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"The headers exceed {MAX_HEAD} bytes"))

    def on_headers_complete(self) -> None:
        if not self._offers_upgrade():
            self.head = -sys.maxsize
            self.scope["extensions"] = {
                "connection": {"close": self.transport.close}
            }  # for an answer that has to get lost
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        if not self._offers_upgrade():
            self.head = 0
            super().on_message_complete()

    def _offers_upgrade(self) -> bool:
        return bool(self.parser.should_upgrade()) and self.parser.get_method() != b"CONNECT"

    def _unsupported_upgrade_warning(self) -> None:
        """Reads the request again. uvicorn calls it while handling the parser's exception, which names the head's end.

        Java's client offers h2c with its first request. A server may ignore the offer, but llhttp then leaves the body
        unread. The second reading leaves the offer out.
        """
        lines = [b"%b %b HTTP/1.1" % (self.parser.get_method(), self.url)]
        lines += [b"%b: %b" % pair for pair in self.headers if pair[0] != b"upgrade"]
        rest = self.received[sys.exception().args[0] :]  # type: ignore[union-attr]  # an exception is being handled
        self.parser = HttpRequestParser(self)
        self.data_received(b"\r\n".join([*lines, b"", rest]))

    def send_400_response(self, msg: str) -> None:
        """Sends the answer. uvicorn calls it while it handles the parser's exception, which names the mistake."""
        error = sys.exception()
        if isinstance(error, HttpParserInvalidMethodError):
            self._refuse(Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "No path has this method", {"Allow": METHODS}))
        else:
            self._refuse(Refusal(HTTPStatus.BAD_REQUEST, f"This is no HTTP request: {error or msg}"))

    def _refuse(self, refusal: Refusal) -> None:
        answer = refusal.answer(str(uuid.uuid4()))
        headers = {**answer.headers, "Content-Length": str(len(answer.body)), "Connection": "close"}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.transport.write(STATUS_LINE[answer.status] + lines.encode() + b"\r\n" + answer.body)
        self.transport.close()
        log_access("-", "-", answer.status, time.perf_counter())


def config(app: Edge) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=Protocol,
        loop="uvloop",
        ws="none",
        lifespan="off",
        interface="asgi3",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        log_level="error",
        timeout_keep_alive=KEPT_SECONDS,
        timeout_graceful_shutdown=END_SECONDS,
    )


def main() -> None:
    end_with_parent()
    log_as_json()
    for session in (aws._session(), clock._session()):  # noqa: SLF001  # these make every client
        transport.shorten(session)
    settings = read_settings(os.environ)
    importlib.import_module("chalicelib.services.merchants.accounts").seed_test_merchant()
    edge = Edge(importlib.import_module("app").app, settings.page_origins)
    uvicorn.Server(config(edge)).run(sockets=listen(settings.port))


if __name__ == "__main__":
    main()
