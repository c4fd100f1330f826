"""Defines a flow, into which faults are injected, and the request of a client that may have to repeat it."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.webhooks import ALL_EVENTS
from infra.audit.snapshot import Snapshot
from tests.torture.world import Answer, Shop, World


@dataclass
class Flow:
    """Describes a flow. prepare runs unbroken and returns what the other functions need. act is recorded and broken.

    script: of the receiver. bank: the profile of the simulated bank from act on. gave_up: the payments that the flow
    gives up before their late success.
    """

    name: str
    prepare: Callable[[World, Shop], Any]
    act: Callable[[World, Shop, Any], Any]
    recover: Callable[[World, Shop, Any, Any], None] = lambda *_: None
    check: Callable[[Shop, Any, Any, Snapshot], None] = lambda *_: None
    extra_events: Callable[[Shop, Any, Snapshot], Counter[tuple[str, str]]] = lambda *_: Counter()
    script: Callable[[int], int] | None = None
    events: tuple[str, ...] = tuple(map(str, ALL_EVENTS))
    bank: str = "instant"
    gave_up: Callable[[Any], Collection[str]] = lambda _: ()


@dataclass
class Wish:
    """Holds a request and all its answers."""

    method: str
    path: str
    body: Any
    key: str
    answers: list[Answer] = field(default_factory=list)

    def send(self, world: World, shop: Shop) -> None:
        self.answers.append(world.ask(shop, self.method, self.path, self.body, self.key))

    @property
    def acknowledged(self) -> list[Answer]:
        return [answer for answer in self.answers if 200 <= answer.status < 300]


def send(world: World, shop: Shop, wish: Wish) -> None:
    wish.send(world, shop)
