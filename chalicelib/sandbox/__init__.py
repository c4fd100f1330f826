"""Holds what only test stages have. infra/deployment/package.py leaves it out of other artifacts. Nothing imports it by name."""

from chalicelib.domain import clock as domain_clock
from chalicelib.sandbox import clock


def install() -> None:
    """Makes this process follow the stage's movable clock."""
    domain_clock.source = clock.read
