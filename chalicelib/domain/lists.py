"""What a list is asked for: which rows, and which page of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# Before and after every ISO time, as text is compared.
EARLIEST, LATEST = "0", "~"


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Which rows, and which page of them.

    owner: the index's hash key. start and end: ISO times, both included. filters: attribute -> its value, or several.
    """

    owner: str
    limit: int
    offset: int = 0
    cursor: str | None = None
    start: str = EARLIEST
    end: str = LATEST
    filters: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_everything(self) -> bool:
        return not self.filters and (self.start, self.end) == (EARLIEST, LATEST)

    def matches(self, row: Any) -> bool:
        """Returns whether the row has a wanted value in every filtered attribute."""
        return all(getattr(row, name) in self.wanted(name) for name in self.filters)

    def wanted(self, name: str) -> tuple[str, ...]:
        """Returns the values of which a row must have one in this filtered attribute."""
        value = self.filters[name]
        return (value,) if isinstance(value, str) else value
