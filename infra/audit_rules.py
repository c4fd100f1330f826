"""What must hold between the records of the gateway. Each rule takes a snapshot and yields what breaks it.

Nothing here is shared with the application: an auditor that used its code would share its mistakes.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Item = Mapping[str, Any]
Items = dict[str, Item]

COUNTERS = ("succeeded", "succeeded_amount", "failed", "refunds", "refunded_amount", "deliveries")
ALL_TIME = "all"
MAX_ATTEMPTS = 5
# Deliveries expire after 30 days; their counters of days that far back have nothing left to be compared with.
DELIVERIES_KEPT_SECONDS = 30 * 24 * 3600
DAY_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Totals are read before and after everything else. dead_letters: queue -> messages. now: Unix seconds."""

    orders: Items
    payments: Items
    refunds: Items
    deliveries: Items
    endpoints: Items
    idempotency: Items
    totals_before: Items
    totals_after: Items
    now: float
    dead_letters: Mapping[str, int] = field(default_factory=dict)
    patience: float = 300.0


@dataclass(frozen=True, slots=True)
class Finding:
    """subject: the id of what is wrong; detail: how."""

    rule: str
    subject: str
    detail: str


def seconds(iso: str) -> float:
    return datetime.fromisoformat(iso).timestamp()


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")


def _by(items: Items, name: str) -> dict[str, list[Item]]:
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in items.values():
        groups[item[name]].append(item)
    return groups


def refunds_stay_within_payments(seen: Snapshot) -> Iterator[tuple[str, str]]:
    of_payment = _by(seen.refunds, "payment_id")
    for payment_id, payment in seen.payments.items():
        counted = sum(int(r["amount"]) for r in of_payment[payment_id] if r["status"] in {"pending", "processed"})
        if payment["amount_refunded"] != counted:
            yield payment_id, f"amount_refunded {payment['amount_refunded']}, its refunds sum to {counted}"
        if not 0 <= counted <= payment["amount"]:
            yield payment_id, f"refunds of {counted} on a payment of {payment['amount']}"


def refunds_have_a_successful_payment(seen: Snapshot) -> Iterator[tuple[str, str]]:
    for refund_id, refund in seen.refunds.items():
        payment = seen.payments.get(refund["payment_id"])
        if payment is None or payment["status"] != "success" or payment["merchant_id"] != refund["merchant_id"]:
            yield refund_id, f"refunds {refund['payment_id']}, which is no successful payment of its merchant"


def orders_are_paid_exactly_once(seen: Snapshot) -> Iterator[tuple[str, str]]:
    of_order = _by(seen.payments, "order_id")
    for order_id, order in seen.orders.items():
        paid = [p for p in of_order[order_id] if p["status"] == "success"]
        amount = sum(int(p["amount"]) for p in paid)
        if (order["status"] == "paid") != (len(paid) == 1) or len(paid) > 1:
            yield order_id, f"status {order['status']} with {len(paid)} successful payments"
        if order["amount_paid"] != amount or amount not in {0, order["amount"]}:
            yield order_id, f"amount_paid {order['amount_paid']} of {order['amount']}, its payments sum to {amount}"


def orders_know_their_payments(seen: Snapshot) -> Iterator[tuple[str, str]]:
    of_order = _by(seen.payments, "order_id")
    for order_id, order in seen.orders.items():
        mine = {p["id"] for p in of_order[order_id]}
        live = [p["id"] for p in of_order[order_id] if p["status"] == "pending"]
        known = order.get("live_payment_id")
        if live != ([known] if known else []):
            yield order_id, f"live payment {known}, pending ones {live}"
        listed = list(order.get("payment_ids", ()))
        if set(listed) != mine or len(listed) != len(mine) or order["attempts"] != len(mine):
            yield order_id, f"lists {listed} and {order['attempts']} attempts, has {sorted(mine)}"
        if (order["status"] == "created") != (not mine):
            yield order_id, f"status {order['status']} with {len(mine)} payments"


def payments_belong_to_orders(seen: Snapshot) -> Iterator[tuple[str, str]]:
    for payment_id, payment in seen.payments.items():
        order = seen.orders.get(payment["order_id"])
        same = ("merchant_id", "amount", "currency")
        if order is None or any(order[name] != payment[name] for name in same):
            yield payment_id, f"does not agree with its order {payment['order_id']}"


def payments_are_consistent(seen: Snapshot) -> Iterator[tuple[str, str]]:
    for payment_id, payment in seen.payments.items():
        status, settled = payment["status"], payment["status"] != "pending"
        if settled and payment.get("sealed_card"):
            yield payment_id, "still holds its card although it is settled"
        if not settled and payment["method"] == "card" and not payment.get("sealed_card"):
            yield payment_id, "is pending and has lost its card"
        if settled != bool(payment.get("settled_at")) or (status == "failed") != bool(payment.get("error_code")):
            yield payment_id, f"{status}, settled at {payment.get('settled_at')}, error {payment.get('error_code')}"
        if payment["captured"] and status != "success":
            yield payment_id, f"captured while {status}"


def _expected_totals(seen: Snapshot) -> dict[tuple[str, str], Counter[str]]:
    expected: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)

    def add(item: Item, counter: str, amount: int = 1) -> None:
        for period in (item["created_at"][:10], ALL_TIME):
            expected[item["merchant_id"], period][counter] += amount

    for payment in seen.payments.values():
        if payment["status"] == "success":
            add(payment, "succeeded_amount", int(payment["amount"]))
        if payment["status"] != "pending":
            add(payment, "succeeded" if payment["status"] == "success" else "failed")
    for refund in seen.refunds.values():
        if refund["status"] != "pending":
            add(refund, "refunds")
            add(refund, "refunded_amount", int(refund["amount"]) if refund["status"] == "processed" else 0)
    for delivery in seen.deliveries.values():
        add(delivery, "deliveries")
    return expected


