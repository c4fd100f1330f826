"""`make audit`: reads a stage's tables and queues, changes nothing, and says what does not agree.

A stage may be busy while it is read: what is found is looked at again, and only what is found twice is reported.
Exit status: 0 when everything agrees, 1 when something does not.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from functools import cache
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer

from infra.audit_rules import RULES, Finding, Item, Items, Snapshot, audit
from infra.local.settings import UsageError
from infra.target import use_target

SECOND_LOOK_SECONDS = 5
KEYS_IN_A_BATCH = 100
QUEUES = ("payments", "refunds", "deliveries")
SHOWN = 100

_read = TypeDeserializer().deserialize


@cache
def _client(service: str) -> Any:
    return boto3.client(service)


def _plain(raw: dict[str, Any]) -> dict[str, Any]:
    return {name: _read(value) for name, value in raw.items()}


class Stage:
    """The tables of one stack, whole, or one merchant's part of them."""

    def __init__(self, stack_name: str, merchant_id: str | None = None) -> None:
        self.stack_name, self.merchant_id = stack_name, merchant_id
        self.dynamodb = _client("dynamodb")
        self.sqs = _client("sqs")

    def snapshot(self, patience: float, now: float | None = None) -> Snapshot:
        """patience: seconds that something may be under way. now: Unix seconds, the present if None."""
        before = self._of_merchant("totals", "period")
        return Snapshot(
            totals_before=before,
            payments=self._records("payments"),
            refunds=self._records("refunds"),
            deliveries=self._records("webhook-deliveries"),
            # Read after the payments: one made meanwhile is an order's payment that is not known, not the reverse.
            orders=self._records("orders"),
            endpoints=self._of_merchant("webhook-endpoints", "id"),
            idempotency={} if self.merchant_id else self._answers(),
            totals_after=self._of_merchant("totals", "period"),
            dead_letters={name: self._messages(f"{name}-dlq") for name in QUEUES} if not self.merchant_id else {},
            now=time.time() if now is None else now,
            patience=patience,
        )

    def is_there(self) -> bool:
        """Whether there is such a merchant, where one was named."""
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

    def _answers(self) -> Items:
        """The stored answers, each with the id of the object that it promises."""
        return {item["id"]: {"object_id": json.loads(item["body"])["id"]} for item in self._whole("idempotency")}

    def _messages(self, queue: str) -> int:
        url = self.sqs.get_queue_url(QueueName=self._table(queue))["QueueUrl"]
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(attributes.get(name, 0)) for name in names)


def inspect(stage: Stage, patience: float) -> tuple[Snapshot, list[Finding]]:
    """What two looks agree on; one look is enough when it finds nothing."""
    seen = stage.snapshot(patience)
    findings = audit(seen)
    if not findings:
        return seen, []
    time.sleep(SECOND_LOOK_SECONDS)
    known = {(finding.rule, finding.subject) for finding in findings}
    seen = stage.snapshot(patience)
    return seen, [finding for finding in audit(seen) if (finding.rule, finding.subject) in known]


def report(seen: Snapshot, findings: list[Finding]) -> Iterator[str]:
    read = ("orders", "payments", "refunds", "deliveries", "endpoints", "idempotency", "totals_after")
    yield ", ".join(f"{len(getattr(seen, name))} {name.removesuffix('_after')}" for name in read) + " read"
    for rule in RULES:
        broken = [finding for finding in findings if finding.rule == rule.__name__]
        yield f"{'ok ' if not broken else 'BAD'} {rule.__name__.replace('_', ' ')}" + (
            f" ({len(broken)})" if broken else ""
        )
        yield from (f"      {finding.subject}: {finding.detail}" for finding in broken[:SHOWN])
    yield "Everything agrees." if not findings else f"{len(findings)} findings."


def main() -> int:
    parser = argparse.ArgumentParser(prog="make audit", description=__doc__)
    parser.add_argument("--merchant", help="look at one merchant's records only")
    parser.add_argument("--patience", type=float, default=300, help="seconds that something may be under way")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON lines")
    wanted = parser.parse_args()
    try:
        use_target()
    except UsageError as error:
        print(error, file=sys.stderr)
        return 1
    stage = Stage(os.environ.get("STACK_NAME", "gateway-local"), wanted.merchant)
    if not stage.is_there():
        print(f"There is no merchant {wanted.merchant}.", file=sys.stderr)
        return 1
    seen, findings = inspect(stage, wanted.patience)
    lines = (
        (json.dumps({"rule": f.rule, "subject": f.subject, "detail": f.detail}) for f in findings)
        if wanted.json
        else report(seen, findings)
    )
    print("\n".join(lines))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
