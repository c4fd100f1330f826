"""What the tables hold of a merchant."""

import json

import boto3

from chalicelib.persistence import whole
from infra.audit.stage import Stage
from infra.backup.tables import Tables
from infra.deployment import template
from tests.support.emulated import STACK_NAME


def stored_text(merchant_id):
    """All that the tables hold of the merchant, as text; stored events are decompressed by the models."""
    tables = Tables(boto3.client("dynamodb"), STACK_NAME, template.load())
    rows = [item for name, items in tables.read(tables.backed_up()).items() for item in items.values()]
    events = [*whole.event_rows(merchant_id), *whole.repetitions(merchant_id)]
    snapshots = [row.snapshot for row in events]
    raw = [row for row in rows if merchant_id in json.dumps(row, default=str) or "body" in row]
    return json.dumps([raw, snapshots], default=str, ensure_ascii=False)


def money(merchant_id):
    """The postings, and the totals."""
    seen = Stage(STACK_NAME, merchant_id).snapshot(patience=300)
    payments = {
        each["id"]: (each["amount"], each["amount_refunded"], each.get("fee")) for each in seen.payments.values()
    }
    return payments, seen.postings, seen.totals_after
