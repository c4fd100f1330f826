"""What listens on this machine alone, and whom it answers: programs and our own pages, not every page that a browser has open.

A page of any origin can send requests to a loopback port. What tells it from a program is the Origin that the browser
writes, and the Host after a name of the page's own that leads here (DNS rebinding).
"""

import re
import socket
from contextlib import suppress

from infra.environment import HOST

# The last is what a container calls the machine that it runs on.
_HOST = re.compile(
    r"(?:(?:[a-z0-9-]+\.)*localhost|127\.0\.0\.1|\[::1\]|host\.(?:docker|containers)\.internal)(?::[0-9]+)?",
    re.IGNORECASE,
)
BACKLOG = 128


def names_loopback(host: str) -> bool:
    """Whether a Host header can mean this machine only: nobody can register these names (RFC 6761, and `internal`)."""
    return _HOST.fullmatch(host) is not None


def listen(port: int) -> list[socket.socket]:
    """Sockets on 127.0.0.1 and, where the machine has it, ::1: `localhost` may be either. port 0: any. Raises OSError."""
    sockets = [socket.create_server((HOST, port), backlog=BACKLOG)]
    with suppress(OSError):
        address = ("::1", sockets[0].getsockname()[1])
        sockets.append(socket.create_server(address, family=socket.AF_INET6, backlog=BACKLOG))
    return sockets
