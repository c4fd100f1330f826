"""A receiver that ends in the same state in whatever order the webhooks arrive. Usage: python3 correct.py PORT

It keeps the newest version of each object, by the event's `sequence`, and decides nothing when an event arrives. What an
order is worth follows from the objects when somebody asks. A refund or a dispute whose payment is not known yet waits in
its table. A settlement changes no order.
"""

from typing import Any

from shop import serve

payments: dict[str, tuple[int, dict[str, Any]]] = {}
refunds: dict[str, tuple[int, dict[str, Any]]] = {}
disputes: dict[str, tuple[int, dict[str, Any]]] = {}


def keep(table: dict[str, tuple[int, dict[str, Any]]], sequence: int, shown: dict[str, Any]) -> None:
    """Keeps an object unless a newer version of it is known."""
    known, _ = table.get(shown["id"], (0, {}))
    if sequence > known:
        table[shown["id"]] = (sequence, shown)


def apply(event: dict[str, Any]) -> None:
    kind = event["event"].partition(".")[0]
    if kind == "payment":
        keep(payments, event["sequence"], event["data"]["payment"])
    elif kind == "refund":
        keep(refunds, event["sequence"], event["data"]["refund"])
    elif kind == "dispute":
        keep(disputes, event["sequence"], event["data"]["dispute"])


def show(order_id: str) -> Any:
    mine = {key: payment for key, (_, payment) in payments.items() if payment["order_id"] == order_id}
    given_back = [
        refund["amount"]
        for _, refund in refunds.values()
        if refund["payment_id"] in mine and refund["status"] == "processed"
    ]
    states = sorted((payment["status"], payment["captured"]) for payment in mine.values())
    disputed = sorted(dispute["status"] for _, dispute in disputes.values() if dispute["payment_id"] in mine)
    return {"payments": states, "refunded": sum(given_back), "disputes": disputed}


serve(apply, show)
