from typing import Any, Protocol

from chalicelib import stage
from chalicelib.domain import clock
from chalicelib.services import deadlines

stage.prepare()
# Kept for the chunk that is under way when the time is up, each of whose calls may take nine seconds at the worst.
RESERVE_SECONDS = 15


class Remaining(Protocol):
    """What Lambda's context tells of the time that is left."""

    def get_remaining_time_in_millis(self) -> int: ...


def handler(event: dict[str, Any], context: Remaining) -> dict[str, int]:
    """The event names the shards to look at; without a name all are."""
    seconds = context.get_remaining_time_in_millis() / 1000 - RESERVE_SECONDS
    return {"sent": deadlines.run(clock.now(), seconds, event.get("shards", deadlines.ALL_SHARDS))}
