"""The routes, and what happens around every view: authentication, rate limit, body, errors. In one place, for every route.

Chalice turns a foreign exception of a view into a 500 before any middleware sees it, so this is no middleware.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from chalice.app import Blueprint, Response

from chalicelib.api import limits, paging, schemas
from chalicelib.api.answers import JSON, error_response, respond, traced
from chalicelib.api.call import MAX_KEY, Call, Filters
from chalicelib.config import settings
from chalicelib.domain.addresses import network
from chalicelib.domain.errors import BadRequest, GatewayError, NotFound
from chalicelib.domain.scopes import LASTING, Scope
from chalicelib.telemetry import count, logger


def _perform_only(_: Call, perform: Callable[[], Any]) -> Any:
    return perform()


# Performs a view. A test stage puts its faults in this place (chalicelib/stage.py).
around: Callable[[Call, Callable[[], Any]], Any] = _perform_only


@dataclass(frozen=True, slots=True)
class Route:
    """public: without credentials; every other route names its scope. test_only: 404 outside test stages.

    body: what is read from the request. query: the names of further parameters.
    filters: of a list, which also takes the parameters of api/paging.py; None if it is no list.
    An unknown parameter is refused, so that a misspelt filter does not look like a whole list.
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
        """Registers a view for a method and a path. how: the further fields of Route."""

        def register(view: Callable[..., Any]) -> Callable[..., Any]:
            route = Route(method, path, view, **how)
            self.table.append(route)

            def handle(**parameters: str) -> Response:
                call = Call.of(self.current_request)
                return traced(call, lambda: _answer(call, lambda: _perform(call, route, parameters)))

            handle.__name__ = view.__name__
            methods = [method, "HEAD"] if method == "GET" else [method]
            content_types = [JSON] if route.body else []
            self.route(path, methods=methods, name=view.__name__, content_types=content_types)(handle)
            return view

        return register


def _perform(call: Call, route: Route, parameters: dict[str, str]) -> Any:
    if route.test_only and not settings().is_test_stage:
        raise NotFound("Resource")
    limits.check(f"address {network(call.address)}", settings().rate_limit_per_address)
    if route.scope:
        call.authenticate(anew=route.scope in LASTING)
        limits.check_merchant(call.merchant_id)
        call.caller.require(route.scope)
    _check_query(call, route)
    call.filters, call.parameters = route.filters or {}, tuple(map(unquote, parameters.values()))
    bodies = [call.parse(route.body)] if route.body else []
    return around(call, lambda: route.view(call, *call.parameters, *bodies))


def _check_query(call: Call, route: Route) -> None:
    known = [*route.query, *(() if route.filters is None else (*route.filters, *paging.PARAMETERS))]
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
    return respond(result, call.request_id)
