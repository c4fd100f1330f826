"""Prepares a process for its stage, before its first work."""

import importlib
from typing import Any

from chalicelib.config import settings


def prepare() -> None:
    """Gives a test stage its movable clock. Other stages have no chalicelib.sandbox, not even in their artifact."""
    if settings().is_test_stage:
        importlib.import_module("chalicelib.sandbox").install()


def routes() -> list[Any]:
    """Returns the blueprints that a test stage registers beside the others. The API reference does not show them."""
    if not settings().is_test_stage:
        return []
    return list(importlib.import_module("chalicelib.sandbox.routes").ROUTES)


def register_views() -> None:
    """Registers the views that the Razorpay-compatible surface has on a test stage only."""
    if settings().is_test_stage:
        importlib.import_module("chalicelib.sandbox.codes")
