"""Serves the emulator's half of the short way: DynamoDB's and SQS's operations on data, without HTTP's machinery.

uvicorn, ASGI and MiniStack's router take more time than most operations. The gateway's own processes
(infra/local/transport.py) write a head of exactly these lines, and no other client does: a browser always sends lines of
its own. The first bytes of a connection decide, so that nobody can hide such a head in the body of another request.
"""

import asyncio
import logging
import re
from collections.abc import Coroutine
from http import HTTPStatus
from typing import Any

import msgspec
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from infra.local.engine import polls

HEAD = re.compile(
    rb"POST / HTTP/1\.1\r\nHost: ([\w.:]+)\r\nX-Amz-Target: (DynamoDB_20120810|AmazonSQS)\.(\w+)\r\n"
    rb"Content-Length: (\d+)\r\n\r\n"
)
WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")

Reply = tuple[int, dict[str, str], bytes]
QUEUE_URL = re.compile(rb'"QueueUrl":"([^"]*)"')
FAILED: Reply = (HTTPStatus.INTERNAL_SERVER_ERROR, {}, b'{"__type":"InternalFailure"}')
log = logging.getLogger("infra.emulator")


def encode(reply: Reply) -> bytes:
    """Returns an HTTP answer. botocore reads the headers of errors only."""
    status, headers, body = reply
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items()) if status != HTTPStatus.OK else ""
    return f"HTTP/1.1 {int(status)} \r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _queue(body: bytes) -> str:
    named = QUEUE_URL.search(body)
    return named[1].decode() if named else ""


def _at_once(work: Coroutine[Any, Any, Reply]) -> Reply:
    """Returns the result of a coroutine that waits for nothing."""
    try:
        work.send(None)
    except StopIteration as done:
        reply: Reply = done.value
        return reply
    raise RuntimeError("the operation waits")


class Short(HttpToolsProtocol):
    """Serves a connection of the short way itself, and leaves all others to uvicorn."""

    dynamodb: Any
    sqs: Any
    is_short: bool | None = None  # until the first bytes have come
    received = b""
    poll: asyncio.Task[None] | None = None

    def data_received(self, data: bytes) -> None:
        if self.is_short is None:
            self.is_short = HEAD.match(data) is not None
        if not self.is_short:
            super().data_received(data)
            return
        self.received += data
        head = HEAD.match(self.received)
        if head and len(self.received) >= head.end() + int(head[4]):
            body, self.received = self.received[head.end() :], b""
            self._take(head[1].decode(), head[2].decode(), head[3].decode(), body)

    def _take(self, host: str, service: str, operation: str, body: bytes) -> None:
        reply = self._reply(host, service, operation, body)
        if operation == "ReceiveMessage":
            self.poll = self.loop.create_task(self._write_later(reply))
        else:
            self.transport.write(encode(_at_once(reply)))

    async def _write_later(self, reply: Coroutine[Any, Any, Reply]) -> None:
        self.transport.write(encode(await reply))

    async def _reply(self, host: str, service: str, operation: str, body: bytes) -> Reply:
        token = polls.queue.set(_queue(body))
        try:
            if service == "AmazonSQS":
                headers = {"host": host, "x-amz-target": f"{service}.{operation}"}
                reply: Reply = await self.sqs.handle_request("POST", "/", headers, body, {})
            else:
                reply = getattr(self.dynamodb, f"_{WORD.sub('_', operation).lower()}")(msgspec.json.decode(body))
        except Exception:
            log.exception("%s failed", operation)
            reply = FAILED
        finally:
            polls.queue.reset(token)
        return reply

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.poll:
            self.poll.cancel()  # a message that nobody can read any more stays in its queue


def protocol(dynamodb: Any, sqs: Any) -> type[Short]:
    """Returns uvicorn's protocol with the short way to MiniStack's modules."""
    return type("Protocol", (Short,), {"dynamodb": dynamodb, "sqs": sqs})
