"""Defines the rules for events, deliveries, stored answers, deadlines and dead letters."""

from collections.abc import Iterator

from chalicelib.domain.payments import LIVE, State
from chalicelib.domain.webhooks import Format
from infra.audit.snapshot import (
    CLOSE,
    DAY_SECONDS,
    DELIVERIES_KEPT_SECONDS,
    QUEUE_SECONDS,
    Findings,
    Item,
    Snapshot,
    by,
    seconds,
)

MAX_ATTEMPTS = 5
# The event that a payment in this state sent at settled_at. A voided payment sent one of the two events.
OUTCOMES = {
    State.AUTHORIZED: "payment.success",
    State.CAPTURED: "payment.success",
    State.FAILED: "payment.failed",
}
# Events that Razorpay's format does not have, or has of a link's order only.
ELSEWHERE = frozenset({"payment.voided", "order.expired", "order.cancelled"})


def _wants(endpoint: Item, event: str, at: float) -> bool:
    """Returns whether the endpoint subscribed to the event before that time and has not changed since."""
    if endpoint.get("format") == Format.RAZORPAY and event in ELSEWHERE:
        return False
    unchanged = seconds(endpoint["updated_at"]) < at
    return unchanged and bool(endpoint.get("url") and endpoint["enabled"]) and event in endpoint["events"]


def _announcements(seen: Snapshot) -> Iterator[tuple[Item, str, float]]:
    """Yields (record with delivery_ids, event, time). An endpoint from before that time must have a delivery."""
    for payment in seen.payments.values():
        event = OUTCOMES.get(payment["state"])
        for told, at in ((event, "settled_at"), ("payment.captured", "captured_at"), ("payment.voided", "voided_at")):
            if told and payment.get(at):
                yield payment, told, seconds(payment[at])
    for refund in seen.refunds.values():
        yield refund, "refund.created", seconds(refund["created_at"])
        if refund["status"] != "pending":
            yield refund, f"refund.{refund['status']}", seconds(refund["updated_at"])
    yield from _of_disputes(seen)
    for made in seen.settlements.values():
        if made["status"] == "processed":
            yield made, "settlement.processed", seconds(made["updated_at"])
    for order in seen.orders.values():
        if order["status"] in {"expired", "cancelled"}:
            yield order, f"order.{order['status']}", seconds(order["updated_at"])


def _of_disputes(seen: Snapshot) -> Iterator[tuple[Item, str, float]]:
    for dispute in seen.disputes.values():
        ends = f"dispute.{dispute['status']}"
        times = {"dispute.created": "created_at", "dispute.under_review": "submitted_at", ends: "decided_at"}
        yield from ((dispute, told, seconds(dispute[at])) for told, at in times.items() if dispute.get(at))


def every_event_has_its_deliveries(seen: Snapshot) -> Findings:
    receivers = by(seen.endpoints, "merchant_id")
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


def deliveries_are_consistent(seen: Snapshot) -> Findings:
    for delivery_id, delivery in seen.deliveries.items():
        status, attempts = delivery["status"], int(delivery["attempts"])
        if not 0 <= attempts <= MAX_ATTEMPTS or (status != "pending" and not attempts):
            yield delivery_id, f"{status} after {attempts} attempts"
        if (status == "pending") != (delivery.get("next_retry_at") is not None):
            yield delivery_id, f"{status}, next attempt at {delivery.get('next_retry_at')}"
        if (status == "failed") != bool(delivery.get("created_at_if_failed")):
            yield delivery_id, f"{status}, and {'' if status == 'failed' else 'not '}to be found among the failed"


def answers_are_in_force(seen: Snapshot) -> Findings:
    """Checks that the object named by a stored answer exists."""
    made = {**seen.orders, **seen.payments, **seen.refunds, **seen.disputes}
    for record_id, record in seen.idempotency.items():
        if record["object_id"] not in made:
            yield record_id, f"promised {record['object_id']}, which does not exist"


def no_dead_letters(seen: Snapshot) -> Findings:
    for queue, messages in seen.dead_letters.items():
        if messages:
            yield queue, f"{messages} dead letters"


def waiting(seen: Snapshot) -> Iterator[tuple[Item, float | None]]:
    """Yields each record that still waits for something, and the time at which a worker looks at it."""
    for payment in seen.payments.values():
        waits_for_capture = payment["state"] == State.AUTHORIZED and payment.get("capture_within")
        if (
            payment["state"] in LIVE
            or payment.get("instruction")
            or (waits_for_capture and not payment["amount_refunded"])
        ):
            yield payment, payment.get("deadline_at")
    for made in (*seen.refunds.values(), *seen.disputes.values(), *seen.settlements.values()):
        if made["status"] in {"pending", "open", "under_review", "created"}:
            yield made, made.get("deadline_at")
    yield from _owners_waiting(seen)
    for order in seen.orders.values():
        if order["status"] in {"created", "attempted"} and order.get("expires_at") and not order.get("live_payment_id"):
            yield order, order["expires_at"]
    for delivery in seen.deliveries.values():
        if delivery["status"] == "pending":
            yield delivery, delivery.get("next_retry_at")


def _owners_waiting(seen: Snapshot) -> Iterator[tuple[Item, float | None]]:
    for code in seen.qr_codes.values():
        if code["status"] == "active" and code.get("close_by"):
            yield code, code.get("deadline_at")
    for made in seen.subscriptions.values():
        expires = made["status"] == "created" and made.get("expire_by")
        if expires or made["status"] in {"authenticated", "active", "pending"}:
            yield made, made.get("deadline_at")


def everything_that_waits_has_a_deadline(seen: Snapshot) -> Findings:
    """Checks that every waiting record has a deadline, and that a worker will look at the record.

    A wait of up to fifteen minutes is a message in a queue. A longer wait is a row of the deadlines table.
    """
    for item, at in waiting(seen):
        if at is None:
            yield item["id"], "waits without a deadline"
            continue
        left = float(at) - seen.now
        if left < -seen.patience:
            yield item["id"], f"its deadline has been over for {-left:.0f} s"
        rows = seen.deadlines.get(item["id"], frozenset())
        if left > QUEUE_SECONDS and not any(abs(row - float(at)) < CLOSE for row in rows):
            yield item["id"], f"nobody looks at it in {left:.0f} s, when its deadline is"
