"""Sends requests to merchants' URLs. No other module connects to them.

docs/adr/0010 explains why this is neither requests nor a library against forged requests.
"""

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http.client import HTTPException, HTTPResponse
from time import monotonic

from chalicelib.domain.errors import BadRequest
from chalicelib.domain.webhook_urls import Target, parse_url
from chalicelib.outbound import advice
from chalicelib.outbound.connections import Connection, Pool, PoolKey, connect
from chalicelib.outbound.deadline import Deadline
from chalicelib.outbound.resolving import NO_ADDRESS, Resolver, resolve, system_resolver

TIMEOUT = 5.0  # seconds in all: resolving, connecting, TLS, sending and the answer
CHECK_TIMEOUT = 2.0  # seconds that a look-up may take when a URL is set
MAX_ANSWER = 1024  # bytes kept of an answer; no more is read
MAX_HEADER = 128  # characters kept of a Retry-After
USER_AGENT = "payment-gateway-webhooks/1"
SUCCESS = range(200, 300)


class ErrorClass(StrEnum):
    DNS = "dns"  # the host name has no address, or one where no webhook may go
    CONNECT = "connect"  # no connection, or one lost before the answer
    TLS = "tls"  # no handshake, or no valid certificate
    TIMEOUT = "timeout"  # the time ran out, in whichever phase
    REFUSED_ADDRESS = "refused_address"  # the URL itself says that no webhook may go there
    PROTOCOL = "protocol"  # the answer is not HTTP
    STATUS = "status"  # an answer, but not a 2xx
    DISABLED = "disabled"  # no request was made: the endpoint is gone or switched off


# The first match counts.
_CLASSES: tuple[tuple[type[Exception], ErrorClass], ...] = (
    (BadRequest, ErrorClass.REFUSED_ADDRESS),
    (TimeoutError, ErrorClass.TIMEOUT),
    (socket.gaierror, ErrorClass.DNS),
    (ssl.SSLError, ErrorClass.TLS),
    (ConnectionError, ErrorClass.CONNECT),
    (HTTPException, ErrorClass.PROTOCOL),
    (OSError, ErrorClass.CONNECT),
    (ValueError, ErrorClass.PROTOCOL),
)
_FAILURES = tuple(kind for kind, _ in _CLASSES)
# What a connection that the receiver has ended raises at its next use, over TCP and over TLS.
_LOST = (ConnectionError, ssl.SSLEOFError)


@dataclass(frozen=True, slots=True)
class Attempt:
    """The result of one request. An answer that is cut off has both a status and an error.

    error_detail: a sentence for the merchant's log. response_body: the first 1 KiB of the body.
    """

    status: int | None
    error_class: ErrorClass | None
    error_detail: str
    duration_ms: int
    response_body: str
    retry_after: str | None

    @property
    def succeeded(self) -> bool:
        return self.error_class is None


@dataclass(frozen=True, slots=True)
class _Request:
    url: str
    body: str
    headers: Mapping[str, str]
    allow_private: bool
    resolver: Resolver


@dataclass(slots=True)
class _Answer:
    """The part of an answer that has arrived so far. It is kept if the rest does not arrive."""

    status: int | None = None
    retry_after: str | None = None
    location: str | None = None
    body: bytearray = field(default_factory=bytearray)


_pool = Pool()


def check_url(url: str, *, allow_private: bool, resolver: Resolver = system_resolver) -> None:
    """Raises BadRequest with the field "url" if no webhook may go to the URL.

    A name whose look-up fails for a moment is accepted: every delivery checks again.
    """
    target = parse_url(url, allow_private=allow_private)
    if allow_private:
        return
    try:
        resolve(target, resolver, Deadline(CHECK_TIMEOUT), allow_private=False)
    except socket.gaierror as failure:
        if failure.errno in NO_ADDRESS:
            raise BadRequest("The webhook URL's host has no public address", field="url") from None
    except OSError:
        return


def _read(response: HTTPResponse, answer: _Answer) -> bool:
    """Reads an answer. Tells whether it was read to its end, so that the connection can serve again."""
    answer.status = response.status
    answer.retry_after = (response.getheader("Retry-After") or "")[:MAX_HEADER] or None
    answer.location = response.getheader("Location")
    while len(answer.body) < MAX_ANSWER:
        piece = response.read1(MAX_ANSWER - len(answer.body))
        if not piece:
            break
        answer.body += piece
    at_end = response.isclosed() or response.length == 0
    return at_end and not response.will_close


def _exchange(connection: Connection, target: Target, request: _Request, answer: _Answer) -> bool:
    headers = {"User-Agent": USER_AGENT, **request.headers, "Host": target.host_header}
    connection.request("POST", target.path, request.body.encode(), headers)
    with connection.getresponse() as response:
        return _read(response, answer)


def _deliver(request: _Request, answer: _Answer, deadline: Deadline) -> None:
    """Sends over a kept connection if there is one. If that turns out to be lost, sends once more over a new one."""
    target = parse_url(request.url, allow_private=request.allow_private)
    key = (target.scheme, target.host, target.port, request.allow_private)
    if idle := _pool.take(key, deadline):
        try:
            _use(idle, key, target, request, answer)
        except _LOST:
            if answer.status is not None:
                raise
        else:
            return
    addresses = resolve(target, request.resolver, deadline, allow_private=request.allow_private)
    _use(connect(target, addresses, deadline), key, target, request, answer)


def _use(connection: Connection, key: PoolKey, target: Target, request: _Request, answer: _Answer) -> None:
    """Exchanges one request. Keeps the connection for the next request if the answer was read to its end."""
    reusable = False
    try:
        reusable = _exchange(connection, target, request, answer)
    finally:
        if reusable:
            _pool.give_back(key, connection)
        else:
            connection.close()


def _classify(failure: Exception) -> ErrorClass:
    return next(error for kind, error in _CLASSES if isinstance(failure, kind))


def _said(failure: Exception) -> str:
    """Returns the failure's own sentence, without the number of a resolver's error."""
    text = failure.strerror if isinstance(failure, socket.gaierror) else str(failure)
    return text or type(failure).__name__


def post(  # what goes out, where it may go, and how names are resolved
    url: str,
    body: str,
    headers: Mapping[str, str],
    *,
    allow_private: bool,
    timeout: float = TIMEOUT,
    resolver: Resolver = system_resolver,
) -> Attempt:
    """Posts a body. Returns every failure of the receiver as a value, never as an exception.

    Redirects are answers like any other.
    """
    started = monotonic()
    answer = _Answer()
    error: ErrorClass | None = None
    detail = ""
    try:
        _deliver(_Request(url, body, headers, allow_private, resolver), answer, Deadline(timeout))
    except _FAILURES as failure:
        error = _classify(failure)
        detail = advice.of_failure(error, _said(failure))
    if error is None and answer.status is not None and answer.status not in SUCCESS:
        error, detail = ErrorClass.STATUS, advice.of_status(answer.status, answer.location)
    return Attempt(
        status=answer.status,
        error_class=error,
        error_detail=detail,
        duration_ms=round((monotonic() - started) * 1000),
        response_body=answer.body.decode("utf-8", "replace"),
        retry_after=answer.retry_after,
    )