def _stored_totals(totals: Items) -> dict[tuple[str, str], Counter[str]]:
    stored: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for total in totals.values():
        period, _, _ = total["period"].partition("#")
        if period != "census":
            for counter in COUNTERS:
                stored[total["merchant_id"], period][counter] += int(total.get(counter) or 0)
    return stored


def totals_are_the_sums_of_their_parts(seen: Snapshot) -> Iterator[tuple[str, str]]:
    """Totals only grow, so on a busy stage what was counted lies between the totals before and after the count."""
    expected = _expected_totals(seen)
    before, after = _stored_totals(seen.totals_before), _stored_totals(seen.totals_after)
    expired_before = _day(seen.now - DELIVERIES_KEPT_SECONDS + DAY_SECONDS)
    oldest_kept = min((d["created_at"][:10] for d in seen.deliveries.values()), default="~")
    for key in sorted({*expected, *before, *after}):
        merchant_id, period = key
        for counter in COUNTERS:
            first, last, parts = before[key][counter], after[key][counter], expected[key][counter]
            partly_expired = period < expired_before or (period == ALL_TIME and oldest_kept <= expired_before)
            if counter == "deliveries" and partly_expired:
                continue
            if not first <= parts <= last:
                yield f"{merchant_id} {period}", f"{counter} {first} to {last}, its parts sum to {parts}"


def _wants(endpoint: Item, event: str, at: float) -> bool:
    """Whether the endpoint, unchanged since before then, was waiting for the event."""
    unchanged = seconds(endpoint["updated_at"]) < at
    return unchanged and bool(endpoint.get("url") and endpoint["enabled"]) and event in endpoint["events"]


def _announcements(seen: Snapshot) -> Iterator[tuple[Item, str, float]]:
    """(record with delivery_ids, event, since when an endpoint must have known)."""
    for payment in seen.payments.values():
        if payment.get("settled_at"):
            yield payment, f"payment.{payment['status']}", seconds(payment["settled_at"])
    for refund in seen.refunds.values():
        yield refund, "refund.created", seconds(refund["created_at"])
        if refund.get("processed_at"):
            yield refund, "refund.processed", seconds(refund["processed_at"])


def every_event_has_its_deliveries(seen: Snapshot) -> Iterator[tuple[str, str]]:
    receivers = _by(seen.endpoints, "merchant_id")
    for record, event, at in _announcements(seen):
        if at < seen.now - DELIVERIES_KEPT_SECONDS + DAY_SECONDS:
            continue
        ids = set(record.get("delivery_ids") or ())
        missing = sorted(ids - seen.deliveries.keys())
        if missing:
            yield record["id"], f"its deliveries {missing} do not exist"
        told = {seen.deliveries[i]["endpoint_id"] for i in ids - set(missing) if seen.deliveries[i]["event"] == event}
        untold = [e["id"] for e in receivers[record["merchant_id"]] if _wants(e, event, at) and e["id"] not in told]
        if untold:
            yield record["id"], f"{event} has no delivery for {untold}"


def deliveries_are_consistent(seen: Snapshot) -> Iterator[tuple[str, str]]:
    for delivery_id, delivery in seen.deliveries.items():
        status, attempts = delivery["status"], int(delivery["attempts"])
        if not 0 <= attempts <= MAX_ATTEMPTS or (status != "pending" and not attempts):
            yield delivery_id, f"{status} after {attempts} attempts"
        if (status == "pending") != (delivery.get("next_retry_at") is not None):
            yield delivery_id, f"{status}, next attempt at {delivery.get('next_retry_at')}"
        if (status == "failed") != bool(delivery.get("failed_endpoint_id")):
            yield delivery_id, f"{status}, and {'' if status == 'failed' else 'not '}to be found among the failed"


def answers_are_in_force(seen: Snapshot) -> Iterator[tuple[str, str]]:
    """What a stored answer says was made, exists."""
    made = {**seen.orders, **seen.payments, **seen.refunds}
    for record_id, record in seen.idempotency.items():
        if record["object_id"] not in made:
            yield record_id, f"promised {record['object_id']}, which does not exist"


def nothing_is_stuck(seen: Snapshot) -> Iterator[tuple[str, str]]:
    since = seen.now - seen.patience
    for kind in (seen.payments, seen.refunds):
        for item_id, item in kind.items():
            if item["status"] == "pending" and seconds(item["created_at"]) < since:
                yield item_id, f"pending since {item['created_at']}"
    for delivery_id, delivery in seen.deliveries.items():
        due = delivery.get("next_retry_at")
        if delivery["status"] == "pending" and due is not None and due < since:
            yield delivery_id, f"its attempt has been due for {seen.now - float(due):.0f} s"


def no_dead_letters(seen: Snapshot) -> Iterator[tuple[str, str]]:
    for queue, messages in seen.dead_letters.items():
        if messages:
            yield queue, f"{messages} dead letters"


RULES: tuple[Callable[[Snapshot], Iterator[tuple[str, str]]], ...] = (
    refunds_stay_within_payments,
    refunds_have_a_successful_payment,
    orders_are_paid_exactly_once,
    orders_know_their_payments,
    payments_belong_to_orders,
    payments_are_consistent,
    totals_are_the_sums_of_their_parts,
    every_event_has_its_deliveries,
    deliveries_are_consistent,
    answers_are_in_force,
    nothing_is_stuck,
    no_dead_letters,
)


def audit(seen: Snapshot) -> list[Finding]:
    return [Finding(rule.__name__, subject, detail) for rule in RULES for subject, detail in rule(seen)]
