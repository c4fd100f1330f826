from typing import Any, Protocol

from chalicelib import stage, tracing
from chalicelib.domain import clock
from chalicelib.services.waits import deadlines

stage.prepare()
# Reserved for the chunk that is under way when the time is up. Each of its calls may take nine seconds at worst.
RESERVE_SECONDS = 15


class Remaining(Protocol):
    """The part of Lambda's context that tells the remaining time."""

    def get_remaining_time_in_millis(self) -> int: ...


def handler(event: dict[str, Any], context: Remaining) -> dict[str, int]:
    """Runs the deadlines of the shards that the event names; of all shards without a name."""
    seconds = context.get_remaining_time_in_millis() / 1000 - RESERVE_SECONDS
    try:
        return {"sent": deadlines.run(clock.now(), seconds, event.get("shards", deadlines.ALL_SHARDS))}
    finally:
        tracing.flush()
