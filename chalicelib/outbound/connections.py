"""Opens connections to checked addresses, uses them within a deadline, and keeps them for a moment."""

import io
import socket
import ssl
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from http.client import HTTPConnection, HTTPResponse
from select import POLLIN, poll
from threading import Lock
from time import monotonic
from typing import Any

from chalicelib.domain.webhook_urls import Target
from chalicelib.outbound.deadline import Deadline

MAX_IDLE = 1.0  # seconds; shorter than common servers wait, so that none is just closing what we reuse
MAX_AGE = 60.0  # seconds; then the name is resolved and checked again
INTERIM = range(102, 200)
MAX_ADDRESSES = 4  # tried of one host, so that each has a share of the budget worth having


class _TimedReader(io.RawIOBase):
    """Gives each read the remaining budget.

    A receiver that sends a byte a second would never exceed a timeout of a single read.
    """

    def __init__(self, raw: io.RawIOBase, owner: "_TimedSocket") -> None:
        self._raw = raw
        self._owner = owner

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._owner.arm()
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedSocket:
    """The part of a socket that http.client uses."""

    def __init__(self, inner: socket.socket, deadline: Deadline) -> None:
        self._inner = inner
        self.deadline = deadline

    def arm(self) -> None:
        self._inner.settimeout(self.deadline.remaining())

    def sendall(self, data: bytes) -> None:
        self.arm()
        self._inner.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._inner.makefile("rb", buffering=0), self))

    def is_quiet(self) -> bool:
        """Returns whether nothing has come since the last answer. Anything that came would be the connection's end."""
        poller = poll()
        poller.register(self._inner, POLLIN)
        return not poller.poll(0)

    def close(self) -> None:
        self._inner.close()


class _FinalAnswer(HTTPResponse):
    """The final answer after any interim ones (102, 103, …), which may precede it (RFC 9110 15.2).

    http.client knows only 100. After 101 another protocol follows, for which the gateway never asks.
    """

    headers: Any

    def begin(self) -> None:
        super().begin()
        while self.status in INTERIM:
            self.headers = None  # begun anew
            super().begin()


class Connection(HTTPConnection):
    """HTTP over a socket that is already open. Without a socket it never opens one by name."""

    auto_open = 0
    response_class = _FinalAnswer

    def __init__(self, target: Target, sock: _TimedSocket) -> None:
        super().__init__(target.host, target.port)
        self.sock: Any = sock
        self.opened_at = self.idle_since = monotonic()

    def is_fresh(self) -> bool:
        now = monotonic()
        young = now - self.idle_since < MAX_IDLE and now - self.opened_at < MAX_AGE
        return young and self.sock is not None and bool(self.sock.is_quiet())


@cache
def tls_context() -> ssl.SSLContext:
    """Returns the TLS context, which verifies certificate and name.

    Loading the authorities takes about 20 ms, so a process does it once.
    """
    return ssl.create_default_context()


def _open_socket(addresses: Sequence[str], port: int, deadline: Deadline) -> socket.socket:
    """Connects to the first address that answers. Each address gets a fair share of the remaining time."""
    candidates = addresses[:MAX_ADDRESSES]
    for tried, address in enumerate(candidates):
        share = deadline.remaining() / (len(candidates) - tried)
        try:
            return socket.create_connection((address, port), share)
        except OSError as failure:
            last = failure
    raise last


def connect(target: Target, addresses: Sequence[str], deadline: Deadline) -> Connection:
    """Opens a connection.

    The addresses are numeric and checked, so nothing is looked up; the name is for SNI and TLS.
    """
    sock = _open_socket(addresses, target.port, deadline)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if target.scheme == "https":
            sock.settimeout(deadline.remaining())  # of the whole handshake
            sock = tls_context().wrap_socket(sock, server_hostname=target.host)
    except BaseException:
        sock.close()
        raise
    return Connection(target, _TimedSocket(sock, deadline))


PoolKey = tuple[str, str, int, bool]


class Pool:
    """Keeps idle connections by scheme, host, port and whether private addresses were allowed. Thread-safe.

    A pooled connection leads to an address that was checked when the connection was opened, so its reuse needs no
    look-up.
    """

    def __init__(self) -> None:
        self._idle: defaultdict[PoolKey, list[Connection]] = defaultdict(list)
        self._lock = Lock()

    def take(self, key: PoolKey, deadline: Deadline) -> Connection | None:
        while True:
            with self._lock:
                connection = self._idle[key].pop() if self._idle.get(key) else None
            if connection is None:
                return None
            if connection.is_fresh():
                connection.sock.deadline = deadline
                return connection
            connection.close()

    def give_back(self, key: PoolKey, connection: Connection) -> None:
        connection.idle_since = monotonic()
        with self._lock:
            self._idle[key].append(connection)
            stale = self._remove_stale()
        for old in stale:
            old.close()

    def _remove_stale(self) -> list[Connection]:
        """Removes stale connections.

        Connections stay for a second only, so few are idle and looking at all is cheap.
        """
        earliest = monotonic() - MAX_IDLE
        stale = [old for idle in self._idle.values() for old in idle if old.idle_since < earliest]
        if stale:
            kept = {key: [c for c in idle if c.idle_since >= earliest] for key, idle in self._idle.items()}
            self._idle = defaultdict(list, {key: idle for key, idle in kept.items() if idle})
        return stale
