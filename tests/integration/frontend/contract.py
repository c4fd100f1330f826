"""Holds the gateway in memory to the OpenAPI document that the real one publishes, so that the two cannot drift apart."""

import json
import re

import jsonschema_rs

from tests.integration.frontend.site import FRONTEND

DOCUMENT = json.loads((FRONTEND / "dashboard/openapi.json").read_text(encoding="utf-8"))
PREFIX = "/api/v1"
CUT_OFF = 300  # characters of a value or of a complaint


def _pattern(path):
    return re.compile(re.sub(r"{\w+}", "[^/]+", path.removeprefix(PREFIX)))


# Fixed parts come first: /payments/public is no payment of the id "public".
PATHS = sorted(
    ((_pattern(path), methods) for path, methods in DOCUMENT["paths"].items()),
    key=lambda pair: "[^/]+" in pair[0].pattern,
)


def operation(method, path):
    """The document's operation that a request under /api/v1 asks for, or None."""
    return next(
        (
            methods[method.lower()]
            for pattern, methods in PATHS
            if pattern.fullmatch(path) and method.lower() in methods
        ),
        None,
    )


def _resolved(node):
    while "$ref" in node:
        reference, node = node["$ref"], DOCUMENT
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]
    return node


def _complaints(what, holder, value):
    schema = _resolved(holder)["content"]["application/json"]["schema"]
    validator = jsonschema_rs.Draft202012Validator({**schema, "components": DOCUMENT["components"]})
    for error in validator.iter_errors(value):
        where = ".".join(str(part) for part in error.instance_path)
        yield f"{what}{'.' + where if where else ''}: {error.message[:CUT_OFF]}"


def wrong_answer(method, path, status, body):
    """What the document says against this answer; nothing when it allows it."""
    asked = operation(method, path)
    if asked is None:
        return [] if status == 404 or path.startswith("/sandbox/") else [f"{method} {path} is in no document"]
    if str(status) not in asked["responses"]:
        return [f"{method} {path} never answers {status}"]
    return [f"{method} {path} {each}" for each in _complaints(status, asked["responses"][str(status)], body)]


def wrong_request(method, path, query, body):
    """What the document says against a request that was taken; the real gateway might refuse it."""
    asked = operation(method, path)
    if asked is None:
        return []
    known = {_resolved(each)["name"] for each in asked.get("parameters", []) if _resolved(each)["in"] == "query"}
    found = [f"no parameter {name}" for name in query if name not in known]
    if body and "requestBody" not in asked:
        found.append("no body")
    elif body:
        found += _complaints("body", asked["requestBody"], body)
    return [f"{method} {path} takes {each}" for each in found]
