"""A short way to the embedded AWS, for the API and the workers of `make up`.

botocore signs every call and sends it through an HTTP client made for the open internet; to a process on loopback that
is more than half of the time that a call takes. Here a call is one write and one read on a socket that its thread
keeps. botocore asks for both by its events, so the application does not know, and on AWS nothing of this exists.
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

# A connection that was just used is taken to be open; after this time it is looked at first.
SURELY_OPEN_SECONDS = 1


class _Connection:
    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port), CONNECT_SECONDS)
        self.socket.settimeout(READ_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader: BinaryIO = self.socket.makefile("rb")
        self.used = time.monotonic()

    def is_open(self) -> bool:
        """What can be read before anything was asked is the end of the connection."""
        if time.monotonic() - self.used < SURELY_OPEN_SECONDS:
            return True
        poller = poll()
        poller.register(self.socket, POLLIN)
        return not poller.poll(0)

    def close(self) -> None:
        self.reader.close()
        self.socket.close()

    def ask(self, message: bytes) -> tuple[int, dict[str, str], bytes]:
        """Status, headers (names in lower case) and body of the answer."""
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
    """What AWSResponse reads a body from."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> list[bytes]:
        return [self._body]


_mine = threading.local()


def _connection(host: str, port: int) -> _Connection:
    """Of this thread alone, so that none is ever waited for."""
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


# No emulator checks a signature; some want to see one, and who signed for which region and service.
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
    """For "before-send.{service}.{operation}": an answer, or None to leave the request to botocore.

    Raises what botocore would, for its retries.
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
        case _:  # it ended early, or is no HTTP
            kind = ConnectionClosedError
    return kind(endpoint_url=url, error=error)


def _no_signature(**_: Any) -> object:
    """For "choose-signer": it would take a fifth of the time of a call."""
    return UNSIGNED


def shorten(session: Any) -> None:
    """For a botocore session, before it makes its clients."""
    session.register("before-send", send)
    session.register("choose-signer", _no_signature)
