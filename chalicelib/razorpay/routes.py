"""Registers the surface's paths with Chalice: a few patterns, below which chalicelib/razorpay has its own router.

The clients write paths with doubled and trailing slashes, which Chalice's table of routes would not find.
"""

from collections.abc import Callable
from typing import Any

from chalice.app import Blueprint, Response

routes = Blueprint(__name__)
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
# The pattern -> what stands before its greedy part. The clients ask for /methods without a version.
PATTERNS = {"/v1": "/v1", "/v1/{proxy+}": "/v1", "/v2/{proxy+}": "/v2", "/methods": "/v1/methods"}


def _serve(prefix: str) -> Callable[[], Response]:
    def handle() -> Response:
        # Imported with the first such request, so that the other API's cold start does not wait for it.
        from chalicelib.razorpay import surface  # noqa: PLC0415

        request: Any = routes.current_request
        return surface.answer(request, f"{prefix}/{(request.uri_params or {}).get('proxy', '')}")

    return handle


for number, (pattern, before) in enumerate(PATTERNS.items()):
    routes.route(pattern, methods=METHODS, name=f"razorpay_{number}", content_types=[])(_serve(before))
