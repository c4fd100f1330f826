"""Shortens the way to the embedded AWS, for the API and the workers of `make up`.

botocore signs every call and sends it through an HTTP client for the open internet. For a process on loopback this is
more than half of the time of a call. Here a call is one write and one read on a socket that its thread keeps. The code
hooks into botocore's events, so the application has no code for it, and AWS calls never use it.
"""

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from http import HTTPStatus
from select import POLLIN, poll
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from botocore import UNSIGNED
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, HTTPClientError, ReadTimeoutError

from chalicelib.aws import CONNECT_SECONDS, READ_SECONDS

# A connection that was used within this time counts as open. After this time it is checked first.
SURELY_OPEN_SECONDS = 1
# The JSON of these answers is what botocore's parser makes of it, unless it holds binary values (base64).
PLAIN = frozenset(
    f"before-call.{service}.{operation}"
    for service, operations in {
        "dynamodb": "BatchGetItem BatchWriteItem DeleteItem GetItem PutItem Query Scan TransactGetItems "
        "TransactWriteItems UpdateItem",
        "sqs": "DeleteMessage DeleteMessageBatch GetQueueUrl ReceiveMessage SendMessage SendMessageBatch",
    }.items()
    for operation in operations.split()
)
BINARY = re.compile(rb'"B(?:S|inaryValue|inaryListValues)?"')


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


def _message(method: str, authority: str, target: str, service: str, headers: Any, body: bytes) -> bytes:
    lines = [
        f"{method} {target} HTTP/1.1",
        f"Host: {authority}",
        f"Authorization: {AUTHORIZATION.format(service=service)}",
        "X-Amz-Date: 20260101T000000Z",
    ]
    for name, value in headers.items():
        lines.append(f"{name}: {value.decode('latin-1') if isinstance(value, bytes) else value}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


def _ask(event_name: str, method: str, address: str, headers: Any, body: Any) -> AWSResponse | None:
    """Returns an answer, or None for a request that this way cannot carry.

    Raises the exceptions that botocore would raise, for its retries.
    """
    url = urlsplit(address)
    if url.scheme != "http" or not isinstance(body, bytes):
        return None
    host, port = str(url.hostname), url.port or 80
    target = f"{url.path or '/'}{'?' if url.query else ''}{url.query}"
    try:
        message = _message(method, f"{host}:{port}", target, event_name.split(".")[1], headers, body)
        status, received, content = _connection(host, port).ask(message)
    except (OSError, ValueError, KeyError, IndexError) as error:
        _forget(host, port)
        raise _as_botocore_says_it(error, address) from error
    return AWSResponse(address, status, received, _Raw(content))


def answer(event_name: str, params: dict[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, Any]] | None:
    """Handles "before-call.{service}.{operation}": saves botocore's request objects and its parser.

    All but a plain success (an error, a lost connection, binary values) waits in this thread for `send`. So botocore
    parses, retries and raises as ever.
    """
    _mine.waiting = response = None
    if event_name not in PLAIN:
        return None
    body = params["body"]
    headers = {**params["headers"], "Content-Length": len(body)}
    try:
        response = _ask(event_name, params["method"], params["url"], headers, body)
    except HTTPClientError as error:
        _mine.waiting = error
    if response is None:
        return None
    if response.status_code != HTTPStatus.OK or BINARY.search(response.content):
        _mine.waiting = response
        return None
    metadata = {"HTTPStatusCode": response.status_code, "HTTPHeaders": response.headers, "RetryAttempts": 0}
    return response, {**json.loads(response.content or b"{}"), "ResponseMetadata": metadata}


def send(request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse | None:
    """Handles "before-send.{service}.{operation}". Returns an answer, or None to leave the request to botocore."""
    waiting, _mine.waiting = _mine.__dict__.get("waiting"), None
    if isinstance(waiting, HTTPClientError):
        raise waiting
    return waiting or _ask(event_name, request.method, request.url, request.headers, request.body or b"")


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
    session.register("before-call", answer)
    session.register("before-send", send)
    session.register("choose-signer", _no_signature)
