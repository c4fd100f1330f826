"""Shortens the way to the embedded AWS, for the API and the workers of `make up`.

botocore signs every call and sends it through an HTTP client for the open internet. For a process on loopback this is
more than half of the time of a call. Here a call is one write and one read on a socket that its thread keeps. The code
hooks into botocore's events, so the application has no code for it, and AWS calls never use it.
"""

import socket
import threading
import time
from collections.abc import Iterator
from select import POLLIN, poll
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from botocore import UNSIGNED
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

from chalicelib.aws import CONNECT_SECONDS, READ_SECONDS

# A connection that was used within this time counts as open. After this time it is checked first.
SURELY_OPEN_SECONDS = 1


class _Connection:
    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port), CONNECT_SECONDS)
        self.socket.settimeout(READ_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader: BinaryIO = self.socket.makefile("rb")
        self.used = time.monotonic()

    def is_open(self) -> bool:
        """Returns whether the connection is open. Anything to read before a request is the end of the connection."""
        if time.monotonic() - self.used < SURELY_OPEN_SECONDS:
            return True
        poller = poll()
        poller.register(self.socket, POLLIN)
        return not poller.poll(0)

    def close(self) -> None:
        self.reader.close()
        self.socket.close()

    def ask(self, message: bytes) -> tuple[int, dict[str, str], bytes]:
        """Sends the message. Returns the status, the headers (names in lower case) and the body of the answer."""
        self.socket.sendall(message)
        status = self._line().split(b" ", 2)[1]
        headers = {}
        while line := self._line():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        body = (
            b"".join(self._chunks())
            if "transfer-encoding" in headers
            else self._exactly(int(headers["content-length"]))
        )
        self.used = time.monotonic()
        return int(status), headers, body

    def _line(self) -> bytes:
        line = self.reader.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionResetError("the connection ended within an answer")
        return line[:-2]

    def _exactly(self, length: int) -> bytes:
        data = self.reader.read(length)
        if len(data) != length:
            raise ConnectionResetError("the connection ended within an answer")
        return data

    def _chunks(self) -> Iterator[bytes]:
        while length := int(self._line(), 16):
            yield self._exactly(length)
            self._line()
        self._line()


class _Raw:
    """Gives AWSResponse a body to read."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> list[bytes]:
        return [self._body]


_mine = threading.local()


def _connection(host: str, port: int) -> _Connection:
    """Returns a connection of this thread only, so that no thread waits for a connection."""
    connections: dict[tuple[str, int], _Connection] = _mine.__dict__.setdefault("connections", {})
    known = connections.get((host, port))
    if known and known.is_open():
        return known
    if known:
        known.close()
    connections[host, port] = fresh = _Connection(host, port)
    return fresh


def _forget(host: str, port: int) -> None:
    known = _mine.__dict__.get("connections", {}).pop((host, port), None)
    if known:
        known.close()


# No emulator checks a signature, but some read the signer, the region and the service from it.
AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=none"
)


def _message(request: AWSPreparedRequest, authority: str, target: str, service: str) -> bytes:
    lines = [
        f"{request.method} {target} HTTP/1.1",
        f"Host: {authority}",
        f"Authorization: {AUTHORIZATION.format(service=service)}",
        "X-Amz-Date: 20260101T000000Z",
    ]
    for name, value in request.headers.items():
        lines.append(f"{name}: {value.decode('latin-1') if isinstance(value, bytes) else value}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + (request.body or b"")


def send(request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse | None:
    """Handles "before-send.{service}.{operation}". Returns an answer, or None to leave the request to botocore.

    Raises the exceptions that botocore would raise, for its retries.
    """
    url = urlsplit(request.url)
    if url.scheme != "http" or not isinstance(request.body or b"", bytes):
        return None
    host, port = str(url.hostname), url.port or 80
    target = f"{url.path or '/'}{'?' if url.query else ''}{url.query}"
    try:
        message = _message(request, f"{host}:{port}", target, event_name.split(".")[1])
        status, headers, body = _connection(host, port).ask(message)
    except (OSError, ValueError, KeyError, IndexError) as error:
        _forget(host, port)
        raise _as_botocore_says_it(error, request.url) from error
    return AWSResponse(request.url, status, headers, _Raw(body))


def _as_botocore_says_it(error: Exception, url: str) -> Any:
    match error:
        case TimeoutError():
            kind = ReadTimeoutError
        case ConnectionRefusedError():
            kind = EndpointConnectionError
        case _:  # the answer ended early, or is not HTTP
            kind = ConnectionClosedError
    return kind(endpoint_url=url, error=error)


def _no_signature(**_: Any) -> object:
    """Handles "choose-signer": a signature would take a fifth of the time of a call."""
    return UNSIGNED


def shorten(session: Any) -> None:
    """Shortens the way for a botocore session that has not made its clients yet."""
    session.register("before-send", send)
    session.register("choose-signer", _no_signature)
