"""Keeps the rows of each partition of a table and of its indexes in the order in which a query returns them."""

import threading
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

# The values of the range keys, then the table's own key, which breaks ties as in DynamoDB. The last two name the row.
Entry = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Keys:
    """Holds the key attributes of a table (name None) or of one of its indexes."""

    name: str | None
    partition: Sequence[str]
    order: Sequence[str]


def keys_of(table: dict[str, Any]) -> list[Keys]:
    """Returns the keys of the table and of its indexes."""
    own = [name for name in (table["pk_name"], table.get("sk_name")) if name]
    found = [Keys(None, own[:1], own[1:])]
    for index in [*table.get("GlobalSecondaryIndexes", []), *table.get("LocalSecondaryIndexes", [])]:
        hashes, ranges = (
            [key["AttributeName"] for key in index["KeySchema"] if key["KeyType"] == kind] for kind in ("HASH", "RANGE")
        )
        found.append(Keys(index["IndexName"], hashes, ranges))
    return found


class Order:
    """Holds the sorted rows of one table. Thread-safe: the emulator's time to live deletes rows in its own thread."""

    def __init__(self, table: dict[str, Any], value: Callable[[Any], str]) -> None:
        """value: the emulator's function that takes the text out of a typed attribute."""
        self.value = value
        self.keys = keys_of(table)
        self.lock = threading.Lock()
        self.partitions: dict[tuple[str | None, Any], list[Entry]] = {}
        # What was stored for a row, so that a removal does not depend on the row as it is now.
        self.places: dict[tuple[str, str], list[tuple[tuple[str | None, Any], Entry]]] = {}
        for pk, rows in table["items"].items():
            for sk, item in rows.items():
                self._place(pk, sk, item)
        for entries in self.partitions.values():
            entries.sort()

    def _place(self, pk: str, sk: str, item: dict[str, Any]) -> list[tuple[list[Entry], Entry]]:
        """Appends the row's entries where they belong, unsorted, and returns them with their lists."""
        places = [(place, entry) for keys in self.keys for place, entry in self._entries(keys, pk, sk, item)]
        self.places[pk, sk] = places
        lists = [(self.partitions.setdefault(place, []), entry) for place, entry in places]
        for entries, entry in lists:
            entries.append(entry)
        return lists

    def _entries(
        self, keys: Keys, pk: str, sk: str, item: dict[str, Any]
    ) -> Iterator[tuple[tuple[str | None, Any], Entry]]:
        """Yields nothing for a row without the index's keys: a sparse index does not have it."""
        if all(name in item for name in (*keys.partition, *keys.order)):
            values = [self.value(item[name]) for name in keys.partition]
            partition = values[0] if len(values) == 1 else tuple(values)
            yield (keys.name, partition), (*(self.value(item[name]) for name in keys.order), pk, sk)

    def put(self, pk: str, sk: str, item: dict[str, Any]) -> None:
        with self.lock:
            self._remove(pk, sk)
            for entries, entry in self._place(pk, sk, item):
                if len(entries) > 1 and entries[-2] > entry:
                    entries.insert(bisect_left(entries, entry, 0, len(entries) - 1), entries.pop())

    def remove(self, pk: str, sk: str) -> None:
        with self.lock:
            self._remove(pk, sk)

    def _remove(self, pk: str, sk: str) -> None:
        for place, entry in self.places.pop((pk, sk), ()):
            entries = self.partitions[place]
            del entries[bisect_left(entries, entry)]
            if not entries:
                del self.partitions[place]

    def rows(
        self, name: str | None, partition: Any, cut: Callable[[list[Entry]], list[Entry]]
    ) -> list[tuple[str, str]]:
        """Returns the keys of the rows that `cut` leaves of the partition's entries."""
        with self.lock:
            return [(entry[-2], entry[-1]) for entry in cut(self.partitions.get((name, partition), []))]

    def get(self, name: str | None) -> "_Partitions":
        """Returns one index as the emulator's own query reads it."""
        return _Partitions(self, name)


@dataclass(frozen=True, slots=True)
class _Partitions:
    order: Order
    name: str | None

    def get(self, partition: Any, _default: object = ()) -> list[tuple[str, str]]:
        return self.order.rows(self.name, partition, list)
