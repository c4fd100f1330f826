"""Does API Gateway's work as an ASGI application: makes the event of a REST proxy integration and calls the handler.

It refuses the requests that API Gateway would refuse, in the contract's shape.
"""

import asyncio
import base64
import json
import logging
import re
import threading
import time
import uuid
import zlib
from collections.abc import Awaitable, Callable, Collection, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from chalice.app import Chalice

from chalicelib.api.answers import PUBLIC_HEADERS, error_body
from chalicelib.api.call import MAX_BODY
from infra.local.access_log import log_access
from infra.local.loopback import names_loopback

THREADS = 64  # requests at work at a time; each request mostly waits for the emulator
INFLATED = frozenset({"gzip", "x-gzip", "deflate"})
GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
# A shop's form is posted here and changes nothing, so pages of any origin may lead to it.
OPEN_TO_PAGES = "/v1/checkout/embedded"
# The header of an answer that a test stage wants lost (chalicelib/sandbox/faults.py).
CUT = "X-Sandbox-Cut"
CODES = {HTTPStatus.NOT_FOUND: "NOT_FOUND_ERROR", HTTPStatus.INTERNAL_SERVER_ERROR: "SERVER_ERROR"}

Headers = Mapping[str, str | list[str]]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

log = logging.getLogger("infra.edge")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Headers
    body: bytes


class Refusal(Exception):
    """Refuses a request before it reaches the application."""

    def __init__(self, status: HTTPStatus, description: str, headers: Headers | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.headers = headers or {}

    def answer(self, request_id: str) -> Answer:
        error = error_body(CODES.get(self.status, "BAD_REQUEST_ERROR"), self.description, request_id)
        own = {"Content-Type": "application/json", "X-Request-Id": request_id, "Cache-Control": "no-store"}
        return Answer(self.status, {**own, **self.headers}, json.dumps(error, separators=(",", ":")).encode())


class _OneRequestAThread(Chalice):
    """Keeps one current request in each thread. Chalice keeps one in the application, which is enough on Lambda."""

    _mine = threading.local()

    @property
    def current_request(self) -> Any:
        return self._mine.request

    @current_request.setter
    def current_request(self, request: Any) -> None:
        self._mine.request = request


@dataclass(frozen=True, slots=True)
class Request:
    """Holds a request. headers: by lower-case name, without the blanks around a value (RFC 9110 5.5)."""

    id: str
    method: str
    path: str
    query: str
    headers: Mapping[str, list[str]]
    address: str
    version: str

    def header(self, name: str) -> str:
        return ",".join(self.headers.get(name, ()))

    def event(self, route: str, parameters: dict[str, str], body: bytes) -> dict[str, Any]:
        """Returns the event as API Gateway writes it. A body that is not text becomes base64, as a binary type does."""
        query = parse_qs(self.query, keep_blank_values=True)
        try:
            text, is_base64 = body.decode(), False
        except UnicodeDecodeError:
            text, is_base64 = base64.b64encode(body).decode(), True
        return {
            "resource": route,
            "path": self.path,
            "httpMethod": self.method,
            "headers": {name: values[-1] for name, values in self.headers.items()},
            "multiValueHeaders": self.headers,
            "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
            "multiValueQueryStringParameters": query or None,
            "pathParameters": parameters or None,
            "stageVariables": None,
            "requestContext": {
                "requestId": self.id,
                "resourcePath": route,
                "httpMethod": self.method,
                "path": self.path,
                "stage": "api",
                "protocol": f"HTTP/{self.version}",
                "identity": {"sourceIp": self.address, "userAgent": self.header("user-agent")},
            },
            "body": text or None,
            "isBase64Encoded": is_base64,
        }


def read_head(scope: Message) -> Request:
    headers: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1").strip(" \t"))
    path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
    return Request(str(uuid.uuid4()), scope["method"], path, query, headers, scope["client"][0], scope["http_version"])


async def read_body(request: Request, receive: Receive) -> bytes:
    """Returns the body, inflated as API Gateway does. Raises Refusal, or ConnectionError when the caller is gone."""
    length = request.header("content-length")
    body, more = bytearray(), True
    while more:
        if len(body) > MAX_BODY or (length.isdecimal() and int(length) > MAX_BODY):
            raise _too_large()
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError
        body += message["body"]
        more = message["more_body"]
    return inflate(bytes(body), request.header("content-encoding").lower())


def _too_large() -> Refusal:
    return Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"Request body is larger than {MAX_BODY} bytes")


def inflate(body: bytes, coding: str) -> bytes:
    """Returns the inflated body. Raises Refusal, also for a small body that would become a large one."""
    if len(body) > MAX_BODY:
        raise _too_large()
    if coding in {"", "identity"} or not body:
        return body
    if coding not in INFLATED:
        description = f"Content-Encoding {coding} is not taken; send gzip, deflate, or the body as it is"
        raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, description, {"Accept-Encoding": "gzip, deflate"})
    inflater = zlib.decompressobj(GZIP_OR_ZLIB)
    try:
        inflated = inflater.decompress(body, MAX_BODY + 1)
    except zlib.error:
        inflated = b""
    if len(inflated) > MAX_BODY:
        raise _too_large()
    if not inflater.eof or inflater.unused_data:
        raise Refusal(HTTPStatus.BAD_REQUEST, f"The body is not {coding}, as its Content-Encoding says")
    return inflated


