"""Defines the rules for objects that own orders, such as QR codes."""

from collections import Counter, defaultdict

from infra.audit.snapshot import Findings, Item, Snapshot, seconds


def qr_codes_count_their_payments(seen: Snapshot) -> Findings:
    """Checks a code's sums against the orders that it has counted. A code for single use takes one payment."""
    counted: dict[str, list[Item]] = defaultdict(list)
    for order in seen.orders.values():
        if order.get("counted_at"):
            counted[order.get("owner_id", "")].append(order)
    for code_id, code in seen.qr_codes.items():
        paid = counted[code_id]
        amount = sum(int(order["amount"]) for order in paid)
        if (code["payments_count"], code["amount_received"]) != (len(paid), amount):
            yield code_id, f"counts {code['payments_count']} payments of {code['amount_received']}, not {amount}"
        if code["usage"] == "single_use" and len(paid) > 1:
            yield code_id, f"is for single use and took {len(paid)} payments"


def subscriptions_count_their_charges(seen: Snapshot) -> Findings:
    """Checks the paid cycles against the orders that were counted. A first payment before the start is no charge."""
    counted = Counter(order.get("owner_id") for order in seen.orders.values() if order.get("counted_at"))
    for subscription_id, made in seen.subscriptions.items():
        before_start = 1 if made.get("start_at") and counted[subscription_id] > made["paid_count"] else 0
        if counted[subscription_id] - before_start != made["paid_count"]:
            yield (
                subscription_id,
                f"counts {made['paid_count']} charges, and {counted[subscription_id]} orders are paid",
            )


def owners_count_paid_orders(seen: Snapshot) -> Findings:
    """Checks that the owner of an order that was paid a while ago has counted the order's money."""
    for order_id, order in seen.orders.items():
        owned = order.get("owner_id") and order["status"] == "paid" and not order.get("counted_at")
        if owned and seconds(order["updated_at"]) < seen.now - seen.patience:
            yield order_id, f"is paid, and {order['owner_id']} has not counted it"
