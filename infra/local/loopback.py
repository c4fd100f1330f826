"""Listens on this machine only, and tells programs and our own pages from other pages in a browser.

A page of any origin can send requests to a loopback port. The Origin header, which the browser writes, shows such a
page. The Host header shows a page whose own domain name leads to this machine (DNS rebinding).
"""

import re
import socket
from contextlib import suppress

from infra.environment import HOST

# The last name is a container's name for the machine that it runs on.
_HOST = re.compile(
    r"(?:(?:[a-z0-9-]+\.)*localhost|127\.0\.0\.1|\[::1\]|host\.(?:docker|containers)\.internal)(?::[0-9]+)?",
    re.IGNORECASE,
)
BACKLOG = 128


def names_loopback(host: str) -> bool:
    """Returns whether a Host header means this machine. Nobody can register the names (RFC 6761; `internal`)."""
    return _HOST.fullmatch(host) is not None


def listen(port: int) -> list[socket.socket]:
    """Returns sockets on 127.0.0.1 and, if the machine has it, ::1, because `localhost` may be either.

    port 0: any free port. Raises OSError.
    """
    sockets = [socket.create_server((HOST, port), backlog=BACKLOG)]
    with suppress(OSError):
        address = ("::1", sockets[0].getsockname()[1])
        sockets.append(socket.create_server(address, family=socket.AF_INET6, backlog=BACKLOG))
    return sockets
