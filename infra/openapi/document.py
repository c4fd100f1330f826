"""Builds the OpenAPI 3.1 document from the route table, the request classes and the answers."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from app import ROUTES
from chalicelib.api.answers import CHALLENGE
from chalicelib.api.call import MAX_KEY
from chalicelib.api.paging import DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET
from chalicelib.api.parsing import members
from chalicelib.api.routing import Route
from chalicelib.api.shapes.answers import Error, Health
from chalicelib.domain.errors import AuthenticationFailed, TooManyRequests
from infra.openapi.operation import Operation
from infra.openapi.operations import HIDDEN, OPERATIONS

VERSION = "1.0.0"
REFERENCE = "#/components/schemas/{name}"
JSON = "application/json"

Node = dict[str, Any]

ABOUT = """Amounts are integers in the currency's minor unit (50000 INR is five hundred rupees).
Times are ISO 8601 in UTC.
Authenticate with X-Api-Key and X-Api-Secret, with HTTP Basic (the same pair), or with a session as Bearer token.
A key pair may do what its scopes allow. A session has all scopes.
The API ignores request fields that this document does not name.
Every error has the schema Error and the header X-Request-Id."""

SECURITY: list[Node] = [{"ApiKey": [], "ApiSecret": []}, {"Basic": []}, {"Session": []}]
SCHEMES: Node = {
    "ApiKey": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
    "ApiSecret": {"type": "apiKey", "in": "header", "name": "X-Api-Secret"},
    "Basic": {"type": "http", "scheme": "basic"},
    "Session": {"type": "http", "scheme": "bearer"},
}

MEANINGS = {
    400: "The request is malformed or breaks a rule. `field` names the part at fault.",
    401: "The credentials are missing or wrong.",
    403: "The key pair lacks the scope that the error names, perhaps because the pair was rotated away.",
    404: "The object does not exist, or it belongs to another merchant.",
    413: "The body is larger than 1 MiB.",
    415: "The body is not declared as application/json.",
    422: "The Idempotency-Key was used for another request.",
    429: "Too many requests. Retry-After says how long to wait.",
    500: "Something went wrong on our side.",
    503: "A dependency did not answer. Send the request again.",
}
ONCE_HEADER: Node = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "For 24 hours the same key and body get the first answer again, with Idempotent-Replayed: true.",
    "schema": {"type": "string", "maxLength": MAX_KEY},
}
# Filters by an object that may be unknown: the answer is then 404.
OWNERS = frozenset({"order_id", "payment_id"})
HEADERS: Node = {"X-Request-Id": {"schema": {"type": "string"}, "required": True}}

# The headers that a status has in addition to the usual headers.
MORE_HEADERS: dict[int, Node] = {
    AuthenticationFailed.status: {"WWW-Authenticate": {"schema": {"type": "string", "const": CHALLENGE}}},
    TooManyRequests.status: {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}},
}


def _query(name: str, schema: Node, description: str = "") -> Node:
    return {"name": name, "in": "query", "schema": schema} | ({"description": description} if description else {})


def _filter(name: str, values: Iterable[str] | None) -> Node:
    """Allows an empty value, which a form sends where nothing is chosen."""
    return _query(
        name,
        {"type": "string"} | ({"enum": [*map(str, values), ""]} if values else {}),
        "An empty value does not filter.",
    )


LIST_PARAMETERS = [
    _query("limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}),
    _query(
        "offset",
        {"type": "integer", "minimum": 0, "maximum": MAX_OFFSET, "default": 0},
        "How many rows to skip, at most a thousand. An offset past the end gives an empty page. To go further, follow "
        "next_cursor.",
    ),
    _query("cursor", {"type": "string"}, "The next_cursor of the previous page."),
    _query("from", {"type": "string"}, "The earliest creation, an ISO 8601 date or time, included."),
    _query(
        "to", {"type": "string"}, "The latest creation, an ISO 8601 date or time, included. A date means the whole day."
    ),
]


def routes() -> list[Route]:
    """Returns the routes that app.py registers, without the hidden routes."""
    return [route for blueprint in ROUTES for route in blueprint.table if route.view.__name__ not in HIDDEN]


def build() -> Node:
    table = [(route, OPERATIONS[route.view.__name__]) for route in routes()]
    bodies = [route.body for route, _ in table if route.body]
    answers = [operation.answer for _, operation in table]
    _, schemas = msgspec.json.schema_components([Error, *answers, *bodies], ref_template=REFERENCE)
    paths: Node = {}
    for route, operation in table:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Payment Gateway API", "version": VERSION, "description": ABOUT},
        "servers": [{"url": "http://localhost:8000"}],
        "security": SECURITY,
        "paths": paths,
        "components": {
            "securitySchemes": SCHEMES,
            "responses": {f"Error{status}": _error(status, meaning) for status, meaning in MEANINGS.items()},
            "schemas": dict(sorted(schemas.items())),
        },
    }


def _operation(route: Route, operation: Operation) -> Node:
    node: Node = {"operationId": route.view.__name__, "tags": [operation.tag], "summary": operation.summary}
    if description := _description(route, operation):
        node["description"] = description
    if route.public:
        node["security"] = []
    node["parameters"] = _parameters(route, operation)
    if route.body:
        required = any(field.required for kind in members(route.body) for field in msgspec.structs.fields(kind))
        node["requestBody"] = {"required": required, "content": _content(route.body)}
    return node | {"responses": _responses(route, operation)}


def _description(route: Route, operation: Operation) -> str:
    scope = f"Needs the scope `{route.scope}`." if route.scope else ""
    return " ".join(filter(None, (operation.description, scope)))


def _parameters(route: Route, operation: Operation) -> list[Node]:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    lists = [] if route.filters is None else LIST_PARAMETERS
    filters = [_filter(name, values) for name, values in (route.filters or {}).items()]
    own = [_query(name, {"type": "string"}, description) for name, description in operation.query.items()]
    return [*in_path, *lists, *filters, *own, *([ONCE_HEADER] if operation.once else [])]


def _content(kind: Any) -> Node:
    """Returns the content of a body. kind: a class, or a union of classes that one field distinguishes."""
    (schema,), _ = msgspec.json.schema_components([kind], ref_template=REFERENCE)
    return {JSON: {"schema": schema}}


def _responses(route: Route, operation: Operation) -> Node:
    good = {"description": "Success.", "headers": HEADERS, "content": _content(operation.answer)}
    usual = {status: {"$ref": f"#/components/responses/Error{status}"} for status in _errors(route, operation)}
    special = {status: _error(status, meaning) for status, meaning in operation.also.items()}
    if operation.answer is Health:
        special[503]["content"] = _content(Health)
    return {str(operation.status): good} | {str(status): node for status, node in sorted((usual | special).items())}


def _error(status: int, meaning: str) -> Node:
    headers = HEADERS | MORE_HEADERS.get(status, {})
    return {"description": meaning, "headers": headers, "content": _content(Error)}


def _errors(route: Route, operation: Operation) -> set[int]:
    """Returns the error statuses that follow from the route. Every route has 400, for an unknown query parameter."""
    conditions = {
        401: not route.public,
        403: not route.public,
        404: "{" in route.path or route.test_only or not OWNERS.isdisjoint(route.filters or ()),
        413: route.body is not None,
        415: route.body is not None,
        422: operation.once,
    }
    return {400, 429, 500, 503} | {status for status, holds in conditions.items() if holds}
