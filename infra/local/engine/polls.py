"""Lets a long poll of MiniStack's SQS look when a message comes to its own queue, and not only every 100 ms."""

import asyncio
import threading
from collections import defaultdict
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Any

# The URL of the queue that is polled, or that a message is sent to; "" where nobody told.
queue: ContextVar[str] = ContextVar("queue", default="")


class Wake:
    """Replaces the event that MiniStack's SQS sets on every send, and also wakes the tasks that poll for a message."""

    def __init__(self, original: threading.Event) -> None:
        self.original = original
        self.waiting: defaultdict[str, set[asyncio.Future[None]]] = defaultdict(set)

    def set(self) -> None:
        """Wakes the polls of the queue that got a message; all polls if the queue is unknown."""
        self.original.set()
        name = queue.get()
        for known in (name, "") if name else list(self.waiting):
            for waiter in self.waiting[known]:
                _release(waiter)

    async def wait(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        mine, waiter = self.waiting[queue.get()], loop.create_future()
        timer = loop.call_later(seconds, _release, waiter)
        mine.add(waiter)
        try:
            await waiter
        finally:
            timer.cancel()
            mine.remove(waiter)


def _release(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)


def hand_over_at_once(sqs: Any) -> None:
    """Lets a long poll look as soon as a message comes. It also looks as often as before, every 100 ms.

    Saves 50 ms per hop. The function changes a pinned version, so it checks for the parts that it replaces. It changes
    nothing when a part is missing.
    """
    if not (hasattr(sqs, "esm_wake") and hasattr(sqs, "asyncio")):
        return
    wake = Wake(sqs.esm_wake)
    sqs.esm_wake = wake
    sqs.asyncio = SimpleNamespace(**(vars(asyncio) | {"sleep": wake.wait}))
