"""Defines what the document says about a route beside its types."""

from dataclasses import dataclass, field
from typing import Any

WHEN = "ISO 8601 date or time"


@dataclass(frozen=True, slots=True)
class Operation:
    """Describes one route in the document.

    answer: the body of the answer with `status`. once: the route takes an Idempotency-Key. query: the parameters that
    lists do not share, with their descriptions. also: further statuses, with their meaning for this route.
    """

    tag: str
    summary: str
    answer: Any
    status: int = 200
    description: str = ""
    once: bool = False
    query: dict[str, str] = field(default_factory=dict)
    also: dict[int, str] = field(default_factory=dict)
