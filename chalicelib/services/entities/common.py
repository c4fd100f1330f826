"""What the entities of the Razorpay-compatible surface have in common.

The surface's answers and its webhooks show the same entities, so the entities are services' views and not the surface's.
"""

from collections.abc import Sequence
from typing import Any

from chalicelib.domain import clock

Entity = dict[str, Any]


def epoch(moment: str | None) -> int | None:
    """Returns the Unix seconds of a stored time."""
    return None if moment is None else int(clock.seconds(moment))


def notes(found: dict[str, str] | None) -> dict[str, str] | list[str]:
    """Returns notes as PHP writes them: an empty map is an empty list."""
    return found or []


def collection(items: Sequence[Entity]) -> Entity:
    return {"entity": "collection", "count": len(items), "items": list(items)}
