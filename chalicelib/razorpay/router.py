"""The surface's own table of routes. A segment of a path is a fixed word or a `{parameter}`; fixed words come first."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import unquote

from chalicelib.domain.scopes import Scope
from chalicelib.razorpay.errors import NOT_AVAILABLE, UNKNOWN_URL, Refusal

View = Callable[..., Any]
V = TypeVar("V", bound=View)


@dataclass(frozen=True, slots=True)
class Route:
    """One operation. scope: what the key must be allowed to do; None for a route that takes the key's id alone.

    plain: its errors have the shape that payment links have.
    """

    method: str
    path: str
    pattern: re.Pattern[str]
    view: View
    scope: Scope | None
    plain: bool


TABLE: list[Route] = []


def on(method: str, path: str, scope: Scope | None, *, plain: bool = False) -> Callable[[V], V]:
    """Registers a view, which takes (asked, *parameters) and returns an object, or (status, object)."""

    def register(view: V) -> V:
        pattern = re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path))
        TABLE.append(Route(method, path, pattern, view, scope, plain))
        TABLE.sort(key=lambda route: route.path.count("{"))
        return view

    return register


def clean(path: str) -> str:
    """Collapses doubled slashes and drops the last one."""
    return "/" + "/".join(part for part in path.split("/") if part)


def find(method: str, path: str) -> tuple[Route, tuple[str, ...]]:
    """Returns the route of a cleaned path, and its parameters. Raises Refusal."""
    wanted = "GET" if method == "HEAD" else method
    for route in TABLE:
        match = route.pattern.fullmatch(path) if route.method == wanted else None
        if match:
            return route, tuple(unquote(part) for part in match.groups())
    raise Refusal(UNKNOWN_URL, status=404, where=NOT_AVAILABLE)
