"""The wrapper around every view: request id, authentication, rate limit, body, errors. In one place, for every route.

Chalice turns a foreign exception of a view into a 500 before any middleware sees it, so this is no middleware.
"""

import base64
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

from chalice.app import Blueprint, Response
from msgspec import Struct

from chalicelib.api import limits, schemas
from chalicelib.config import settings
from chalicelib.domain.addresses import network
from chalicelib.domain.errors import AuthenticationFailed, BadRequest, GatewayError, NotFound
from chalicelib.domain.scopes import LASTING, Scope
from chalicelib.services import auth, idempotency
from chalicelib.services.credentials import Caller, Pair
from chalicelib.services.idempotency import Answer, Once
from chalicelib.telemetry import count, logger

# What a list can be filtered by: parameter -> its values; no values: any text.
Filters = Mapping[str, Collection[str]]

MAX_BODY = 1024 * 1024
MAX_KEY = 255
JSON = "application/json"
PAGING = ("limit", "offset", "cursor", "from", "to")
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
NOBODY = Caller("", scopes=frozenset())
# Who sends credentials only when asked (wget, curl --anyauth, Java) is asked here (RFC 9110 11.6.1).
CHALLENGE = 'Basic realm="payment-gateway"'
PUBLIC_HEADERS = "X-Request-Id,Idempotent-Replayed,Retry-After"


@dataclass
class Call:
    """One request, as views see it. parameters: what stands for each {name} of the route's path.

    caller: who it is and what it may do; nobody for a public request.
    """

    raw: Any
    request_id: str
    merchant_id: str = ""
    caller: Caller = NOBODY
    parameters: tuple[str, ...] = ()
    query: dict[str, str] = field(default_factory=dict)
    filters: Filters = field(default_factory=dict)

    @property
    def address(self) -> str:
        identity = self.raw.context.get("identity") or {}
        return str(identity.get("sourceIp") or "")

    def header(self, name: str) -> str:
        return str(self.raw.headers.get(name) or "")

    @property
    def body(self) -> bytes:
        """Raises BadRequest if it is too large."""
        raw = self.raw.raw_body or b""
        body = raw if isinstance(raw, bytes) else raw.encode()
        if len(body) > MAX_BODY:
            raise PayloadTooLarge
        return body

    def parse(self, kind: schemas.Kind) -> Any:
        return schemas.parse(self.body, kind)

    def once(self, asked: Struct) -> Once | None:
        """The caller's Idempotency-Key in the scope of this merchant, method and path, parameters included."""
        key = self.header("Idempotency-Key").strip()
        if len(key) > MAX_KEY:
            raise BadRequest(f"Idempotency-Key must be at most {MAX_KEY} characters", field="Idempotency-Key")
        # raw.path is the template, the same for every payment that is captured or refunded.
        scope = (self.merchant_id, self.raw.method, self.raw.path, *self.parameters)
        return idempotency.once(scope, key, schemas.identity(asked))

    def authenticate(self, *, anew: bool) -> None:
        """anew: nothing that was seen a moment ago is believed. Raises AuthenticationFailed or TooManyRequests."""
        if self.token:
            self.caller = auth.by_token(self.token, anew=anew)
        else:
            self.caller = auth.by_pair(self._pair(), self.address, anew=anew)
        self.merchant_id = self.caller.merchant_id

    @property
    def token(self) -> str:
        """The Bearer token, or nothing."""
        scheme, _, token = self.header("Authorization").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    def _pair(self) -> Pair:
        scheme, _, encoded = self.header("Authorization").partition(" ")
        if scheme.lower() != "basic":
            return Pair(self.header("X-Api-Key"), self.header("X-Api-Secret"))
        try:
            key, _, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        except ValueError:
            raise AuthenticationFailed from None
        return Pair(key, secret)


class PayloadTooLarge(BadRequest):
    status = 413

    def __init__(self) -> None:
        super().__init__(f"The request body must be at most {MAX_BODY} bytes")


@dataclass(frozen=True, slots=True)
class Route:
    """public: without credentials; every other route names its scope. test_only: 404 outside test stages.

    body: what is read from the request. query: the names of further parameters.
    filters: of a list, which also takes the parameters of api/paging.py; None if it is no list.
    A parameter that nobody knows is refused, so that a misspelt filter does not look like a whole list.
    """

    method: str
    path: str
    view: Callable[..., Any]
    scope: Scope | None = None
    body: schemas.Kind | None = None
    filters: Filters | None = None
    query: Collection[str] = ()
    public: bool = False
    test_only: bool = False

    def __post_init__(self) -> None:
        """Raises ValueError for a route that any key could use, whatever its scopes."""
        if self.public == (self.scope is not None):
            raise ValueError(f"{self.method} {self.path} must be public or name its scope")


