"""Puts deliveries into the order that a receiver is to be tried with."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Delivery:
    """copy: 1, or 2 for the repetition that --twice asks for."""

    event: dict[str, Any]
    copy: int

    @property
    def id(self) -> str:
        return f"{place(self.event)}/{self.copy}"


def place(event: dict[str, Any]) -> str:
    """Returns the id that stands for this entry of the list: an event that was sent again has another one each time."""
    return str(event.get("resent_as") or event["id"])


def _as_is(deliveries: Sequence[Delivery], _seed: int) -> list[Delivery]:
    return list(deliveries)


def _reversed(deliveries: Sequence[Delivery], _seed: int) -> list[Delivery]:
    return list(deliveries)[::-1]


def _shuffled(deliveries: Sequence[Delivery], seed: int) -> list[Delivery]:
    return random.Random(seed).sample(deliveries, len(deliveries))  # noqa: S311  # an order, no secret


ORDERS: Mapping[str, Callable[[Sequence[Delivery], int], list[Delivery]]] = {
    "in-order": _as_is,
    "reversed": _reversed,
    "shuffled": _shuffled,
}


def deliveries(events: Sequence[dict[str, Any]], order: str, copies: int, seed: int) -> list[Delivery]:
    """Returns the deliveries of these events. The same events and seed give the same order."""
    return ORDERS[order]([Delivery(event, copy) for event in events for copy in range(1, copies + 1)], seed)
