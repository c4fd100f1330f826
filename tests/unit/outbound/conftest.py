"""Receivers on loopback that behave well or badly; each ends with its test."""

import socket
from threading import Event, Thread

import pytest

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def read_request(connection):
    """The whole request, or what came before the end of the connection."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    stated = head.lower().partition(b"content-length:")[2]
    length = int(stated.split(b"\r\n")[0] or 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


class Receiver:
    """behaviour is called with (connection, receiver) for every connection; `stop` is set at the end."""

    def __init__(self, behaviour):
        self.stop = Event()
        self.requests = []
        self.connections = 0
        self._behaviour = behaviour
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"
        Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection:
            try:
                self._behaviour(connection, self)
            except OSError:
                return

    def answer(self, connection, answer=OK):
        """Serve requests until the other end is closed; answer: bytes, or a function of the request."""
        while request := read_request(connection):
            self.requests.append(request)
            connection.sendall(answer(request) if callable(answer) else answer)

    def close(self):
        self.stop.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def receiver_of():
    """Starts a receiver; all of them end with the test."""
    receivers = []

    def start(behaviour):
        receivers.append(Receiver(behaviour))
        return receivers[-1]

    yield start
    for receiver in receivers:
        receiver.close()


@pytest.fixture
def answering(receiver_of):
    """A receiver that gives this answer to every request."""
    return lambda answer=OK: receiver_of(lambda connection, receiver: receiver.answer(connection, answer))