class Routes(Blueprint):
    """A Blueprint whose views take (call, *path parameters, body) and return a view, an Answer or (status, view)."""

    def __init__(self, import_name: str) -> None:
        super().__init__(import_name)
        self.table: list[Route] = []

    def on(self, method: str, path: str, **how: Any) -> Callable[..., Any]:
        """how: the further fields of Route."""

        def register(view: Callable[..., Any]) -> Callable[..., Any]:
            route = Route(method, path, view, **how)
            self.table.append(route)

            def handle(**parameters: str) -> Response:
                call = _call(self.current_request)
                return _answer(call, lambda: _perform(call, route, parameters))

            handle.__name__ = view.__name__
            methods = [method, "HEAD"] if method == "GET" else [method]
            content_types = [JSON] if route.body else []
            self.route(path, methods=methods, name=view.__name__, content_types=content_types)(handle)
            return view

        return register


def _call(request: Any) -> Call:
    """Its id is the caller's, or else API Gateway's, which is in its access log."""
    offered = (request.headers.get("X-Request-Id"), request.context.get("requestId"))
    request_id = next((each for each in offered if each and REQUEST_ID.fullmatch(each)), None) or str(uuid4())
    return Call(request, request_id, query=dict(request.query_params or {}))


def _perform(call: Call, route: Route, parameters: dict[str, str]) -> Any:
    if route.test_only and not settings().is_test_stage:
        raise NotFound("Resource")
    limits.check(f"address {network(call.address)}", settings().rate_limit_per_address)
    if route.scope:
        call.authenticate(anew=route.scope in LASTING)
        limits.check(f"merchant {call.merchant_id}", settings().rate_limit_per_key)
        call.caller.require(route.scope)
    _check_query(call, route)
    call.filters, call.parameters = route.filters or {}, tuple(map(unquote, parameters.values()))
    bodies = [call.parse(route.body)] if route.body else []
    return route.view(call, *call.parameters, *bodies)


def _check_query(call: Call, route: Route) -> None:
    known = [*route.query, *(() if route.filters is None else (*route.filters, *PAGING))]
    unknown = next((name for name in call.query if name not in known), None)
    if unknown is not None:
        choice = f"one of {', '.join(known)}" if known else "none"
        raise BadRequest(
            f"{unknown[:MAX_KEY]} is no query parameter of this path, which takes {choice}", field=unknown[:MAX_KEY]
        )


def _answer(call: Call, perform: Callable[[], Any]) -> Response:
    """Every answer, good or bad, leaves through here."""
    try:
        result = perform()
    except GatewayError as error:
        return error_response(error, call.request_id)
    except Exception:  # noqa: BLE001  # whatever it is, the caller gets the contract's shape
        logger.exception("unexpected error", path=call.raw.path, method=call.raw.method, request_id=call.request_id)
        count("UnexpectedErrors")
        return error_response(GatewayError("Something went wrong on our side"), call.request_id)
    return _respond(result, call.request_id)


def _respond(result: Any, request_id: str) -> Response:
    headers = _headers(request_id)
    if isinstance(result, Answer):
        if result.replayed:
            headers["Idempotent-Replayed"] = "true"
        return Response(body=result.body, status_code=result.status, headers=headers)
    status, view = result if isinstance(result, tuple) else (200, result)
    return Response(body=view, status_code=status, headers=headers)


def in_our_shape(request: Any, get_response: Callable[[Any], Response]) -> Response:
    """Middleware for what Chalice refuses by itself (405, 415), which no view sees.

    In front of Lambda it is API Gateway that refuses, in the shape that infra/resources/api.yaml gives it.
    """
    response = get_response(request)
    if not isinstance(response.body, dict) or "Code" not in response.body:
        return response
    refusal = GatewayError(response.body["Message"])
    refusal.status = response.status_code
    refusal.code = GatewayError.code if refusal.status >= GatewayError.status else BadRequest.code
    shaped = error_response(refusal, _call(request).request_id)
    shaped.headers |= {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": PUBLIC_HEADERS}
    shaped.headers |= {name: value for name, value in response.headers.items() if name == "Allow"}
    return shaped


def _headers(request_id: str) -> dict[str, str | list[str]]:
    return {"Content-Type": JSON, "X-Request-Id": request_id, "Cache-Control": "no-store"}


def error_body(
    code: str, description: str, request_id: str, name: str | None = None, reason: str | None = None
) -> dict[str, Any]:
    """The one shape of every error. name: of the field at fault; reason: of domain.errors.Reason."""
    error = {"code": code, "description": description}
    if name:
        error["field"] = name
    if reason:
        error["reason"] = reason
    return {"error": {**error, "request_id": request_id}}


def error_response(error: GatewayError, request_id: str) -> Response:
    headers = _headers(request_id)
    retry_after = getattr(error, "retry_after", None)
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    if error.status == AuthenticationFailed.status:
        headers["WWW-Authenticate"] = CHALLENGE
    body = error_body(error.code, error.description, request_id, error.field, error.reason)
    return Response(body=body, status_code=error.status, headers=headers)
