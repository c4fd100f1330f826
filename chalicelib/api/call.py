"""One request as views see it: its headers, its body, whose it is, and its idempotency key."""

import base64
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import uuid4

from msgspec import Struct

from chalicelib.api import schemas
from chalicelib.domain.errors import AuthenticationFailed, BadRequest
from chalicelib.services import idempotency
from chalicelib.services.idempotency import IdempotentRequest
from chalicelib.services.merchants import auth
from chalicelib.services.merchants.credentials import Caller, Pair

# What a list can be filtered by: parameter -> its values; no values: any text.
Filters = Mapping[str, Collection[str]]

MAX_BODY = 1024 * 1024
MAX_KEY = 255
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
NOBODY = Caller("", scopes=frozenset())


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

    @classmethod
    def of(cls, request: Any) -> Self:
        """Wraps Chalice's request, before anybody is authenticated."""
        return cls(request, request_id_of(request), query=dict(request.query_params or {}))

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

    def once(self, asked: Struct) -> IdempotentRequest | None:
        """Returns the caller's Idempotency-Key in the scope of this merchant, method and path, parameters included."""
        key = self.header("Idempotency-Key").strip()
        if len(key) > MAX_KEY:
            raise BadRequest(f"Idempotency-Key must be at most {MAX_KEY} characters", field="Idempotency-Key")
        # raw.path is the template, the same for every payment that is captured or refunded.
        scope = (self.merchant_id, self.raw.method, self.raw.path, *self.parameters)
        return idempotency.once(scope, key, schemas.identity(asked))

    def authenticate(self, *, anew: bool) -> None:
        """Checks the credentials. anew: past every cache. Raises AuthenticationFailed or TooManyRequests."""
        if self.token:
            self.caller = auth.by_token(self.token, anew=anew)
        else:
            self.caller = auth.by_pair(self._pair(), self.address, anew=anew)
        self.merchant_id = self.caller.merchant_id

    @property
    def token(self) -> str:
        """Returns the Bearer token, or nothing."""
        scheme, _, token = self.header("Authorization").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    @property
    def key_id(self) -> str:
        """Returns the id of the key pair, whatever its secret. Raises AuthenticationFailed for a malformed header."""
        return self._pair().key

    def _pair(self) -> Pair:
        scheme, _, encoded = self.header("Authorization").partition(" ")
        if scheme.lower() != "basic":
            return Pair(self.header("X-Api-Key"), self.header("X-Api-Secret"))
        try:
            key, _, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        except ValueError:
            raise AuthenticationFailed from None
        return Pair(key, secret)


def request_id_of(request: Any) -> str:
    """Returns the caller's id of the request, or else API Gateway's, which is in its access log."""
    offered = (request.headers.get("X-Request-Id"), request.context.get("requestId"))
    return next((each for each in offered if each and REQUEST_ID.fullmatch(each)), None) or str(uuid4())


class PayloadTooLarge(BadRequest):
    status = 413

    def __init__(self) -> None:
        super().__init__(f"The request body must be at most {MAX_BODY} bytes")
