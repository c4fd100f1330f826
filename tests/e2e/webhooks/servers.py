"""Merchants' servers: one that remembers and answers as it is told, and five kinds that fail."""

import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Arrival:
    """at: Unix seconds, when the request's head had arrived."""

    at: float
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


# Status and headers for an arrival; it may sleep first.
Script = Callable[[Arrival], tuple[int, dict[str, str]]]


class Receiver:
    """Every path is remembered together; a script for a path says what it answers, 200 without one."""

    def __init__(self) -> None:
        self.arrivals: list[Arrival] = []
        self.scripts: dict[str, Script] = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                outer._receive(self)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 512

            def handle_error(self, *_: object) -> None:
                """A gateway that has given up or was killed closes its connections."""

        self._server = Server((HOST, 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _receive(self, request: BaseHTTPRequestHandler) -> None:
        at = time.time()
        body = request.rfile.read(int(request.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in request.headers.items()}
        arrival = Arrival(at, request.path, headers, body)
        self.arrivals.append(arrival)
        script = self.scripts.get(request.path)
        status, extra = script(arrival) if script else (200, {})
        request.send_response(status)
        for name, value in {"Content-Length": "0", **extra}.items():
            request.send_header(name, value)
        request.end_headers()

    def url(self, path: str) -> str:
        return f"http://{HOST}:{self._server.server_port}{path}"

    def of(self, path: str) -> list[Arrival]:
        return [arrival for arrival in list(self.arrivals) if arrival.path == path]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def answers(status: int, **headers: str) -> Script:
    return lambda _: (status, headers)


class RawServer:
    """Accepts and treats each connection in its own way."""

    def __init__(self, treat: Callable[[socket.socket], None]) -> None:
        self.connections = 0
        self._treat = treat
        self._listener = socket.create_server((HOST, 0), backlog=1024)
        self.url = f"http://{HOST}:{self._listener.getsockname()[1]}/hook"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            self._treat(connection)
        except OSError:
            connection.close()

    def close(self) -> None:
        self._listener.close()


def reset(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def hang(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass
    connection.close()


def drip(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        connection.sendall(b".")
        time.sleep(1)


def refusing_url() -> str:
    """Nobody listens there."""
    with socket.create_server((HOST, 0)) as probe:
        port: Any = probe.getsockname()[1]
    return f"http://{HOST}:{port}/hook"
