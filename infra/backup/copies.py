"""Defines a copy of tables: what it holds, how it is written to a file, and what another copy has beyond it."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# An item in DynamoDB's own form: {"id": {"S": "pay_…"}}.
Item = Mapping[str, Any]
# Short table name -> key -> item.
Records = dict[str, dict[str, Item]]
OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class Copy:
    """Holds all records of the copied tables. at: Unix seconds of its one moment."""

    at: float
    records: Records

    def count(self) -> int:
        return sum(map(len, self.records.values()))


@dataclass(frozen=True, slots=True)
class Loss:
    """Counts what a stage had beyond a copy, by table. changed: records that the copy has in an older state."""

    missing: dict[str, int]
    changed: dict[str, int]
    deleted: dict[str, int]

    def total(self) -> int:
        return sum(sum(part.values()) for part in (self.missing, self.changed, self.deleted))


def loss(copy: Records, present: Records) -> Loss:
    """Compares the tables of the copy with the present ones."""
    pairs = [(table, copy[table], present.get(table, {})) for table in sorted(copy)]
    return Loss(
        missing=_counted((table, len(now.keys() - then.keys())) for table, then, now in pairs),
        changed=_counted(
            (table, sum(then[key] != now[key] for key in then.keys() & now.keys())) for table, then, now in pairs
        ),
        deleted=_counted((table, len(then.keys() - now.keys())) for table, then, now in pairs),
    )


def _counted(counts: Iterator[tuple[str, int]]) -> dict[str, int]:
    return {table: number for table, number in counts if number}


def save(copy: Copy, file: Path) -> None:
    """Writes the copy as JSON lines. Only the owner may read the file: it holds all that the tables hold."""
    part = file.with_name(f"{file.name}.part")
    part.touch(OWNER_ONLY)
    with part.open("w", encoding="utf-8") as output:
        output.write(json.dumps({"at": copy.at, "tables": sorted(copy.records)}) + "\n")
        for table, items in copy.records.items():
            output.writelines(json.dumps([table, key, _encoded(item)]) + "\n" for key, item in items.items())
    part.replace(file)  # so that a broken run leaves no half of a copy


def read(file: Path) -> Copy:
    """Reads a copy. Raises ValueError for a file that holds no copy, and OSError."""
    with file.open(encoding="utf-8") as lines:
        try:
            head = json.loads(next(lines))
            records: Records = {table: {} for table in head["tables"]}
            for table, key, item in map(json.loads, lines):
                records[table][key] = _decoded(item)
            return Copy(float(head["at"]), records)
        except (StopIteration, LookupError, TypeError, ValueError) as error:
            raise ValueError(f"{file} is not a copy of tables") from error


def _encoded(value: Any) -> Any:
    """Returns the value with bytes as base64. DynamoDB's form names them B, so that the way back is clear."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return {name: _encoded(inner) for name, inner in value.items()}
    return [_encoded(inner) for inner in value] if isinstance(value, list) else value


def _decoded(item: Any) -> dict[str, Any]:
    return {name: _decoded_value(value) for name, value in item.items()}


def _decoded_value(value: dict[str, Any]) -> dict[str, Any]:
    ((kind, inner),) = value.items()
    if kind == "B":
        return {kind: base64.b64decode(inner)}
    if kind == "L":
        return {kind: [_decoded_value(each) for each in inner]}
    return {kind: _decoded(inner)} if kind == "M" else value
