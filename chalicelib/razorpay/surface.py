"""Answers a request of the surface: finds its route, identifies the caller, reads the body, and shapes every error."""

from typing import Any

from chalice.app import Response

from chalicelib.api import answers, limits
from chalicelib.api.call import Call
from chalicelib.config import settings
from chalicelib.domain.addresses import network
from chalicelib.domain.errors import GatewayError
from chalicelib.domain.scopes import LASTING
from chalicelib.razorpay import errors, operations, router
from chalicelib.razorpay.asked import Asked
from chalicelib.razorpay.errors import Refusal
from chalicelib.razorpay.router import Route
from chalicelib.telemetry import count, logger

operations.register()


def answer(request: Any, path: str) -> Response:
    """Answers a request. path: whole and as it was sent. The answer is JSON, whatever happens, unless the view made a page."""
    call = Call.of(request)
    return answers.traced(call, lambda: _answer(call, path))


def _answer(call: Call, path: str) -> Response:
    try:
        limits.check(f"address {network(call.address)}", settings().rate_limit_per_address)
        route, parameters = router.find(call.raw.method, router.clean(path))
    except (Refusal, GatewayError) as error:
        return _refused(error, call)
    try:
        return answers.respond(_perform(call, route, parameters), call.request_id)
    except (Refusal, GatewayError) as error:
        return _refused(error, call, plain=route.plain)
    except Exception:  # noqa: BLE001  # whatever it is, the caller gets JSON of this shape
        logger.exception("unexpected error", path=call.raw.path, method=call.raw.method, request_id=call.request_id)
        count("UnexpectedErrors")
        return _refused(GatewayError(errors.OUTAGE), call, plain=route.plain)


def _perform(call: Call, route: Route, parameters: tuple[str, ...]) -> Any:
    asked = Asked.of(call)
    if route.scope:
        call.authenticate(anew=route.scope in LASTING)
        limits.check_merchant(call.merchant_id)
        call.caller.require(route.scope)
        asked.read_body()
    else:
        asked.read_body()
        asked.identify_by_key_alone()
    return route.view(asked, *parameters)


def _refused(error: Refusal | GatewayError, call: Call, *, plain: bool = False) -> Response:
    answer = error.answer if isinstance(error, Refusal) else errors.translated(error)
    response = answers.respond((answer.status, answer.body(plain=plain)), call.request_id)
    if isinstance(error, GatewayError):
        response.headers |= answers.error_response(error, call.request_id).headers
    return response
