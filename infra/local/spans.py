"""Reads spans back from the log of this folder's gateway, and puts them in the order of a waterfall."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local import log

COLUMNS = frozenset({"name", "trace", "id", "parent", "start", "end"})
MARK = '"spans"'


@dataclass(frozen=True, slots=True)
class Row:
    """A span in a waterfall. depth: 0 for a span whose parent is not of this gateway; at and lasts: milliseconds."""

    span: Mapping[str, Any]
    depth: int
    at: float
    lasts: float

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.span.items() if name not in COLUMNS and value is not None}

    def view(self) -> dict[str, Any]:
        """Returns the row as `gateway trace --json` prints it."""
        ids = {name: self.span[name] for name in ("name", "id", "parent")}
        return {**ids, "at_ms": round(self.at, 1), "duration_ms": round(self.lasts, 1), **self.facts}


def read(folder: Path) -> list[dict[str, Any]]:
    """Returns all spans of the log, and of the log that an earlier start set aside."""
    return [span for name in ("gateway.1.log", "gateway.log") for span in _of(folder / name)]


def _of(file: Path) -> Iterator[dict[str, Any]]:
    if not file.exists():
        return
    with file.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if MARK in line:
                yield from log.parse(line).get("spans", ())


def about(spans: Iterable[Mapping[str, Any]], object_id: str) -> dict[str, list[Row]]:
    """Returns the waterfall of each trace that touched an object, by trace id, the oldest trace first.

    A payment has a trace for each request that moved it: the one that made it, a capture, a bank's notification.
    """
    known = list(spans)
    ids = {span["trace"] for span in known if span.get("object_id") == object_id}
    waterfalls = (waterfall([span for span in known if span["trace"] == trace]) for trace in ids)
    ordered = sorted(waterfalls, key=lambda rows: rows[0].span["start"])
    return {rows[0].span["trace"]: rows for rows in ordered}


def waterfall(spans: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Returns the spans of one trace by their starts, each with its depth."""
    ordered = sorted(spans, key=lambda span: (span["start"], -span["end"]))
    depths: dict[str, int] = {}
    parents = {span["id"]: span["parent"] for span in ordered}
    for span in ordered:
        depths[span["id"]] = _depth(span["id"], parents)
    first = ordered[0]["start"]
    return [
        Row(span, depths[span["id"]], (span["start"] - first) * 1000, (span["end"] - span["start"]) * 1000)
        for span in ordered
    ]


def _depth(span_id: str, parents: Mapping[str, str]) -> int:
    depth = 0
    while (span_id := parents[span_id]) in parents:
        depth += 1
    return depth
