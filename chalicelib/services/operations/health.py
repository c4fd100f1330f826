"""Checks whether the gateway's dependencies answer."""

from collections.abc import Callable
from typing import Any

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.domain.errors import GatewayError
from chalicelib.persistence.merchants import Merchant
from chalicelib.telemetry import logger

# The key of no record: the check needs an answer and no merchant.
PROBE = "health"

CHECKS: dict[str, Callable[[], Any]] = {
    "database": lambda: Merchant.find(PROBE, consistent=False),
    "queue": lambda: queues.counts(queues.PAYMENTS),
}


def check() -> dict[str, Any]:
    """Reads one key and one queue's attributes. The report names each dependency that fails."""
    states = {name: _state(name, ask) for name, ask in CHECKS.items()}
    healthy = all(state == "connected" for state in states.values())
    return {"status": "healthy" if healthy else "unhealthy", **states, "timestamp": clock.iso(clock.now())}


def _state(name: str, ask: Callable[[], Any]) -> str:
    try:
        ask()
    except GatewayError:
        logger.exception("dependency failed", dependency=name)
        return "disconnected"
    return "connected"
