"""Sends everything that became due in a stretch of time, in one pass over a test stage's few deadlines.

The dispatcher would look into every minute and shard of the stretch: a day takes an emulator a minute.
"""

from collections.abc import Iterator
from typing import Any

from chalicelib import queues
from chalicelib.config import settings
from chalicelib.domain import clock
from chalicelib.persistence import deadlines
from chalicelib.persistence.deadlines import MINUTE, SHARDS, Deadline
from chalicelib.services.waits.deadlines import CHUNK, send


def run(dynamodb: Any, start: float, end: float) -> int:
    """Sends what is due between two times (Unix seconds), and before if the dispatcher was behind. dynamodb: a client.

    Returns the number of jobs. The dispatcher continues at the end of the stretch.
    """
    found = due(dynamodb, min([clock.iso(start), *deadlines.cursors().values()]), clock.iso(end))
    for rows in queues.chunks(_one_for_each(found), CHUNK):
        send(rows)
    for shard in range(SHARDS):
        deadlines.move_cursor(shard, clock.iso(end)[:MINUTE])
    return len(found)


def _one_for_each(rows: list[Deadline]) -> list[Deadline]:
    """Keeps the earliest row of each object, because one wake-up makes a worker look at the whole record."""
    kept: dict[str, Deadline] = {}
    for row in rows:
        kept.setdefault(str(row.due).partition("#")[2], row)
    return list(kept.values())


def due(dynamodb: Any, first: str, last: str) -> list[Deadline]:
    """Returns what is due from one ISO time to another, in its order."""
    found = (row for row in _all(dynamodb) if first <= row.due and moment(row) <= last)
    return sorted(found, key=lambda row: str(row.due))


def moment(row: Deadline) -> str:
    """Returns the ISO time at which a row is due."""
    return str(row.due).partition("#")[0]


def _all(dynamodb: Any) -> Iterator[Deadline]:
    """Yields all rows. The cursors among them are never due."""
    table = f"{settings().stack_name}-deadlines"
    for page in dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        for item in page["Items"]:
            yield Deadline(bucket=item["bucket"]["S"], due=item["due"]["S"], job=item["job"]["S"])
