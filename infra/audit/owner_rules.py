"""Defines the rules for objects that own orders, such as QR codes."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from chalicelib.domain.subscriptions import ENDED
from infra.audit.snapshot import Findings, Item, Snapshot, seconds

# Seconds after a subscription's end at which a worker looks at its order.
WAKES_SECONDS = 30


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
    """Checks the paid cycles against the orders that were counted."""
    counted = Counter(order.get("owner_id") for order in seen.orders.values() if order.get("counted_at"))
    for subscription_id, made in seen.subscriptions.items():
        paid = counted[subscription_id] - _only_authenticates(seen, made, counted[subscription_id])
        if paid != made["paid_count"]:
            yield subscription_id, f"counts {made['paid_count']} charges, and {paid} are paid"


def _only_authenticates(seen: Snapshot, made: Item, counted: int) -> bool:
    """Returns whether the first order was paid and is no charge: that of a subscription whose cycles begin later.

    A record from before `first_pays_cycle` does not have it. There, one paid order more than charges is accepted.
    """
    pays_cycle = made.get("first_pays_cycle")
    if pays_cycle is None:
        return bool(made.get("start_at")) and counted > made["paid_count"]
    return not pays_cycle and bool(seen.orders.get(made["first_order_id"], {}).get("counted_at"))


def ended_subscriptions_ask_for_nothing(seen: Snapshot) -> Findings:
    """Checks that no order of a subscription that ended a while ago can still be paid.

    A worker cancels such an order half a minute after the end, or after its payment under way has failed.
    """
    for order in seen.orders.values():
        made = seen.subscriptions.get(order.get("owner_id") or "", {})
        is_open = order["status"] in {"created", "attempted"} and not order.get("live_payment_id")
        if made.get("status") not in ENDED or not is_open:
            continue
        if max(seconds(order["updated_at"]), seconds(made["updated_at"])) < seen.now - seen.patience - WAKES_SECONDS:
            yield order["id"], f"can be paid, and its subscription {made['id']} is {made['status']}"


def owners_count_paid_orders(seen: Snapshot) -> Findings:
    """Checks that the owner of an order that was paid a while ago has counted the order's money."""
    for order in uncounted(seen):
        if seconds(order["updated_at"]) < seen.now - seen.patience:
            yield order["id"], f"is paid, and {order['owner_id']} has not counted it"


def uncounted(seen: Snapshot) -> Iterator[Item]:
    """Yields the paid orders whose owner has not counted the money. A worker does it on a job for the order."""
    for order in seen.orders.values():
        if order.get("owner_id") and order["status"] == "paid" and not order.get("counted_at"):
            yield order