def _pattern(path: str) -> str:
    """Returns the expression of a route's path. {name} is a segment, {name+} all that follows."""
    return re.sub(r"{(\w+)\+}", r"(?P<\1>.+)", re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path))


class Edge:
    """Serves the API as an ASGI application. origins: the origins of the pages that may call the API from a browser."""

    def __init__(self, app: Chalice, origins: Collection[str]) -> None:
        app.__class__ = _OneRequestAThread
        self.app = app
        self.origins = origins
        # The sort puts `/payments/public` before `/payments/{payment_id}`.
        self.routes = [(path, re.compile(_pattern(path))) for path in sorted(app.routes)]
        self.pool = ThreadPoolExecutor(THREADS)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        request = read_head(scope)
        try:
            answer = await self._answer(request, receive)
        except Refusal as refusal:
            answer = refusal.answer(request.id)
        except ConnectionError:
            return
        except Exception:
            log.exception("the request could not be handled")
            answer = Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal server error").answer(request.id)
        if CUT in answer.headers:
            await _cut(scope, receive)
        else:
            await _send(send, answer, self._headers(request, answer))
        log_access(request.method, request.path, answer.status, started)

    async def _answer(self, request: Request, receive: Receive) -> Answer:
        self._check_caller(request)
        route, parameters = self._route(request)
        if request.method == "OPTIONS":
            return self._preflight(route)
        event = request.event(route, parameters, await read_body(request, receive))
        made = await asyncio.get_running_loop().run_in_executor(self.pool, self.app, event, None)
        return Answer(made["statusCode"], made["headers"] | made["multiValueHeaders"], made["body"].encode())

    def _check_caller(self, request: Request) -> None:
        hosts, origin = request.headers.get("host", []), request.header("origin")
        transfer = request.header("transfer-encoding").lower()
        if transfer and (transfer != "chunked" or request.version == "1.0"):
            raise Refusal(
                HTTPStatus.BAD_REQUEST,
                f"Transfer-Encoding {transfer} is not taken in HTTP/{request.version}",
                {"Connection": "close"},
            )
        if len(hosts) > 1 or (not hosts and request.version != "1.0"):
            raise Refusal(HTTPStatus.BAD_REQUEST, "Send exactly one Host header")
        if hosts and not names_loopback(hosts[0]):
            raise Refusal(HTTPStatus.FORBIDDEN, f"This gateway is called localhost, not {hosts[0]}")
        if origin and origin not in self.origins and request.path != OPEN_TO_PAGES:
            raise Refusal(HTTPStatus.FORBIDDEN, f"Pages of {origin} may not call this gateway; see CORS_ORIGINS")

    def _route(self, request: Request) -> tuple[str, dict[str, str]]:
        path = request.path.rstrip("/") if request.path.count("/") > 1 else request.path
        found = ((route, match.groupdict()) for route, pattern in self.routes if (match := pattern.fullmatch(path)))
        route, parameters = next(found, ("", {}))
        if not route:
            raise Refusal(HTTPStatus.NOT_FOUND, "No such path")
        methods = {*self.app.routes[route], "OPTIONS"}
        if request.method not in methods:
            description = f"Method {request.method} is not allowed on this path"
            raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, description, {"Allow": ", ".join(sorted(methods))})
        return route, parameters

    def _preflight(self, route: str) -> Answer:
        cors = self.app.api.cors.get_access_control_headers()  # type: ignore[union-attr]  # app.py configures it
        return Answer(
            HTTPStatus.OK, cors | {"Access-Control-Allow-Methods": ",".join([*self.app.routes[route], "OPTIONS"])}, b""
        )

    def _headers(self, request: Request, answer: Answer) -> Headers:
        """Returns the headers with CORS for our own pages only.

        The application allows every origin, because credentials are secret. The local credentials are public.
        """
        origin = request.header("origin")
        more = {"Vary": "Origin", "Content-Length": str(len(answer.body))}
        if origin in self.origins:
            more |= {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": PUBLIC_HEADERS}
        if "expect" in request.headers and answer.status >= HTTPStatus.BAD_REQUEST:
            more["Connection"] = "close"  # the client will not send the body that it asked leave for
        return {name: value for name, value in answer.headers.items() if name != "Access-Control-Allow-Origin"} | more


async def _cut(scope: Message, receive: Receive) -> None:
    """Closes the connection without an answer. The server takes an application that only returns for a broken one."""
    scope["extensions"]["connection"]["close"]()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: Send, answer: Answer, headers: Headers) -> None:
    pairs = [(name, one) for name, value in headers.items() for one in ([value] if isinstance(value, str) else value)]
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
    await send({"type": "http.response.start", "status": int(answer.status), "headers": encoded})
    await send({"type": "http.response.body", "body": answer.body})
