"""A receiver with a mistake: whatever event comes last decides the status. Usage: python3 status_overwritten.py PORT"""

from typing import Any

from shop import serve

statuses: dict[str, str] = {}


def apply(event: dict[str, Any]) -> None:
    payment = event["data"].get("payment")
    if payment:
        statuses[payment["order_id"]] = f"{payment['status']}, captured {payment['captured']}"


def show(order_id: str) -> Any:
    return {"status": statuses.get(order_id)}


serve(apply, show)
