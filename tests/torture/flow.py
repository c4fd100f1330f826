"""What a flow is that faults are injected into, and the request of a client that may have to repeat itself."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.webhooks import ALL_EVENTS
from infra.audit.snapshot import Snapshot
from tests.torture.world import Answer, Shop, World


@dataclass
class Flow:
    """prepare runs unbroken and returns what the others need; act is what is recorded and broken.

    script: of the receiver. bank: the profile of the simulated bank from act on. gave_up: payments that the flow lets be
    given up before their late success.
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
    """A request, and every answer it got."""

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
