"""DynamoDB's bill: sizes of items, and the read and write units of what is done with them.

Sources: "Item sizes and formats", "Read and write operations" and "Global secondary indexes" in the DynamoDB developer
guide. The embedded emulator's ConsumedCapacity says the same of writes, transactions and indexes, but it has none for
BatchGetItem; so all of it is computed here.
"""

import base64
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

WRITE_BYTES = 1024
READ_BYTES = 4096
# A transactional write is written twice, once to prepare and once to commit; its indexes follow later, once.
TRANSACTION = 2

Item = Mapping[str, Mapping[str, Any]]


def _number_bytes(text: str) -> int:
    """About two digits a byte, one byte more, and one for a sign; zeros at either end are free."""
    digits = text.lstrip("-").split("E")[0].replace(".", "").strip("0")
    return math.ceil(len(digits) / 2) + 1 + text.startswith("-")


def _binary_bytes(value: bytes | str) -> int:
    """A string is base64, as on the wire."""
    return len(base64.b64decode(value)) if isinstance(value, str) else len(value)


def value_bytes(value: Mapping[str, Any]) -> int:
    """Of one attribute value, as {"S": "text"}."""
    ((kind, content),) = value.items()
    match kind:
        case "S" | "SS":
            return len("".join(content).encode())  # joining a text changes nothing
        case "N":
            return _number_bytes(content)
        case "B":
            return _binary_bytes(content)
        case "BOOL" | "NULL":
            return 1
        case "L":
            return 3 + sum(1 + value_bytes(each) for each in content)
        case "M":
            return 3 + sum(1 + len(name.encode()) + value_bytes(each) for name, each in content.items())
    raise ValueError(f"no attribute of ours has the type {kind}")


def item_bytes(item: Item | None) -> int:
    return sum(len(name.encode()) + value_bytes(value) for name, value in (item or {}).items())


def _blocks(size: int, block: int) -> int:
    """Nothing costs as much as one block."""
    return max(1, math.ceil(size / block))


@dataclass(frozen=True, slots=True)
class Index:
    """attributes: what it holds, keys included; None: everything."""

    name: str
    keys: tuple[str, ...]
    attributes: frozenset[str] | None

    def entry(self, item: Item | None) -> Item | None:
        if not item or any(key not in item for key in self.keys):
            return None
        return {k: v for k, v in item.items() if self.attributes is None or k in self.attributes}

    def write_units(self, old: Item | None, new: Item | None) -> int:
        """Nothing if its entry stays the same; two writes if the entry moves to another key."""
        before, after = self.entry(old), self.entry(new)
        if before == after:
            return 0
        if before and after and any(before[key] != after[key] for key in self.keys):
            return _blocks(item_bytes(before), WRITE_BYTES) + _blocks(item_bytes(after), WRITE_BYTES)
        return _blocks(max(item_bytes(before), item_bytes(after)), WRITE_BYTES)


@dataclass(frozen=True, slots=True)
class TableShape:
    keys: tuple[str, ...]
    indexes: tuple[Index, ...]


def writes(table: TableShape, old: Item | None, new: Item | None, *, transactional: bool) -> dict[str, int]:
    """Units by where they are used: "" is the table, the rest are its indexes. The larger of the item before and after counts."""
    own = _blocks(max(item_bytes(old), item_bytes(new)), WRITE_BYTES) * (TRANSACTION if transactional else 1)
    return {"": own} | {index.name: index.write_units(old, new) for index in table.indexes}


def write_units(table: TableShape, old: Item | None, new: Item | None, *, transactional: bool) -> int:
    return sum(writes(table, old, new, transactional=transactional).values())


def read_units(sizes: Iterable[int], *, consistent: bool) -> float:
    """Each size is rounded up by itself: the items of a batch, or the sum of a query."""
    return sum(_blocks(size, READ_BYTES) for size in sizes) * (1 if consistent else 0.5)


def shape(description: Mapping[str, Any]) -> TableShape:
    """From the Table of DescribeTable's answer."""
    keys = tuple(part["AttributeName"] for part in description["KeySchema"])
    return TableShape(keys, tuple(_index(keys, each) for each in description.get("GlobalSecondaryIndexes", ())))


def _index(table_keys: tuple[str, ...], description: Mapping[str, Any]) -> Index:
    keys = tuple(part["AttributeName"] for part in description["KeySchema"])
    projection = description["Projection"]
    if projection["ProjectionType"] == "ALL":
        return Index(description["IndexName"], keys, None)
    attributes = frozenset(table_keys + keys) | frozenset(projection.get("NonKeyAttributes", ()))
    return Index(description["IndexName"], keys, attributes)
