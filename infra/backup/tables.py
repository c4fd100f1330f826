"""Reads, empties and fills a stage's tables. The template says which tables a copy holds."""

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from infra.backup.copies import Copy, Item, Records
from infra.deployment import template
from infra.usage import UsageError

# DynamoDB's limit on the entries of one BatchWriteItem.
BATCH = 25
# Records here change without any request: the deadlines' cursors, and counts that expire.
RESTLESS = frozenset({"deadlines", "throttles", "usages", "sessions", "api-keys"})
# The stage's own world: the clock and the bank do not fail with the gateway's tables.
OUTSIDE = frozenset({"sandbox", "simulated-bank"})
TRIES = 10
PAUSE_SECONDS = 0.5


class Tables:
    """Names the tables of one stack. whole: the template."""

    def __init__(self, dynamodb: Any, stack_name: str, whole: dict[str, Any]) -> None:
        self.dynamodb = dynamodb
        self.stack_name = stack_name
        declared = [item for item in whole["Resources"].values() if item["Type"] == "AWS::DynamoDB::Table"]
        self._declared = {self._short(item["Properties"]): item["Properties"] for item in declared}

    def backed_up(self) -> list[str]:
        """Returns the tables with point-in-time recovery, which are those of the backup plan."""
        return [
            name
            for name, table in self._declared.items()
            if table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
        ]

    def copy(self, now: float) -> Copy:
        """Copies the tables of one moment: reads until two reads agree. Raises UsageError if the stage stays busy."""
        seen = self.read(self.backed_up())
        for _ in range(TRIES):
            again = self.read(self.backed_up())
            if _at_rest(seen) == _at_rest(again):
                return Copy(now, again)
            seen = again
            time.sleep(PAUSE_SECONDS)
        raise UsageError("The records keep changing. Stop the traffic, then copy again.")

    def read(self, names: Iterable[str]) -> Records:
        return {name: {self._key_text(name, item): item for item in self._scan(name)} for name in names}

    def wipe(self) -> int:
        """Deletes every record of the gateway, also of the tables that no copy holds. Returns their number."""
        names = [name for name in self._declared if name not in OUTSIDE]
        return sum(self._delete(name, list(items.values())) for name, items in self.read(names).items())

    def put(self, records: Records) -> None:
        """Writes the records and deletes others, until each one is there. Raises UsageError if that takes too often."""
        for _ in range(TRIES):
            present = self.read(records)
            missing = {name: [items[key] for key in items.keys() - present[name]] for name, items in records.items()}
            for name, items in present.items():
                self._delete(name, [items[key] for key in items.keys() - records[name]])
            if not any(missing.values()):
                return
            for name, items_missing in missing.items():
                self._write(name, [{"PutRequest": {"Item": item}} for item in items_missing])
        raise UsageError("The tables do not keep what is written into them.")

    def _short(self, table: dict[str, Any]) -> str:
        return template.physical_name(table["TableName"], self.stack_name).removeprefix(f"{self.stack_name}-")

    def _keys(self, name: str) -> list[str]:
        return [part["AttributeName"] for part in self._declared[name]["KeySchema"]]

    def _key_text(self, name: str, item: Item) -> str:
        return " ".join(item[attribute]["S"] for attribute in self._keys(name))

    def _scan(self, name: str) -> Iterator[Item]:
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=f"{self.stack_name}-{name}", ConsistentRead=True)
        for page in pages:
            yield from page["Items"]

    def _delete(self, name: str, items: Sequence[Item]) -> int:
        keys = [{attribute: item[attribute] for attribute in self._keys(name)} for item in items]
        self._write(name, [{"DeleteRequest": {"Key": key}} for key in keys])
        return len(items)

    def _write(self, name: str, requests: Sequence[dict[str, Any]]) -> None:
        for part in _batches(requests):
            wanted = {f"{self.stack_name}-{name}": part}
            while wanted:
                wanted = self.dynamodb.batch_write_item(RequestItems=wanted).get("UnprocessedItems") or {}


def _batches(requests: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    return (list(requests[start : start + BATCH]) for start in range(0, len(requests), BATCH))


def _at_rest(records: Records) -> Records:
    return {name: items for name, items in records.items() if name not in RESTLESS}
