"""Computes DynamoDB's bill: the sizes of items, and the read and write units of operations.

Sources: "Item sizes and formats", "Read and write operations" and "Global secondary indexes" in the DynamoDB developer
guide. The embedded emulator's ConsumedCapacity agrees for writes, transactions and indexes. It has no figure for
BatchGetItem, so this module computes all figures.
"""

import base64
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

WRITE_BYTES = 1024
READ_BYTES = 4096
# A transactional write is written twice, once to prepare and once to commit. Its indexes follow later, and once.
TRANSACTION = 2

Item = Mapping[str, Mapping[str, Any]]


def _number_bytes(text: str) -> int:
    """Returns a number's size: a byte for two digits, one more, and one for a sign. Zeros at either end are free."""
    digits = text.lstrip("-").split("E")[0].replace(".", "").strip("0")
    return math.ceil(len(digits) / 2) + 1 + text.startswith("-")


def _binary_bytes(value: bytes | str) -> int:
    """Returns the size in bytes. A string is base64, as on the wire."""
    return len(base64.b64decode(value)) if isinstance(value, str) else len(value)


def value_bytes(value: Mapping[str, Any]) -> int:
    """Returns the size of one attribute value, such as {"S": "text"}."""
    ((kind, content),) = value.items()
    match kind:
        case "S" | "SS":
            return len("".join(content).encode())  # joined texts have the same size
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
    """Returns the number of blocks. An operation on nothing costs one block."""
    return max(1, math.ceil(size / block))


@dataclass(frozen=True, slots=True)
class Index:
    """Describes an index. attributes: the attributes that it holds, keys included; None means all."""

    name: str
    keys: tuple[str, ...]
    attributes: frozenset[str] | None

    def entry(self, item: Item | None) -> Item | None:
        if not item or any(key not in item for key in self.keys):
            return None
        return {k: v for k, v in item.items() if self.attributes is None or k in self.attributes}

    def write_units(self, old: Item | None, new: Item | None) -> int:
        """Returns 0 if the index's entry stays the same, and two writes' units if the entry moves to another key."""
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
    """Returns write units by place: "" is the table, the other names are its indexes.

    The larger of the item before and the item after counts.
    """
    own = _blocks(max(item_bytes(old), item_bytes(new)), WRITE_BYTES) * (TRANSACTION if transactional else 1)
    return {"": own} | {index.name: index.write_units(old, new) for index in table.indexes}


def write_units(table: TableShape, old: Item | None, new: Item | None, *, transactional: bool) -> int:
    return sum(writes(table, old, new, transactional=transactional).values())


def read_units(sizes: Iterable[int], *, consistent: bool) -> float:
    """Returns read units. Each size is rounded up by itself. A size is an item of a batch, or the sum of a query."""
    return sum(_blocks(size, READ_BYTES) for size in sizes) * (1 if consistent else 0.5)


def shape(description: Mapping[str, Any]) -> TableShape:
    """Returns the shape of a table, from the Table of DescribeTable's answer."""
    keys = tuple(part["AttributeName"] for part in description["KeySchema"])
    return TableShape(keys, tuple(_index(keys, each) for each in description.get("GlobalSecondaryIndexes", ())))


def _index(table_keys: tuple[str, ...], description: Mapping[str, Any]) -> Index:
    keys = tuple(part["AttributeName"] for part in description["KeySchema"])
    projection = description["Projection"]
    if projection["ProjectionType"] == "ALL":
        return Index(description["IndexName"], keys, None)
    attributes = frozenset(table_keys + keys) | frozenset(projection.get("NonKeyAttributes", ()))
    return Index(description["IndexName"], keys, attributes)
