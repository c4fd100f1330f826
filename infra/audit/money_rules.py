"""Defines the rules for orders, payments, refunds and their totals. Each rule takes a snapshot and yields its findings.

The state tables of payments and orders come from the application (domain/payments.py, domain/orders.py), because they
are the specification. The rules share no other code with it: an auditor that ran the application's code would repeat
its mistakes.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping

from chalicelib.domain.payments import EDGES, FACES, LIVE, REFUNDABLE, State
from infra.audit.snapshot import DAY_SECONDS, DELIVERIES_KEPT_SECONDS, Findings, Item, Items, Snapshot, by, day

COUNTERS = (
    "succeeded", "succeeded_amount", "failed", "voided", "voided_amount", "recovered",
    "refunds", "refunded_amount", "deliveries",
)  # fmt: skip
ALL_TIME = "all"
# An order lists only its newest payments.
KEPT_PAYMENT_IDS = 100
# The states that a payment reaches by an edge that is marked as late.
AFTER_LATE = frozenset({edge.target for edge in EDGES if edge.late} | {State.CAPTURED, State.VOIDED})


def _pays(payment: Item) -> bool:
    return payment["state"] in REFUNDABLE


def refunds_stay_within_payments(seen: Snapshot) -> Findings:
    of_payment = by(seen.refunds, "payment_id")
    for payment_id, payment in seen.payments.items():
        counted = sum(int(r["amount"]) for r in of_payment[payment_id] if r["status"] in {"pending", "processed"})
        if payment["amount_refunded"] != counted:
            yield payment_id, f"amount_refunded {payment['amount_refunded']}, its refunds sum to {counted}"
        if not 0 <= counted <= payment["amount"]:
            yield payment_id, f"refunds of {counted} on a payment of {payment['amount']}"


def refunds_have_a_successful_payment(seen: Snapshot) -> Findings:
    for refund_id, refund in seen.refunds.items():
        payment = seen.payments.get(refund["payment_id"])
        # A refused refund moved no money, so its payment may have been voided since.
        given = payment is not None and (_pays(payment) or refund["status"] == "failed")
        if payment is None or not given or payment["merchant_id"] != refund["merchant_id"]:
            yield refund_id, f"refunds {refund['payment_id']}, which is no successful payment of its merchant"


def _in_parts(order: Item) -> bool:
    return order.get("first_part_min") is not None


def orders_are_paid_exactly_once(seen: Snapshot) -> Findings:
    of_order = by(seen.payments, "order_id")
    for order_id, order in seen.orders.items():
        paid = [p for p in of_order[order_id] if _pays(p)]
        amount = sum(int(p["amount"]) for p in paid)
        if (order["status"] == "paid") != (amount == order["amount"]) or (len(paid) > 1 and not _in_parts(order)):
            yield order_id, f"status {order['status']} with {len(paid)} successful payments"
        wrong = amount > order["amount"] if _in_parts(order) else amount not in {0, order["amount"]}
        if order["amount_paid"] != amount or wrong:
            yield order_id, f"amount_paid {order['amount_paid']} of {order['amount']}, its payments sum to {amount}"


def orders_know_their_payments(seen: Snapshot) -> Findings:
    of_order = by(seen.payments, "order_id")
    for order_id, order in seen.orders.items():
        mine = {p["id"] for p in of_order[order_id]}
        live = [p["id"] for p in of_order[order_id] if p["state"] in LIVE]
        known = order.get("live_payment_id")
        if live != ([known] if known else []):
            yield order_id, f"live payment {known}, pending ones {live}"
        listed = list(order.get("payment_ids", ()))
        known_well = set(listed) <= mine and len(listed) == len(set(listed)) == min(len(mine), KEPT_PAYMENT_IDS)
        if not known_well or order["attempts"] != len(mine):
            yield order_id, f"lists {listed} and {order['attempts']} attempts, has {sorted(mine)}"
        untouched, attempted = order["status"] == "created", order["status"] in {"attempted", "paid"}
        if (untouched and mine) or (attempted and not mine):
            yield order_id, f"status {order['status']} with {len(mine)} payments"
        if known and order["status"] != "attempted":
            yield order_id, f"status {order['status']} with a payment under way"


def payments_belong_to_orders(seen: Snapshot) -> Findings:
    for payment_id, payment in seen.payments.items():
        order = seen.orders.get(payment["order_id"])
        same = ("merchant_id", "currency")
        if order is None or any(order[name] != payment[name] for name in same) or not _fits(payment, order):
            yield payment_id, f"does not agree with its order {payment['order_id']}"


def _fits(payment: Item, order: Item) -> bool:
    """Checks the amount of a payment. A part is captured at once, so that its order counts no money that is only held."""
    if not _in_parts(order):
        return bool(payment["amount"] == order["amount"])
    return bool(0 < payment["amount"] <= order["amount"] and payment.get("auto_capture"))


def payments_are_consistent(seen: Snapshot) -> Findings:
    for payment_id, payment in seen.payments.items():
        state = payment["state"]
        if state not in FACES:
            yield payment_id, f"is in a state that there is none of: {state}"
            continue
        live = state in LIVE
        if live == bool(payment.get("settled_at")):
            yield payment_id, f"{state}, settled at {payment.get('settled_at')}"
        if (state == State.FAILED) != bool(payment.get("error_code")):
            yield payment_id, f"{state} with error {payment.get('error_code')}"
        if (state == State.CAPTURED) != bool(payment.get("captured_at")):
            yield payment_id, f"{state}, captured at {payment.get('captured_at')}"
        if (state == State.VOIDED) != bool(payment.get("voided_at")):
            yield payment_id, f"{state}, voided at {payment.get('voided_at')}"
        if payment.get("late") and state not in AFTER_LATE:
            yield payment_id, f"a late success that is {state}"
        if (state == State.REQUIRES_ACTION) != bool(payment.get("next_action")):
            yield payment_id, f"{state}, the payer's next action is {payment.get('next_action')}"
        if payment["amount_refunded"] and not _pays(payment):
            yield payment_id, f"{payment['amount_refunded']} given back while {state}"


def cards_are_kept_until_the_bank_was_asked(seen: Snapshot) -> Findings:
    for payment_id in seen.cards:
        payment = seen.payments.get(payment_id)
        if payment and (payment["state"] != State.PENDING or payment.get("asked_at")):
            yield payment_id, "still has its card although the bank was asked"
    for payment_id, payment in seen.payments.items():
        kept_until = payment.get("deadline_at")
        unasked = payment["state"] == State.PENDING and not payment.get("asked_at") and payment["method"] == "card"
        if unasked and payment_id not in seen.cards and kept_until is not None and kept_until > seen.now:
            yield payment_id, "was not asked about yet and has lost its card"


def _counters_of(payment: Item) -> dict[str, int]:
    """Returns what one payment adds to the totals of its day."""
    state, amount, late = payment["state"], int(payment["amount"]), bool(payment.get("late"))
    succeeded, voided = state in REFUNDABLE | {State.VOIDED}, state == State.VOIDED
    return {
        "failed": int(late or state == State.FAILED),
        "recovered": int(late),
        "succeeded": int(succeeded),
        "succeeded_amount": amount * succeeded,
        "voided": int(voided),
        "voided_amount": amount * voided,
    }


def _expected_totals(seen: Snapshot) -> dict[tuple[str, str], Counter[str]]:
    expected: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)

    def add(item: Item, counters: Mapping[str, int]) -> None:
        for period in (item["created_at"][:10], ALL_TIME):
            expected[item["merchant_id"], period].update(counters)

    for payment in seen.payments.values():
        add(payment, _counters_of(payment))
    for refund in seen.refunds.values():
        if refund["status"] != "pending":
            given_back = int(refund["amount"]) if refund["status"] == "processed" else 0
            add(refund, {"refunds": 1, "refunded_amount": given_back})
    for delivery in seen.deliveries.values():
        add(delivery, {"deliveries": 1})
    return expected


def _stored_totals(totals: Items) -> dict[tuple[str, str], Counter[str]]:
    stored: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for total in totals.values():
        period, _, _ = total["period"].partition("#")
        if period != "census":
            for counter in COUNTERS:
                stored[total["merchant_id"], period][counter] += int(total.get(counter) or 0)
    return stored


def totals_are_the_sums_of_their_parts(seen: Snapshot) -> Findings:
    """Checks the totals against a count. Totals only grow, so the count lies between the totals before and after it."""
    expected = _expected_totals(seen)
    before, after = _stored_totals(seen.totals_before), _stored_totals(seen.totals_after)
    expired_before = day(seen.now - DELIVERIES_KEPT_SECONDS + DAY_SECONDS)
    forgetful = {key[0] for key, counters in after.items() if key[1] < expired_before and counters["deliveries"]}
    for key in sorted({*expected, *before, *after}):
        merchant_id, period = key
        for counter in COUNTERS:
            first, last, parts = before[key][counter], after[key][counter], expected[key][counter]
            partly_expired = period < expired_before or (period == ALL_TIME and merchant_id in forgetful)
            if counter == "deliveries" and partly_expired:
                continue
            if not first <= parts <= last:
                yield f"{merchant_id} {period}", f"{counter} {first} to {last}, its parts sum to {parts}"
