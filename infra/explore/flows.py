"""The flows whose webhooks are explored: each a row of steps, with the events that each step causes, in their order."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from infra.explore.gateway import Inbox, Merchant, until
from infra.explore.recording import Recording

AMOUNT = 50000
PART = 20000
# Nothing happens at the bank before an act of the sandbox tells it.
PATIENT = {"simulate": "silence 3d, approve, refund silence"}


@dataclass
class Run:
    """A run under way. refunds: their ids, the oldest first."""

    merchant: Merchant
    order_id: str = ""
    payment_id: str = ""
    dispute_id: str = ""
    refunds: list[str] = field(default_factory=list)


Do = Callable[[Run], None]


@dataclass(frozen=True, slots=True)
class Step:
    do: Do
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """wants: the events that a receiver of this flow usually subscribes to."""

    summary: str
    wants: tuple[str, ...]
    steps: tuple[Step, ...]


def _order(run: Run, *, capture: str = "manual") -> None:
    made = run.merchant.post("/orders", {"amount": AMOUNT, "capture": capture, "notes": PATIENT})
    run.order_id = made["id"]


def _pay(run: Run) -> None:
    body = {"order_id": run.order_id, "method": "upi", "vpa": "explorer@bank"}
    run.payment_id = run.merchant.post("/payments", body)["id"]


def _act(action: str, run: Run) -> None:
    run.merchant.post(f"/sandbox/payments/{run.payment_id}/act", {"action": action})


def _challenge(run: Run) -> None:
    _act("challenge", run)
    until(
        lambda: bool(run.merchant.get(f"/payments/{run.payment_id}")["next_action"]), "a payment that awaits its payer"
    )


def _capture(run: Run) -> None:
    run.merchant.post(f"/payments/{run.payment_id}/capture", {"amount": AMOUNT})


def _refund(run: Run, *, amount: int = PART) -> None:
    run.refunds.append(run.merchant.post(f"/payments/{run.payment_id}/refunds", {"amount": amount})["id"])


def _end_refund(action: str, run: Run) -> None:
    run.merchant.post(f"/sandbox/refunds/{run.refunds[-1]}/act", {"action": action})


def _dispute(run: Run) -> None:
    run.dispute_id = run.merchant.post("/sandbox/disputes", {"payment_id": run.payment_id})["id"]


def _contest(run: Run) -> None:
    run.merchant.post(f"/disputes/{run.dispute_id}/contest", {"evidence": {"explanation": "It was delivered"}})


def _end_dispute(action: str, run: Run) -> None:
    run.merchant.post(f"/sandbox/disputes/{run.dispute_id}/act", {"action": action})


def _settle(run: Run) -> None:
    """Pays out at once what would mature in days."""
    run.merchant.post("/sandbox/settlements", {"pending": True})


_ACCEPTED = ("payment.created", "payment.pending")
_SUCCESS, _TAKEN = ("payment.success", "order.paid"), ("payment.success", "payment.captured", "order.paid")
_OPEN = (Step(_order), Step(_pay, _ACCEPTED))
_PAID = (Step(partial(_order, capture="automatic")), Step(_pay, _ACCEPTED), Step(partial(_act, "approve"), _TAKEN))
_REFUNDED = (Step(_refund, ("refund.created",)), Step(partial(_end_refund, "approve"), ("refund.processed",)))
FLOWS: Mapping[str, Flow] = {
    "captured": Flow(
        "a payment is authorised, then captured",
        ("payment.success", "payment.captured", "order.paid"),
        (*_OPEN, Step(partial(_act, "approve"), _SUCCESS), Step(_capture, ("payment.captured",))),
    ),
    "late_success": Flow(
        "a payment fails, and the bank approves it after all",
        ("payment.failed", "payment.success", "payment.captured"),
        (
            *_OPEN,
            Step(partial(_act, "decline"), ("payment.failed",)),
            Step(partial(_act, "late_approve"), _SUCCESS),
            Step(_capture, ("payment.captured",)),
        ),
    ),
    "partial_refunds": Flow(
        "a captured payment is refunded in two parts",
        ("payment.captured", "refund.created", "refund.processed"),
        (*_PAID, *_REFUNDED, *_REFUNDED),
    ),
    "challenged": Flow(
        "the payer confirms a payment at the bank, and it is voided",
        ("payment.pending", "payment.success", "payment.voided"),
        (
            *_OPEN,
            Step(_challenge),
            Step(partial(_act, "approve"), _SUCCESS),
            Step(partial(_act, "void"), ("payment.voided",)),
        ),
    ),
    "failed_refund": Flow(
        "the bank refuses a refund, and a second one succeeds",
        ("payment.captured", "refund.created", "refund.failed", "refund.processed"),
        (
            *_PAID,
            Step(_refund, ("refund.created",)),
            Step(partial(_end_refund, "decline"), ("refund.failed",)),
            *_REFUNDED,
        ),
    ),
    "dispute_won": Flow(
        "the payer disputes a payment, the merchant contests it and wins",
        ("payment.captured", "dispute.created", "dispute.under_review", "dispute.won"),
        (
            *_PAID,
            Step(_dispute, ("dispute.created",)),
            Step(_contest, ("dispute.under_review",)),
            Step(partial(_end_dispute, "win"), ("dispute.won",)),
        ),
    ),
    "dispute_lost": Flow(
        "the payer disputes a payment, and the merchant loses",
        ("payment.captured", "dispute.created", "dispute.lost"),
        (*_PAID, Step(_dispute, ("dispute.created",)), Step(partial(_end_dispute, "lose"), ("dispute.lost",))),
    ),
    "settled": Flow(
        "a captured payment is refunded in part, and the rest is paid out",
        ("payment.captured", "refund.processed", "settlement.processed"),
        (*_PAID, *_REFUNDED, Step(_settle, ("settlement.processed",))),
    ),
}


def record(name: str, api: str, events: Sequence[str] = ()) -> Recording:
    """Lets a flow happen on the gateway and returns its webhooks. events: the subscription; empty: the flow's own.

    Raises UsageError if the gateway is no test stage's or does not get through.
    """
    flow, inbox = FLOWS[name], Inbox()
    try:
        return _record(name, flow, Run(Merchant(api)), inbox, tuple(events) or flow.wants)
    finally:
        inbox.shutdown()
        inbox.server_close()


def _record(name: str, flow: Flow, run: Run, inbox: Inbox, wanted: Sequence[str]) -> Recording:
    run.merchant.listen(inbox, wanted)
    bodies: list[str] = []
    for step in flow.steps:
        step.do(run)
        due = [event for event in step.events if event in wanted]
        inbox.await_number(len(bodies) + len(due), ", ".join(due))
        bodies += sorted(inbox.bodies[len(bodies) :], key=partial(_place, due))
    return Recording(name, bodies)


def _place(due: Sequence[str], body: str) -> int:
    shown: dict[str, Any] = json.loads(body)
    return due.index(shown["event"])
