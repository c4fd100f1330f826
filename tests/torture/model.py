"""Predicts a payment and an order in a few lines: from the bank's behaviour, the requests, and the time."""

from dataclasses import dataclass, field

from chalicelib.domain.payments import EDGES, LIVE, REFUNDABLE, State
from infra.audit.snapshot import Item, Snapshot, seconds
from tests.torture.evidence import CLOSE, EXPIRED

SILENT = "silence 24h"  # nobody hears from the bank what the payer did, before the gateway gives the payment up
# The possible ends of a payment of this kind, or of an order's payments with this script.
# "lost": a card whose number is gone before the bank was asked ends as if its time were over.
ENDS: dict[str, frozenset[str]] = {
    "upi": frozenset({"yes"}),
    "upi failing": frozenset({"no"}),
    "upi late": frozenset({"late"}),
    "upi silent": frozenset({"yes"}),
    "card": frozenset({"yes", "time"}),
    "card declined": frozenset({"no", "time"}),
    "intent": frozenset({"time"}),
    "card challenged": frozenset({"time"}),
    SILENT: frozenset({"time"}),
    "challenge, working 30s, approve": frozenset({"time"}),
}
LEAST_PART = 100
SCRIPTS = (SILENT, "challenge, working 30s, approve")


def _reachable() -> dict[State, frozenset[State]]:
    """Returns, for each state, the states that the domain's edges reach from it, in any number of steps."""
    known = {state: {state} for state in State}
    for _ in State:
        for edge in EDGES:
            known = {start: ends | ({edge.target} if edge.source in ends else set()) for start, ends in known.items()}
    return {start: frozenset(ends) for start, ends in known.items()}


REACHABLE = _reachable()


@dataclass
class Model:
    """Holds what the merchant and the payers did, and the last records.

    ends: how a payment may end; "yes", "no", "late" (a yes after a no), "time" (no answer in time).
    """

    seen: Snapshot
    ends: dict[str, frozenset[str]] = field(default_factory=dict)
    captured: set[str] = field(default_factory=set)
    voided: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)
    gave_up: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)

    def pays(self, payment: str, kind: str, script: str) -> None:
        """Notes a payment. script: the order's, which takes precedence over the kind of payment."""
        self.ends[payment] = ENDS[script or kind]

    def approves(self, payment: str) -> None:
        """Notes an approval: in time, or after the gateway gave the payment up. A second approval changes nothing."""
        if "late" in self.ends[payment]:
            return
        is_late = self.seen.payments[payment]["state"] == State.FAILED
        in_time = {"late", "time"} if self._is_unheard(payment) else {"yes"}
        self.ends[payment] = frozenset({"late"} if is_late else in_time)
        if "late" in self.ends[payment]:
            self.gave_up.add(payment)

    def declines(self, payment: str) -> None:
        if self.seen.payments[payment]["state"] != State.FAILED:
            self.ends[payment] = frozenset({"no", "time"} if self._is_unheard(payment) else {"no"})

    def _is_unheard(self, payment: str) -> bool:
        return self.seen.payments[payment].get("script") == SILENT

    # ---------------------------------------------------------------- the answers to requests

    def may_pay(self, order: str) -> bool:
        return self._is_free(order) and not self._is_over(self.seen.orders[order])

    def may_pay_part(self, order: str, amount: int) -> bool:
        due = self.seen.orders[order]["amount"] - self.seen.orders[order]["amount_paid"]
        return self.may_pay(order) and min(LEAST_PART, due) <= amount <= due

    def may_cancel(self, order: str) -> bool:
        return self._is_free(order) and not self.seen.orders[order]["amount_paid"]

    def _is_free(self, order: str) -> bool:
        known = self.seen.orders[order]
        return known["status"] in {"created", "attempted"} and not known.get("live_payment_id")

    def may_decide(self, payment: str) -> bool:
        known = self.seen.payments[payment]
        return known["state"] == State.AUTHORIZED and not known["amount_refunded"]

    def may_refund(self, payment: str, amount: int) -> bool:
        known = self.seen.payments[payment]
        return known["state"] in REFUNDABLE and amount <= known["amount"] - known["amount_refunded"]

    def _is_over(self, order: Item) -> bool:
        return order.get("expires_at") is not None and order["expires_at"] <= self.seen.now

    # ---------------------------------------------------------------- the records

    def sees(self, seen: Snapshot) -> None:
        """Compares the records with the previous records, and keeps them for the next comparison."""
        for payment_id, payment in seen.payments.items():
            before = self.seen.payments.get(payment_id)
            steps = REACHABLE[State(before["state"])] if before else frozenset(State)
            assert payment["state"] in steps, (
                f"{payment_id} went from {before and before['state']} to {payment['state']}"
            )
            if payment["state"] == State.FAILED:
                self.failed.add(payment_id)
        self.seen = seen

    def is_right(self) -> None:
        """Checks the records. No work may be under way, except waits for the bank, the payer or the time."""
        for payment_id, payment in self.seen.payments.items():
            if payment["state"] not in LIVE:
                self._ended(payment_id, payment)
        for order_id, order in self.seen.orders.items():
            assert (order["status"] == "cancelled") == (order_id in self.cancelled), order
            waits = order["status"] in {"created", "attempted"} and not order.get("live_payment_id")
            assert not (waits and self._is_over(order)), f"an order outlives its time: {order}"

    def is_over(self) -> None:
        """Checks that no payment is under way after all times are over."""
        self.is_right()
        live = [payment_id for payment_id, payment in self.seen.payments.items() if payment["state"] in LIVE]
        assert not live, f"nobody gives up {live}"

    def _ended(self, payment_id: str, payment: Item) -> None:
        end, may = _end(payment), set(self.ends.get(payment_id, ()))
        if "late" in may:  # it has failed before, and its late success is under way
            may.add("time" if payment_id in self.gave_up else "no")
            if payment_id not in self.failed:  # a worker that died lost the bank's no, and the next one heard the yes
                may.add("yes")
        assert end in may, f"{payment_id} ended as {end}, and may only as {may}: {payment}"
        if payment["state"] == State.CAPTURED and not payment.get("auto_capture"):
            assert payment_id in self.captured, f"nobody asked for a capture of {payment_id}"
        if payment["state"] == State.VOIDED and not payment.get("late"):
            assert payment_id in self.voided or _was_held_too_long(payment), (
                f"nobody asked for a release of {payment_id}"
            )
        assert payment_id not in self.captured or payment["state"] == State.CAPTURED, payment
        assert payment_id not in self.voided or payment["state"] == State.VOIDED, payment


def _end(payment: Item) -> str:
    if payment.get("late"):
        return "late"
    if payment["state"] == State.FAILED:
        return "time" if payment["error_code"] == EXPIRED else "no"
    return "yes"


def _was_held_too_long(payment: Item) -> bool:
    held = seconds(payment["voided_at"]) - seconds(payment["settled_at"])
    return bool(payment.get("capture_within")) and held >= float(payment["capture_within"]) - CLOSE
