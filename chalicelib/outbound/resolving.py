"""From a host name to addresses that were checked: what is connected to is never looked up again."""

import socket
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from ipaddress import ip_address
from threading import Thread

from chalicelib.domain.addresses import refusal
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.webhook_urls import Target
from chalicelib.outbound.deadline import Deadline

Resolver = Callable[[str, int], Sequence[str]]


def system_resolver(host: str, port: int) -> list[str]:
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in answers]


def _fulfil(answer: Future[Sequence[str]], resolver: Resolver, host: str, port: int) -> None:
    try:
        answer.set_result(resolver(host, port))
    except Exception as failure:  # noqa: BLE001  # handed over to the thread that waits
        answer.set_exception(failure)


def _look_up(target: Target, resolver: Resolver, deadline: Deadline) -> Sequence[str]:
    """Ask in a thread that is left behind when it hangs, for getaddrinfo takes no timeout.

    Such threads are bounded by the resolver's own patience (30 s or so) and by how many requests the caller
    makes at once.
    """
    answer: Future[Sequence[str]] = Future()
    Thread(target=_fulfil, args=(answer, resolver, target.host, target.port), daemon=True).start()
    try:
        return answer.result(deadline.remaining())
    except TimeoutError:
        raise TimeoutError(f"{target.host} did not resolve in time") from None


def resolve(target: Target, resolver: Resolver, deadline: Deadline, *, allow_private: bool) -> list[str]:
    """Every address of the host, each one checked: a name with one bad address is refused whole.

    Raises BadRequest for a refused address, socket.gaierror where there is none, TimeoutError. The refusal does not name
    the address: names inside our network are nobody else's to look up.
    """
    answers = [target.host] if target.is_address else _look_up(target, resolver, deadline)
    addresses = [str(ip_address(answer)) for answer in dict.fromkeys(answers)]
    if not addresses:
        raise socket.gaierror(socket.EAI_NONAME, f"{target.host} has no address")
    if not allow_private and any(map(refusal, addresses)):
        raise BadRequest("What the webhook URL's host leads to is not a public address", field="url")
    return addresses
