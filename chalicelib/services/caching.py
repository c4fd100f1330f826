"""Caches values in the process for a while. cachetools does the same, but adds a package to every cold start."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

MAX_ENTRIES = 4096


class TimedCache(Generic[T]):
    """Keeps values for a number of seconds, and drops all of them when it is full.

    Each operation is atomic under the interpreter's lock.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._entries: dict[str, tuple[float, T]] = {}

    def get(self, key: str) -> T | None:
        entry = self._entries.get(key)
        return entry[1] if entry and entry[0] > time.monotonic() else None

    def put(self, key: str, value: T) -> T:
        return self._keep(key, value, time.monotonic())

    def fill(self, key: str, look: Callable[[], T]) -> T:
        """Stores and returns what look() returns.

        The seconds count from before look() began, so that no value is trusted for longer.
        """
        began = time.monotonic()
        return self._keep(key, look(), began)

    def _keep(self, key: str, value: T, since: float) -> T:
        if len(self._entries) >= MAX_ENTRIES:
            self._entries.clear()
        self._entries[key] = (since + self._seconds, value)
        return value

    def forget(self, key: str) -> None:
        self._entries.pop(key, None)

    def clear(self) -> None:
        self._entries.clear()
