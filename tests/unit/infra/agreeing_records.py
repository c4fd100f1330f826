"""Records of every kind that agree with each other, for the audit's tests to break."""

import copy

from chalicelib.domain.payments import LIVE
from infra.audit.snapshot import Snapshot
from tests.unit.infra.broken_books import BALANCES, all_disputes, postings, settlement

AT = "2026-11-23T10:00:00.000000Z"
EARLIER = "2026-11-23T09:00:00.000000Z"
LATER = "2026-11-23T10:00:01.000000Z"
NOW = 1_795_428_060.0  # a minute after
SOON, TOMORROW = NOW + 5, NOW + 86_340
ACTION = {"type": "redirect", "url": "https://bank.example/", "expires_at": NOW + 540}
M = {"merchant_id": "m"}
TOTALS = {
    "succeeded": 4,
    "succeeded_amount": 4000,
    "failed": 2,
    "recovered": 1,
    "voided": 1,
    "voided_amount": 1000,
    "refunds": 2,
    "refunded_amount": 300,
    "deliveries": 22,
}
EVENTS = [
    "payment.success", "payment.failed", "payment.captured", "payment.voided", "refund.created", "refund.processed",
    "refund.failed", "order.expired", "order.cancelled", "dispute.created", "dispute.under_review", "dispute.won",
    "dispute.lost", "settlement.processed",
]  # fmt: skip


def payment(name, order, state, *told, **more):
    made = {"id": name, "order_id": order, "amount": 1000, "currency": "INR", "method": "upi", "state": state}
    settled = {} if state in LIVE else {"settled_at": LATER}
    ids = {"delivery_ids": [f"d {name} {event}" for event in told]}
    return {**M, **made, **settled, **ids, "created_at": AT, "amount_refunded": 0, **more}


def order(name, status, *payment_ids, paid=0, **more):
    made = {"id": name, "amount": 1000, "currency": "INR", "status": status, "amount_paid": paid, "created_at": AT}
    return {
        **M, **made, "payment_ids": list(payment_ids), "attempts": len(payment_ids), "updated_at": LATER, **more,
    }  # fmt: skip


def refund(name, status, amount, *told, **more):
    made = {
        "id": name,
        "payment_id": "p",
        "amount": amount,
        "of_hold": True,
        "status": status,
        "created_at": AT,
        "updated_at": LATER,
    }
    return {**M, **made, "delivery_ids": [f"d {name} {event}" for event in told], **more}


def delivery(name, **more):
    state = {"status": "success", "attempts": 1, "created_at": LATER}
    _, object_id, event = name.split()
    about = {"event": event, "object_id": object_id, "event_id": f"evt {object_id} {event} 0"}
    return {**M, "id": name, **about, "endpoint_id": "we", **state, **more}


def numbered(*records):
    """The events of the records in the order of their deliveries. Each record gets their number."""
    events = {}
    for record in records:
        first = 3 if "order_id" in record else 1
        told = [name.split()[-1] for name in record.get("delivery_ids", ())]
        for sequence, event in enumerate(told, first):
            events[f"evt {record['id']} {event} 0"] = {"event": event, "object_id": record["id"], "sequence": sequence}
        record["sequence"] = first - 1 + len(told)
    return events


def all_payments():
    """One in every state, and a late success."""
    return [
        payment("p", "o", "authorized", "payment.success", amount_refunded=400),
        payment("f", "q", "failed", "payment.failed", error_code="PAYMENT_FAILED"),
        payment("c", "oc", "captured", "payment.success", "payment.captured", captured_at=LATER, instruction="capture",
                fee=24, tax=4, deadline_at=SOON, amount_disputed=500),
        payment("v", "q", "voided", "payment.success", "payment.voided", voided_at=LATER),
        payment("l", "ol", "authorized", "payment.failed", "payment.success", late=True, capture_within=86_400,
                deadline_at=TOMORROW),
        payment("w", "ow", "pending", method="card", deadline_at=SOON),
        payment("a", "oa", "requires_action", asked_at=AT, next_action=ACTION, deadline_at=SOON),
    ]  # fmt: skip


def counted(owner_id):
    return {"owner_id": owner_id, "counted_at": AT}


def all_orders():
    """Every end of an order."""
    return [
        order("o", "paid", "p", paid=1000, **counted("qr")), order("q", "attempted", "f", "v"),
        order("oc", "paid", "c", paid=1000),
        order("ol", "paid", "l", paid=1000, **counted("sub")), order("ow", "attempted", "w", live_payment_id="w"),
        order("oa", "attempted", "a", live_payment_id="a"), order("n", "created", expires_at=TOMORROW),
        order("x", "expired", delivery_ids=["d x order.expired"]),
        order("z", "cancelled", delivery_ids=["d z order.cancelled"]),
    ]  # fmt: skip


def all_refunds():
    """Two that ended and one that waits."""
    return [
        refund("r", "processed", 300, "refund.created", "refund.processed"),
        refund("b", "failed", 500, "refund.created", "refund.failed", error_code="REFUND_FAILED"),
        refund("g", "pending", 100, "refund.created", updated_at=AT, deadline_at=SOON),
    ]


OWNER = {**M, "status": "active", "created_at": AT, "close_by": TOMORROW, "deadline_at": TOMORROW}


def agreeing():
    payments, orders, refunds, disputes = all_payments(), all_orders(), all_refunds(), all_disputes()
    settled = settlement()
    announced = [*payments, *orders, *refunds, *disputes, settled]
    told = [delivery(name) for item in announced for name in item.get("delivery_ids", ())]
    events = numbered(*announced)
    endpoint = {**M, "id": "we", "url": "https://a.example", "enabled": True, "updated_at": "2026-11-23T09:00:00Z"}
    more = {"2026-11-23": {"earned": 476}, "all": BALANCES}
    totals = {f"m {p}#INR#3": {**M, "period": f"{p}#INR#3", **TOTALS, **more[p]} for p in more}
    return Snapshot(
        orders={each["id"]: each for each in orders},
        payments={each["id"]: each for each in payments},
        refunds={each["id"]: each for each in refunds},
        disputes={each["id"]: each for each in disputes},
        deliveries={each["id"]: each for each in told},
        events=events,
        endpoints={"m we": {**endpoint, "events": EVENTS}},
        idempotency={"k": {"object_id": "p"}},
        cards={"w": {"id": "w"}},
        totals_before=totals,
        totals_after=copy.deepcopy(totals),
        deadlines={each: frozenset({TOMORROW}) for each in ("l", "n", "qr", "sub")},
        now=NOW,
        postings=postings(),
        settlements={"s": settled},
        merchants={"m": {"settle_at": None}},
        qr_codes={"qr": {**OWNER, "id": "qr", "usage": "single_use", "payments_count": 1, "amount_received": 1000}},
        subscriptions={
            "sub": {**OWNER, "id": "sub", "paid_count": 1, "first_order_id": "ol", "first_pays_cycle": True},
            "gone": {
                **OWNER,
                "id": "gone",
                "status": "cancelled",
                "paid_count": 0,
                "updated_at": EARLIER,
                "deadline_at": None,
            },
        },
    )
