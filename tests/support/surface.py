"""Shows the Razorpay-compatible surface in this process, by the events that API Gateway makes."""

import base64
import json
from typing import Any

from infra.local.edge import Request

KEY, SECRET = "key_test_abc123", "secret_test_xyz789"


def ask(method: str, path: str, body: Any = None, query: str = "") -> Any:
    """Makes a request below /v1. path: without /v1. Returns the status and the decoded body."""
    from app import app  # noqa: PLC0415  # not before the environment is set

    credentials = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
    headers = {"authorization": [f"Basic {credentials}"]}
    request = Request("r1", method, f"/v1/{path}", query, headers, "127.0.0.1", "1.1")
    raw = b"" if body is None else json.dumps(body).encode()
    answer = app(request.event("/v1/{proxy+}", {"proxy": path}, raw), None)
    return answer["statusCode"], json.loads(answer["body"])


def make(path: str, body: Any) -> Any:
    """Makes an object by POST and returns it."""
    status, made = ask("POST", path, body)
    assert status == 200, made
    return made
