"""Answers for API Gateway when a path or method does not exist: in the contract's shape, without the application.

The answers are mock integrations, which work on AWS and on LocalStack. LocalStack does not apply GatewayResponses.
"""

import json
from typing import Any

ANY = "x-amazon-apigateway-any-method"
OTHER_PATHS = ("/", "/{proxy+}")
# A mock reads its status from a JSON template, and needs one template for each declared type of the body.
MEDIA_TYPES = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain",
    "application/xml",
)
EXPOSED = "X-Request-Id,Idempotent-Replayed,Retry-After"


def add(routes: dict[str, Any]) -> None:
    """Adds the answers to Chalice's Swagger document."""
    paths = routes["paths"]
    for methods in paths.values():
        allowed = ", ".join(sorted(name.upper() for name in methods))
        methods[ANY] = _refusal(405, "BAD_REQUEST_ERROR", "The path does not have this method", {"Allow": allowed})
    for path in OTHER_PATHS:
        paths.setdefault(path, {})[ANY] = _refusal(404, "NOT_FOUND_ERROR", "No such path") | {"parameters": []}
    for path, methods in paths.items():
        if path.endswith("{proxy+}"):  # Chalice does not know a greedy parameter and declares none
            for method in methods.values():
                method["parameters"] = [{"name": "proxy", "in": "path", "required": True, "type": "string"}]


def _refusal(status: int, code: str, description: str, more: dict[str, str] | None = None) -> dict[str, Any]:
    error = {"code": code, "description": description, "request_id": "$context.requestId"}
    fixed = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": EXPOSED, "Cache-Control": "no-store"}
    headers = {name: f"'{value}'" for name, value in (fixed | (more or {})).items()}
    integration = {
        "type": "mock",
        "passthroughBehavior": "when_no_templates",
        "requestTemplates": dict.fromkeys(MEDIA_TYPES, json.dumps({"statusCode": status})),
        "responses": {
            "default": {
                "statusCode": str(status),
                "responseParameters": {f"method.response.header.{name}": value for name, value in headers.items()},
                # The request id is a header too. A mock's own headers are constants, so the template sets it.
                "responseTemplates": {
                    "application/json": "#set($context.responseOverride.header.X-Request-Id = $context.requestId)"
                    + json.dumps({"error": error})
                },
            }
        },
    }
    declared = {name: {"type": "string"} for name in headers}
    return {
        "consumes": list(MEDIA_TYPES),
        "produces": ["application/json"],
        "responses": {str(status): {"description": description, "headers": declared}},
        "x-amazon-apigateway-integration": integration,
    }
