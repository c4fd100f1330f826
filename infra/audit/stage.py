"""Reads a stage's tables and queues in their stored form."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zlib import crc32

import boto3
from boto3.dynamodb.types import TypeDeserializer

from infra.audit.snapshot import Item, Items, Snapshot

KEYS_IN_A_BATCH = 100
QUEUES = ("payments", "refunds", "settlements", "deliveries", "deliveries-slow")
SHARDS = 16
# A merchant's postings lie under this number of keys.
POSTING_SHARDS = 4
EVENT_STREAMS = 4

_read = TypeDeserializer().deserialize


def _moments(name: str, *records: Items) -> dict[str, float]:
    """Returns, for each waiting record, the time that it waits for, in Unix seconds."""
    return {key: float(item[name]) for items in records for key, item in items.items() if item.get(name) is not None}


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@cache
def _client(service: str) -> Any:
    return boto3.client(service)


def _plain(raw: dict[str, Any]) -> dict[str, Any]:
    return {name: _read(value) for name, value in raw.items()}


def _with_lines(posting: Item) -> Item:
    """Returns a posting with its lines as [account, signed amount]; the table keeps them as JSON."""
    return {**posting, "lines": json.loads(posting["lines"])}


class Stage:
    """Reads the tables of one stack: all rows, or the rows of one merchant."""

    def __init__(self, stack_name: str, merchant_id: str | None = None) -> None:
        self.stack_name, self.merchant_id = stack_name, merchant_id
        self.dynamodb = _client("dynamodb")
        self.sqs = _client("sqs")

    def snapshot(self, patience: float, now: float | None = None) -> Snapshot:
        """Reads all records. patience: seconds that work may be under way. now: Unix seconds; None is the present."""
        before = self.totals()
        payments = self._records("payments")
        refunds = self._records("refunds")
        disputes = self._records("disputes")
        settlements = self.settlements()
        merchants = self._merchants()
        owners = self._owners()
        deliveries = self._records("webhook-deliveries")
        # Orders are read after payments. An order may then name a payment that was made in between, not the reverse.
        orders = self._records("orders")
        return Snapshot(
            totals_before=before,
            payments=payments,
            refunds=refunds,
            disputes=disputes,
            settlements=settlements,
            merchants=merchants,
            **owners,
            deliveries=deliveries,
            orders=orders,
            cards={item["id"]: item for item in self._with_ids("cards", list(payments))},
            deadlines=self._deadlines(
                _moments("deadline_at", payments, refunds, disputes, settlements, *owners.values())
                | _moments("expires_at", orders)
                | _moments("settle_at", merchants)
                | _moments("next_retry_at", deliveries)
            ),
            # Events are read after what they belong to, so that none is missing that was written in between.
            events=dict(self._events()),
            endpoints=self._of_merchant("webhook-endpoints", "id"),
            idempotency={} if self.merchant_id else self._answers(),
            postings=self.postings(),
            totals_after=self.totals(),
            dead_letters=self._dead_letters(),
            now=self.now() if now is None else now,
            patience=patience,
        )

    def totals(self) -> Items:
        return self._of_merchant("totals", "period")

    def postings(self) -> Items:
        return {f"{item['owner']} {item['at_id']}": item for item in self._postings()}

    def settlements(self) -> Items:
        return self._records("settlements")

    def _owners(self) -> dict[str, Items]:
        """Returns the objects that own orders, by the snapshot's name of their table."""
        return {"qr_codes": self._records("qr-codes"), "subscriptions": self._records("subscriptions")}

    def _dead_letters(self) -> dict[str, int]:
        return {} if self.merchant_id else {name: self._messages(f"{name}-dlq") for name in QUEUES}

    def _merchants(self) -> Items:
        """Returns when each merchant is settled next. Its other data are none of an audit's."""
        rows = self._with_ids("merchants", [self.merchant_id]) if self.merchant_id else self._whole("merchants")
        return {item["id"]: {"settle_at": item.get("settle_at")} for item in rows}

    def now(self) -> float:
        """Returns the stage's time in Unix seconds. A test stage's clock may have been moved."""
        try:
            key = {"id": {"S": "clock"}}
            moved = self.dynamodb.get_item(TableName=self._table("sandbox"), Key=key).get("Item")
        except self.dynamodb.exceptions.ResourceNotFoundException:
            moved = None
        return time.time() + (float(_plain(moved)["seconds"]) if moved else 0.0)

    def is_there(self) -> bool:
        """Returns whether the named merchant exists. Returns True when no merchant was named."""
        key = {"id": {"S": self.merchant_id}}
        return not self.merchant_id or "Item" in self.dynamodb.get_item(TableName=self._table("merchants"), Key=key)

    def _table(self, entity: str) -> str:
        return f"{self.stack_name}-{entity}"

    def _pages(self, operation: str, entity: str, **wanted: Any) -> Iterator[Item]:
        for page in self.dynamodb.get_paginator(operation).paginate(TableName=self._table(entity), **wanted):
            yield from (_plain(raw) for raw in page["Items"])

    def _whole(self, entity: str) -> Iterator[Item]:
        return self._pages("scan", entity, ConsistentRead=True)

    def _query(self, entity: str, **wanted: Any) -> Iterator[Item]:
        return self._pages(
            "query",
            entity,
            KeyConditionExpression="merchant_id = :merchant",
            ExpressionAttributeValues={":merchant": {"S": self.merchant_id}},
            **wanted,
        )

    def _records(self, entity: str) -> Items:
        if self.merchant_id is None:
            return {item["id"]: item for item in self._whole(entity)}
        ids = [item["id"] for item in self._query(entity, IndexName="by_merchant")]
        return {item["id"]: item for item in self._with_ids(entity, ids)}

    def _with_ids(self, entity: str, ids: list[str]) -> Iterator[Item]:
        table = self._table(entity)
        for start in range(0, len(ids), KEYS_IN_A_BATCH):
            keys = [{"id": {"S": one}} for one in ids[start : start + KEYS_IN_A_BATCH]]
            wanted: dict[str, Any] = {table: {"Keys": keys, "ConsistentRead": True}}
            while wanted:
                answer = self.dynamodb.batch_get_item(RequestItems=wanted)
                yield from (_plain(raw) for raw in answer["Responses"].get(table, ()))
                wanted = answer.get("UnprocessedKeys") or {}

    def _of_merchant(self, entity: str, range_key: str) -> Items:
        whole = self._query(entity, ConsistentRead=True) if self.merchant_id else self._whole(entity)
        return {f"{item['merchant_id']} {item[range_key]}": item for item in whole}

    def _postings(self) -> Iterator[Item]:
        if self.merchant_id is None:
            yield from map(_with_lines, self._whole("postings"))
            return
        for shard in range(POSTING_SHARDS):
            owner = {":owner": {"S": f"{self.merchant_id}#{shard}"}}
            rows = self._pages(
                "query",
                "postings",
                KeyConditionExpression="#owner = :owner",
                ExpressionAttributeNames={"#owner": "owner"},
                ExpressionAttributeValues=owner,
                ConsistentRead=True,
            )
            yield from map(_with_lines, rows)

    def _events(self) -> Iterator[tuple[str, Item]]:
        """Yields each stored event by its id. A row holds the events of one step."""
        for row in self._event_rows():
            for place, (event, object_id, sequence, _) in enumerate(json.loads(row["told"])):
                named = {"event": event, "object_id": object_id, "sequence": sequence}
                yield f"evt_{row['position']}{place}", named

    def _event_rows(self) -> Iterator[Item]:
        """Yields the rows of events. The stream of what was sent again holds copies, which no object has numbered."""
        names = {"#p": "position", "#s": "stream"}
        wanted = {"ProjectionExpression": "#p, told", "ExpressionAttributeNames": names, "ConsistentRead": True}
        if self.merchant_id is None:
            copies = {":copies": {"S": "#resent"}}
            only = {"FilterExpression": "NOT contains(#s, :copies)", "ExpressionAttributeValues": copies}
            yield from self._pages("scan", "events", **only, **wanted)
            return
        for shard in range(EVENT_STREAMS):
            stream = {":stream": {"S": f"{self.merchant_id}#{shard}"}}
            only = {"KeyConditionExpression": "#s = :stream", "ExpressionAttributeValues": stream}
            yield from self._pages("query", "events", **only, **wanted)

    def _answers(self) -> Items:
        """Returns the stored answers, each with the id of the object that the answer promises."""
        return {item["id"]: {"object_id": json.loads(item["body"])["id"]} for item in self._whole("idempotency")}

    def _deadlines(self, moments: dict[str, float]) -> dict[str, frozenset[float]]:
        """Returns, for each object that waits for a time, its deadlines at that time."""
        return {object_id: frozenset(self._deadlines_at(object_id, at)) for object_id, at in moments.items()}

    def _deadlines_at(self, object_id: str, at: float) -> Iterator[float]:
        first, last = (_iso(at + second) for second in (-0.5, 0.5))
        for minute in {first[:16], last[:16]}:
            rows = self._pages(
                "query",
                "deadlines",
                KeyConditionExpression="#bucket = :bucket and due between :first and :last",
                ExpressionAttributeNames={"#bucket": "bucket"},
                ExpressionAttributeValues={
                    ":bucket": {"S": f"{minute}#{crc32(object_id.encode()) % SHARDS}"},
                    ":first": {"S": first},
                    ":last": {"S": last},
                },
                ConsistentRead=True,
            )
            for row in rows:
                moment, _, named = row["due"].split("#")
                if named == object_id:
                    yield datetime.fromisoformat(moment).timestamp()

    def _messages(self, queue: str) -> int:
        url = self.sqs.get_queue_url(QueueName=self._table(queue))["QueueUrl"]
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(attributes.get(name, 0)) for name in names)
