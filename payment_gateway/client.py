"""Calls a gateway's HTTP API as a merchant does. Uses the standard library only, so that any test suite can import it."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode

TIMEOUT = 60  # seconds; a jump of a stage's clock may take twenty
NOT_FOUND, TOO_MANY = 404, 429


class Refused(Exception):
    """Reports that the gateway answered with an error. error: the contract's error object."""

    def __init__(self, status: int, error: dict[str, Any]) -> None:
        super().__init__(f"{error.get('description', 'The gateway refused')} ({status} {error.get('code', '')})")
        self.status = status
        self.error = error


class Unreachable(Exception):
    """Reports that no answer came. The text names the address."""


@dataclass(frozen=True, slots=True)
class Client:
    """Calls one gateway with one key pair. api: the origin, without /api/v1."""

    api: str
    key: str = ""
    secret: str = ""

    def get(self, path: str, **query: Any) -> Any:
        """Returns the answer's body. Leaves out parameters that are None. Raises Refused and Unreachable."""
        given = {name: value for name, value in query.items() if value is not None}
        return self.call("GET", f"{path}?{urlencode(given)}" if given else path)

    def post(self, path: str, body: Any = None, *, idempotency_key: str = "") -> Any:
        """Returns the answer's body. Raises Refused and Unreachable."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return self.call("POST", path, {} if body is None else body, headers)

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """Returns the answer's body. path: below /api/v1, or with a leading /health. Raises Refused and Unreachable."""
        prefix = "" if path.startswith("/health") else "/api/v1"
        own = {"X-Api-Key": self.key, "X-Api-Secret": self.secret, "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        try:
            request = urllib.request.Request(  # noqa: S310  # the caller names the gateway
                f"{self.api}{prefix}{path}", data, own | (headers or {}), method=method
            )
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310  # as above
                return _decoded(answer.read())
        except urllib.error.HTTPError as refusal:
            raise Refused(refusal.code, _error(refusal.read())) from None
        except (OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", error)
            raise Unreachable(f"No gateway answers at {self.api}: {reason}") from None

    def is_test_stage(self) -> bool:
        """Returns whether the gateway has the sandbox. Raises Unreachable."""
        try:
            self.get("/test/merchant")
        except Refused as refusal:
            return refusal.status != NOT_FOUND
        return True


def _decoded(body: bytes) -> Any:
    return json.loads(body) if body else None


def _error(body: bytes) -> dict[str, Any]:
    """Returns the contract's error object. A proxy in front of the gateway may answer with other bodies."""
    try:
        return dict(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return {"code": "", "description": body.decode(errors="replace").strip()[:200] or "The gateway refused"}
