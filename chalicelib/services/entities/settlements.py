"""Shows settlements, and the lines of their reports, as entities."""

import json
from collections.abc import Sequence
from typing import Any

from chalicelib.domain.settlements import SettlementStatus
from chalicelib.persistence.orders import Order
from chalicelib.persistence.settlements import Settlement
from chalicelib.services.books.settlements import report
from chalicelib.services.entities import payments
from chalicelib.services.entities.common import Entity, epoch

_STATUSES = {SettlementStatus.RETURNED: "failed"}


def settlement(record: Settlement) -> Entity:
    """Shows a settlement. fees: with the tax. A returned transfer is a failed settlement."""
    return {
        "id": record.id,
        "entity": "settlement",
        "amount": record.amount,
        "status": _STATUSES.get(SettlementStatus(record.status), record.status),
        "fees": record.fees,
        "tax": record.tax,
        "utr": record.utr,
        "created_at": epoch(record.created_at),
    }


def lines(rows: Sequence[report.Row]) -> list[Entity]:
    """Shows lines of reports. Reads the orders of the lines, for their receipts and notes."""
    orders = Order.find_many([row["order_id"] for row in rows if row["order_id"]])
    return [_line(row, orders.get(row["order_id"])) for row in rows]


def _line(row: report.Row, order: Order | None) -> Entity:
    """Shows a line. A payment does not name itself. The surface has no type for disputes: their money is adjusted."""
    shown: dict[str, Any] = {
        **row,
        "type": report.ADJUSTMENT if row["type"] == report.DISPUTE else row["type"],
        "created_at": epoch(row["created_at"]),
        "settled_at": epoch(row["settled_at"]),
        "payment_id": None if row["payment_id"] == row["entity_id"] else row["payment_id"],
        "posted_at": None,
        "credit_type": "default",
        "order_receipt": order.receipt if order else None,
        "notes": json.dumps((order and order.notes) or {}),
        "card_network": payments.network(row["card_network"]),
        "card_issuer": None,
        "card_type": None,
    }
    return shown
