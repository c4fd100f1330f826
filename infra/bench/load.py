"""Generates load and receives webhooks, with asyncio and the standard library, in one process each."""

import asyncio
import json
import multiprocessing
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from multiprocessing.connection import Connection as Pipe
from typing import Any, Self
from urllib.parse import urlsplit

from infra.bench.lives import KEYS

OK = b'HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{"received":true}'
CREATED = 201


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    body: Any = None


@dataclass(slots=True)
class Answer:
    """Holds an answer. started and seconds come from time.time(), which the receiver's process shares."""

    status: int
    body: Any
    started: float
    seconds: float


async def _read(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Returns the head and the body of a message with a Content-Length."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return head, await reader.readexactly(int(length.split(b":")[1]))


def _encode(request: Request, host: str) -> bytes:
    body = json.dumps(request.body).encode() if request.body is not None else b""
    headers = "".join(f"{name}: {value}\r\n" for name, value in KEYS.items())
    head = f"{request.method} {request.path} HTTP/1.1\r\nHost: {host}\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def _client(base: str, requests: Iterator[Request], answers: list[Answer]) -> None:
    """Sends the requests over one kept connection. Each request waits for the answer to the previous request."""
    url = urlsplit(base)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    for request in requests:
        started = time.time()
        writer.write(_encode(request, url.netloc))
        head, body = await _read(reader)
        answers.append(Answer(int(head.split(b" ", 2)[1]), json.loads(body), started, time.time() - started))
    writer.close()


def send(base: str, requests: Iterable[Request], clients: int = 1) -> list[Answer]:
    """Sends all requests over `clients` connections. Returns the answers in the order of their arrival."""
    shared, answers = iter(list(requests)), list[Answer]()

    async def everyone() -> None:
        await asyncio.gather(*(_client(base, shared, answers) for _ in range(clients)))

    asyncio.run(everyone())
    return answers


class Caller:
    """Sends one request after the other over one kept connection."""

    def __init__(self, base: str) -> None:
        self._connection = HTTPConnection(urlsplit(base).netloc)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def __call__(self, request: Request) -> Answer:
        body = json.dumps(request.body).encode() if request.body is not None else b""
        started = time.time()
        self._connection.request(request.method, request.path, body, KEYS)
        answer = self._connection.getresponse()
        text = answer.read()
        return Answer(answer.status, json.loads(text), started, time.time() - started)


@dataclass
class Received:
    """Holds (event, payment id) -> time.time() of the webhook's first arrival, and the number of repeated webhooks."""

    first: dict[tuple[str, str], float] = field(default_factory=dict)
    repeats: int = 0

    def add(self, body: bytes, at: float) -> None:
        message = json.loads(body)
        (thing,) = list(message["data"].values())[:1]
        key = (message["event"], thing["id"])
        self.repeats += key in self.first
        self.first.setdefault(key, at)


async def _serve(listener: socket.socket, pipe: Pipe) -> None:
    received = Received()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                _, body = await _read(reader)
                received.add(body, time.time())
                writer.write(OK)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def tell() -> None:
        pipe.recv()
        pipe.send(received)

    asyncio.get_running_loop().add_reader(pipe.fileno(), tell)
    async with await asyncio.start_server(handle, sock=listener) as server:
        await server.serve_forever()


def _receiver_process(listener: socket.socket, pipe: Pipe) -> None:
    asyncio.run(_serve(listener, pipe))


@contextmanager
def receiver() -> Iterator[tuple[str, Callable[[], Received]]]:
    """Yields the URL of a receiver in its own process, and a function that returns all that it has received so far."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(
        target=_receiver_process, args=(listener, theirs), daemon=True
    )
    process.start()

    def so_far() -> Received:
        ours.send(None)
        received: Received = ours.recv()
        return received

    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/webhooks", so_far
    finally:
        process.terminate()
        process.join()
        listener.close()


def order() -> Request:
    return Request("POST", "/api/v1/orders", {"amount": 50000, "currency": "INR"})


def payment(order_id: str) -> Request:
    return Request("POST", "/api/v1/payments", {"order_id": order_id, "method": "upi", "vpa": "user@paytm"})


def ids_of(answers: Iterable[Answer]) -> list[str]:
    """Returns the ids of the created objects. Raises AssertionError for a refused request."""
    answers = list(answers)
    refused = [answer for answer in answers if answer.status != CREATED]
    if refused:
        raise AssertionError(f"{len(refused)} requests were refused, the first with {refused[0].body}")
    return [answer.body["id"] for answer in answers]
