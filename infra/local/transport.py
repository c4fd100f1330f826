"""Shortens the way to the embedded AWS, for the API and the workers of `make up`.

botocore resolves an endpoint, walks through the operation's model, signs, sends through an HTTP client for the open
internet, and parses. For a process on loopback this is most of the time of a call. Here an operation on DynamoDB's or
SQS's data is its parameters as JSON, one write and one read on a socket that its thread keeps
(infra/local/engine/short.py is the other end). The code hooks into botocore's events, so the application has no code
for it, and AWS calls never use it.
"""

import json
import re
import socket
import threading
import time
import uuid
from base64 import b64decode
from http import HTTPStatus
from select import POLLIN, poll
from typing import Any
from urllib.parse import urlsplit

import msgspec
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, HTTPClientError, ReadTimeoutError

from chalicelib.aws import CONNECT_SECONDS, READ_SECONDS

# A connection that was used within this time counts as open. After this time it is checked first.
SURELY_OPEN_SECONDS = 1
CHUNK = 1 << 16  # bytes to read at once
# The parameters of these operations are the JSON of the request, and the JSON of the answer is what botocore's parser
# makes of it, but for binary values (base64).
TARGETS = {
    operation: f"{service}.{operation}"
    for service, operations in {
        "DynamoDB_20120810": "BatchGetItem BatchWriteItem DeleteItem GetItem PutItem Query Scan TransactGetItems "
        "TransactWriteItems UpdateItem",
        "AmazonSQS": "DeleteMessage DeleteMessageBatch GetQueueUrl ReceiveMessage SendMessage SendMessageBatch",
    }.items()
    for operation in operations.split()
}
BINARY = re.compile(rb'"BS?":')

Reply = tuple[int, dict[str, str], bytes]


class _Connection:
    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port), CONNECT_SECONDS)
        self.socket.settimeout(READ_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.used = time.monotonic()

    def is_open(self) -> bool:
        """Returns whether the connection is open. Anything to read before a request is the end of the connection."""
        if time.monotonic() - self.used < SURELY_OPEN_SECONDS:
            return True
        poller = poll()
        poller.register(self.socket, POLLIN)
        return not poller.poll(0)

    def ask(self, message: bytes) -> Reply:
        """Sends the message. Returns the status, the headers (names in lower case) and the body of the answer."""
        self.socket.sendall(message)
        data = self._more()
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        first, *lines = data[:end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        whole = end + 4 + int(headers["content-length"])
        while len(data) < whole:
            data += self._more()
        self.used = time.monotonic()
        return int(first.split(" ", 2)[1]), headers, data[end + 4 :]

    def _more(self) -> bytes:
        if data := self.socket.recv(CHUNK):
            return data
        raise ConnectionResetError("the connection ended within an answer")


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
        known.socket.close()
    connections[host, port] = fresh = _Connection(host, port)
    return fresh


def _forget(host: str, port: int) -> None:
    known = _mine.__dict__.get("connections", {}).pop((host, port), None)
    if known:
        known.socket.close()


def _ask(endpoint: str, target: str, body: bytes) -> Reply:
    """Returns an answer. Raises the exceptions that botocore would raise, for its retries."""
    url = urlsplit(endpoint)
    host, port = str(url.hostname), url.port or 80
    head = f"POST / HTTP/1.1\r\nHost: {host}:{port}\r\nX-Amz-Target: {target}\r\nContent-Length: {len(body)}\r\n\r\n"
    try:
        return _connection(host, port).ask(head.encode() + body)
    except (OSError, ValueError, KeyError, IndexError) as error:
        _forget(host, port)
        raise _as_botocore_says_it(error, endpoint) from error


def _as_botocore_says_it(error: Exception, url: str) -> Any:
    match error:
        case TimeoutError():
            kind = ReadTimeoutError
        case ConnectionRefusedError():
            kind = EndpointConnectionError
        case _:  # the answer ended early, or is not HTTP
            kind = ConnectionClosedError
    return kind(endpoint_url=url, error=error)


def _decoded(body: bytes) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(body, object_hook=_opened) if BINARY.search(body) else msgspec.json.decode(body)
    return answer


def _opened(value: dict[str, Any]) -> dict[str, Any]:
    """Returns an attribute value with its bytes. A map may have an attribute of this name, but never with a text."""
    match value:
        case {"B": str() as text}:
            return {"B": b64decode(text)}
        case {"BS": [str(), *_] as texts}:
            return {"BS": [b64decode(text) for text in texts]}
    return value


class ShortWay:
    """Stands before botocore's client class.

    All but a plain success (an error, a lost connection) waits in this thread for `send`. So botocore parses, retries
    and raises as ever, and no request is sent twice.
    """

    meta: Any

    def _make_api_call(self, operation: str, params: dict[str, Any]) -> Any:
        _mine.waiting = None
        endpoint = self.meta.endpoint_url
        if operation == "TransactWriteItems":  # as botocore does, so that a repeated transaction is done once
            params = {"ClientRequestToken": str(uuid.uuid4()), **params}
        if operation in TARGETS and endpoint.startswith("http:"):
            try:
                status, headers, body = _ask(endpoint, TARGETS[operation], msgspec.json.encode(params))
                if status == HTTPStatus.OK:
                    metadata = {"HTTPStatusCode": status, "HTTPHeaders": headers, "RetryAttempts": 0}
                    return {**_decoded(body), "ResponseMetadata": metadata}
                _mine.waiting = AWSResponse(endpoint, status, headers, _Raw(body))
            except HTTPClientError as error:
                _mine.waiting = error
            except (ValueError, TypeError):  # a value that msgspec refuses; botocore takes more, or says why not
                pass
        return super()._make_api_call(operation, params)  # type: ignore[misc]  # botocore's class comes next


def send(**_: Any) -> AWSResponse | None:
    """Handles "before-send". Returns the answer that waits; None leaves the request to botocore."""
    waiting, _mine.waiting = _mine.__dict__.get("waiting"), None
    if isinstance(waiting, HTTPClientError):
        raise waiting
    return waiting


def shorten(session: Any) -> None:
    """Shortens the way for a botocore session that has not made its clients yet."""
    session.register("creating-client-class", lambda base_classes, **_: base_classes.insert(0, ShortWay))
    session.register("before-send", send)
