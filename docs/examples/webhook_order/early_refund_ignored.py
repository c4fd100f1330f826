"""A receiver with a mistake: it ignores the refund of a payment that it does not know as captured yet.

Usage: python3 early_refund_ignored.py PORT
"""

from typing import Any

from shop import serve

captured: dict[str, str] = {}  # payment id to order id
refunded: dict[str, dict[str, int]] = {}  # order id to amount by refund id


def apply(event: dict[str, Any]) -> None:
    if event["event"] == "payment.captured":
        payment = event["data"]["payment"]
        captured[payment["id"]] = payment["order_id"]
    elif event["event"] == "refund.processed":
        refund = event["data"]["refund"]
        order_id = captured.get(refund["payment_id"])
        if order_id:
            refunded.setdefault(order_id, {})[refund["id"]] = refund["amount"]


def show(order_id: str) -> Any:
    return {"captured": order_id in captured.values(), "refunded": sum(refunded.get(order_id, {}).values())}


serve(apply, show)
