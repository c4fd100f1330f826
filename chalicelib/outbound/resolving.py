"""Resolves a host name to checked addresses. The gateway connects to these addresses without a second look-up."""

import socket
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from ipaddress import ip_address
from threading import Thread

from chalicelib.domain.addresses import refusal
from chalicelib.domain.webhook_urls import Target
from chalicelib.outbound.deadline import Deadline

# The errors of getaddrinfo that say that a name has no address. The others pass, such as a name server that is down.
NO_ADDRESS = frozenset({socket.EAI_NONAME, socket.EAI_NODATA})

# A container's name for the machine that it runs on. docker-compose.yml gives it to the functions' containers.
MACHINE = "host.docker.internal"

Resolver = Callable[[str, int], Sequence[str]]


def system_resolver(host: str, port: int) -> list[str]:
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in answers]


def container_resolver(host: str, port: int) -> list[str]:
    """Resolves for a container on a developer's machine: `localhost` is the container and then that machine.

    So one webhook URL works for a gateway in containers and for a gateway beside its receiver.
    """
    addresses = system_resolver(host, port)
    if host == "localhost":
        with suppress(socket.gaierror):
            addresses += system_resolver(MACHINE, port)
    return addresses


def resolver_of(stage: str) -> Resolver:
    return container_resolver if stage == "localstack" else system_resolver


def _fulfil(answer: Future[Sequence[str]], resolver: Resolver, host: str, port: int) -> None:
    try:
        answer.set_result(resolver(host, port))
    except Exception as failure:  # noqa: BLE001  # handed over to the thread that waits
        answer.set_exception(failure)


def _look_up(target: Target, resolver: Resolver, deadline: Deadline) -> Sequence[str]:
    """Looks a name up in a thread, because getaddrinfo takes no timeout. A thread that hangs is left behind.

    The resolver's own timeout (about 30 s) and the caller's number of concurrent requests limit these threads.
    """
    answer: Future[Sequence[str]] = Future()
    Thread(target=_fulfil, args=(answer, resolver, target.host, target.port), daemon=True).start()
    try:
        return answer.result(deadline.remaining())
    except TimeoutError:
        raise TimeoutError(f"{target.host} did not resolve in time") from None


def resolve(target: Target, resolver: Resolver, deadline: Deadline, *, allow_private: bool) -> list[str]:
    """Returns every address of the host, each one checked. A name with one refused address is refused as a whole.

    Raises socket.gaierror and TimeoutError. A name with a refused address gets the same error as a name without an
    address, so that strangers cannot learn which names exist inside our network.
    """
    try:
        answers = [target.host] if target.is_address else _look_up(target, resolver, deadline)
    except socket.gaierror as failure:
        if failure.errno not in NO_ADDRESS:
            raise
        answers = ()
    addresses = [str(ip_address(answer)) for answer in dict.fromkeys(answers)]
    if not addresses or (not allow_private and any(map(refusal, addresses))):
        kind = "address" if allow_private else "public address"
        raise socket.gaierror(socket.EAI_NONAME, f"{target.host} has no {kind}")
    return addresses
