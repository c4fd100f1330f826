"""What a process of this stage does before its first work."""

import importlib

from chalicelib.config import settings


def prepare() -> None:
    """Gives a test stage its movable clock. Other stages have no chalicelib.sandbox, not even in their artifact."""
    if settings().is_test_stage:
        importlib.import_module("chalicelib.sandbox").install()
