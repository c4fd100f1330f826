"""Counts what the application's own AWS clients do: every call, its bytes, and the capacity it uses.

The ledger listens to botocore's events. The application therefore has no code for it, and the ledger misses no call.
infra/bench/units.py computes what DynamoDB would bill from the items before and after each call. A separate client,
which the ledger does not count, reads these items.
"""

import json
import math
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from infra.bench import units
from infra.bench.sandbox import STACK_NAME
from infra.bench.units import Item, TableShape

SQS_REQUEST_BYTES = 64 * 1024
_CARRIED = "ledger"


@dataclass
class Account:
    """Holds what a stretch of work used. calls: "dynamodb.GetItem" -> number. Bytes are the bytes of the bodies.

    writes: write units by table or index, e.g. "payments" and "payments/by_merchant"; write_units is their sum.
    """

    calls: Counter[str] = field(default_factory=Counter)
    writes: Counter[str] = field(default_factory=Counter)
    read_units: float = 0
    write_units: int = 0
    sqs_requests: int = 0
    kms_requests: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0


class Ledger:
    """Starts an empty ledger. plain: a DynamoDB client that the ledger does not listen to."""

    def __init__(self, plain: Any) -> None:
        self._plain = plain
        self._lock = threading.Lock()
        self._open = Account()

    def listen(self, events: Any) -> None:
        """Registers for events of one client, or of a botocore session that has not made its clients yet."""
        events.register("before-call", self._before)
        events.register("after-call", self._after)

    @contextmanager
    def listening(self, *clients: Any) -> Iterator[None]:
        """Listens to these clients for the time of the block."""
        for client in clients:
            self.listen(client.meta.events)
        yield
        for client in clients:
            client.meta.events.unregister("before-call", self._before)
            client.meta.events.unregister("after-call", self._after)

    @contextmanager
    def account(self) -> Iterator[Account]:
        with self._lock:
            self._open = mine = Account()
        yield mine
        with self._lock:
            self._open = Account()

    def scan(self, entity: str) -> list[Item]:
        """Returns all items of a table, uncounted."""
        found: list[Item] = self._plain.scan(TableName=f"{STACK_NAME}-{entity}", ConsistentRead=True)["Items"]
        return found

    def _before(self, model: Any, params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        body: bytes = params["body"] or b""
        carried: dict[str, Any] = {"bytes": len(body)}
        if model.service_model.service_name == "dynamodb":
            request = json.loads(body)
            carried |= {"request": request, "old": self._touched(model.name, request)}
        context[_CARRIED] = carried

    def _after(self, model: Any, http_response: Any, parsed: Any, context: dict[str, Any], **_: Any) -> None:
        carried, service = context[_CARRIED], model.service_model.service_name
        reads, writes = self._capacity(model.name, carried, parsed) if service == "dynamodb" else (0, Counter())
        with self._lock:
            mine = self._open
            mine.calls[f"{service}.{model.name}"] += 1
            mine.read_units += reads
            mine.writes += writes
            mine.write_units += writes.total()
            mine.sqs_requests += math.ceil(max(carried["bytes"], 1) / SQS_REQUEST_BYTES) if service == "sqs" else 0
            mine.kms_requests += service == "kms"
            mine.bytes_sent += carried["bytes"]
            mine.bytes_received += len(http_response.content)

    def _capacity(self, operation: str, carried: dict[str, Any], parsed: Any) -> tuple[float, Counter[str]]:
        request = carried["request"]
        if operation in {"GetItem", "BatchGetItem", "Query"}:
            return self._reads(operation, request, parsed), Counter()
        new = self._touched(operation, request)
        used: Counter[str] = Counter()
        for write, old, after in zip(_writes(operation, request), carried["old"], new, strict=True):
            used += self._written(write["TableName"], old, after, transactional=operation == "TransactWriteItems")
        return 0, used

    def _written(self, table: str, old: Item | None, new: Item | None, *, transactional: bool) -> Counter[str]:
        entity = table.removeprefix(f"{STACK_NAME}-")
        used = units.writes(self._shape(table), old, new, transactional=transactional)
        return Counter({f"{entity}/{index}".rstrip("/"): count for index, count in used.items()})

    def _reads(self, operation: str, request: dict[str, Any], parsed: Any) -> float:
        if operation == "GetItem":
            size = units.item_bytes(parsed.get("Item"))
            return units.read_units([size], consistent=request.get("ConsistentRead", False))
        if operation == "BatchGetItem":
            return sum(
                _batch_reads(wanted, parsed["Responses"].get(t, [])) for t, wanted in request["RequestItems"].items()
            )
        return self._query_reads(request)

    def _query_reads(self, request: dict[str, Any]) -> float:
        """Repeats the query without its filter and count, which do not make a query cheaper."""
        left_out = {"FilterExpression", "Select", "ReturnConsumedCapacity"}
        names = request.get("ExpressionAttributeNames", {})
        kept = {k: v for k, v in request.items() if k not in left_out}
        used = kept["KeyConditionExpression"] + kept.get("ProjectionExpression", "")
        kept["ExpressionAttributeNames"] = {k: v for k, v in names.items() if k in used}
        values = request.get("ExpressionAttributeValues", {})
        kept["ExpressionAttributeValues"] = {k: v for k, v in values.items() if k in used}
        size = sum(units.item_bytes(item) for item in self._plain.query(**kept)["Items"])
        return units.read_units([size], consistent=request.get("ConsistentRead", False))

    def _touched(self, operation: str, request: dict[str, Any]) -> list[Item | None]:
        """Returns the stored items that a write names, in the order of the write."""
        return [self._stored(write) for write in _writes(operation, request)]

    def _stored(self, write: dict[str, Any]) -> Item | None:
        source = write.get("Key") or write["Item"]
        key = {name: source[name] for name in self._shape(write["TableName"]).keys}
        answer = self._plain.get_item(TableName=write["TableName"], Key=key, ConsistentRead=True)
        item: Item | None = answer.get("Item")
        return item

    @cache  # noqa: B019  # a ledger lives as long as its process
    def _shape(self, table: str) -> TableShape:
        return units.shape(self._plain.describe_table(TableName=table)["Table"])


def _writes(operation: str, request: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns each write with its TableName and its Key or Item. Raises ValueError for an operation without a price."""
    match operation:
        case "PutItem" | "UpdateItem" | "DeleteItem":
            return [request]
        case "TransactWriteItems":
            return [write for action in request["TransactItems"] for write in action.values()]
        case "GetItem" | "BatchGetItem" | "Query" | "DescribeTable":
            return []
    raise ValueError(f"the ledger cannot price {operation}")


def _batch_reads(wanted: dict[str, Any], found: list[Item]) -> float:
    """Returns the read units. A missing item costs one block as well."""
    sizes = [units.item_bytes(item) for item in found] + [0] * (len(wanted["Keys"]) - len(found))
    return units.read_units(sizes, consistent=wanted.get("ConsistentRead", False))
