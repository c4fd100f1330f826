"""Responses: what a view returned, the one shape of every error, and the headers of both."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalice.app import Response

from chalicelib import tracing
from chalicelib.api.call import Call, request_id_of
from chalicelib.config import settings
from chalicelib.domain.errors import AuthenticationFailed, BadRequest, GatewayError
from chalicelib.services.idempotency import Answer

JSON = "application/json"
CSV = "text/csv"
# Who sends credentials only when asked (wget, curl --anyauth, Java) is asked here (RFC 9110 11.6.1).
CHALLENGE = 'Basic realm="payment-gateway"'
HSTS = "max-age=31536000"
PUBLIC_HEADERS = "X-Request-Id,Idempotent-Replayed,Retry-After"


@dataclass(frozen=True, slots=True)
class Text:
    """What a view returns to answer with something else than JSON."""

    content_type: str
    body: str


def traced(call: Call, answer: Callable[[], Response]) -> Response:
    """Answers a request in the trace that its caller names, or in a new one."""
    # raw.path is the template, so that a span holds no value of the caller's.
    with tracing.request(call.raw.method, call.raw.path, call.header("traceparent")) as span:
        response = answer()
        span.facts["status"] = response.status_code
    return response


def respond(result: Any, request_id: str) -> Response:
    """Makes the response of what a view returned: a view, a Text, an Answer, (status, view) or a whole Response."""
    if isinstance(result, Response):
        return result
    headers = _headers(request_id)
    if isinstance(result, Text):
        headers["Content-Type"] = f"{result.content_type}; charset=utf-8"
        return Response(body=result.body, headers=headers)
    if isinstance(result, Answer):
        if result.replayed:
            headers["Idempotent-Replayed"] = "true"
        return Response(body=result.body, status_code=result.status, headers=headers)
    status, view = result if isinstance(result, tuple) else (200, result)
    return Response(body=view, status_code=status, headers=headers)


def in_our_shape(request: Any, get_response: Callable[[Any], Response]) -> Response:
    """Gives the error shape to refusals of Chalice itself (405, 415), which no view sees.

    In front of Lambda it is API Gateway that refuses, in the shape that infra/resources/api.yaml gives it.
    """
    response = get_response(request)
    if not isinstance(response.body, dict) or "Code" not in response.body:
        return response
    refusal = GatewayError(response.body["Message"])
    refusal.status = response.status_code
    refusal.code = GatewayError.code if refusal.status >= GatewayError.status else BadRequest.code
    shaped = error_response(refusal, request_id_of(request))
    shaped.headers |= {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": PUBLIC_HEADERS}
    shaped.headers |= {name: value for name, value in response.headers.items() if name == "Allow"}
    return shaped


def _headers(request_id: str) -> dict[str, str | list[str]]:
    """Returns the headers of every answer. Test stages also answer over http, where HSTS is not allowed (RFC 6797)."""
    headers: dict[str, str | list[str]] = {"Content-Type": JSON, "X-Request-Id": request_id}
    headers |= {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return headers if settings().is_test_stage else headers | {"Strict-Transport-Security": HSTS}


def error_body(
    code: str, description: str, request_id: str, name: str | None = None, reason: str | None = None
) -> dict[str, Any]:
    """Returns the body of every error. name: of the field at fault; reason: of domain.errors.Reason."""
    error = {"code": code, "description": description}
    if name:
        error["field"] = name
    if reason:
        error["reason"] = reason
    return {"error": {**error, "request_id": request_id}}


def error_response(error: GatewayError, request_id: str) -> Response:
    """Makes the response of a refusal, with the headers that its status asks for (RFC 9110)."""
    headers = _headers(request_id)
    retry_after = getattr(error, "retry_after", None)
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    if error.status == AuthenticationFailed.status:
        headers["WWW-Authenticate"] = CHALLENGE
    body = error_body(error.code, error.description, request_id, error.field, error.reason)
    return Response(body=body, status_code=error.status, headers=headers)
