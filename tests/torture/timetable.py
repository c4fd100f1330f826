"""Makes the deadlines table a part of the world's time: the world reads its rows, and the dispatcher sends them."""

from datetime import datetime
from typing import Any

from chalicelib.domain import clock
from chalicelib.persistence.deadlines import CURSOR, MINUTE
from functions import run_deadlines
from tests.support.emulated import STACK_NAME

TABLE = f"{STACK_NAME}-deadlines"
CURSOR_KEY = {"bucket": {"S": f"{CURSOR}#0"}, "due": {"S": CURSOR}}
DISPATCHER_SECONDS = 60


class _Context:
    """Stands for a Lambda invocation that has just begun."""

    def get_remaining_time_in_millis(self) -> int:
        return DISPATCHER_SECONDS * 1000


class Timetable:
    """Reads a table with one shard (conftest.py), so that the dispatcher's calls come in one order."""

    def __init__(self, dynamodb: Any) -> None:
        self._dynamodb = dynamodb

    def _items(self) -> list[dict[str, Any]]:
        pages = self._dynamodb.get_paginator("scan").paginate(TableName=TABLE, ConsistentRead=True)
        return [item for page in pages for item in page["Items"]]

    def _ahead(self) -> list[str]:
        """Returns the sort keys of the deadlines that no dispatcher has seen yet, in order."""
        items = self._items()
        position = next((item["job"]["S"] for item in items if item["due"]["S"] == CURSOR), "")
        return sorted(item["due"]["S"] for item in items if item["due"]["S"] != CURSOR and item["due"]["S"] > position)

    def moments(self) -> list[float]:
        """Returns the times of the deadlines ahead, in Unix seconds."""
        return [datetime.fromisoformat(due.partition("#")[0]).timestamp() for due in self._ahead()]

    def is_due(self, now: float) -> bool:
        return any(moment <= now for moment in self.moments())

    def dispatch(self, now: float) -> None:
        """Runs the function once. Skips the minutes before the first deadline, which have no rows."""
        first = min([clock.iso(now), *self._ahead()])[:MINUTE]
        self._dynamodb.put_item(TableName=TABLE, Item=CURSOR_KEY | {"job": {"S": first}})
        run_deadlines.handler({}, _Context())

    def clear(self) -> None:
        for item in self._items():
            key = {name: item[name] for name in ("bucket", "due")}
            self._dynamodb.delete_item(TableName=TABLE, Key=key)
