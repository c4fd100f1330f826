"""One step of a payment: what it writes, whom it tells, and when somebody looks at the payment again.

A step is made in memory first (take), without a side effect; then its writes go into a transaction (put). The edge
itself is data (domain/payments.py); this module reads it and knows no state by name beyond what a target brings.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.orders import OPEN, OrderStatus
from chalicelib.domain.payments import LIVE, Edge, OrderEffect, State
from chalicelib.domain.webhooks import Event
from chalicelib.persistence import totals
from chalicelib.persistence.cards import SealedCard
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.transactions import Transaction
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.queues import PAYMENTS, Job, job_at
from chalicelib.services import events, views, wakeups
from chalicelib.services.events import Happening

# What a step clears when a payment is no longer live: all that was about asking the bank.
ASKING = ("asked_at", "inquiries", "next_action")


@dataclass(frozen=True, slots=True)
class Step:
    """A payment as it was read, the edge that it takes at a time (Unix seconds), and for whose request.

    edge None: the payment stays in its state, and only `brings` is written. brings: attributes that the step sets;
    None removes one. order: read where an event shows it or the step reopens it.
    """

    payment: Payment
    edge: Edge | None
    at: float
    request_id: str
    brings: Mapping[str, Any] = field(default_factory=dict)
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A step made in memory: the payment as it will be stored, and the deliveries that announce it."""

    step: Step
    after: Payment
    deliveries: Sequence[Delivery]

    @property
    def wakeups(self) -> list[Job]:
        """The job of the payment's next deadline, if the step set one."""
        due_at = self.step.brings.get("deadline_at")
        if due_at is None:
            return []
        return [job_at(PAYMENTS, self.after.id, self.step.request_id, float(due_at))]


def take(step: Step, endpoints: Sequence[WebhookEndpoint]) -> Taken:
    """Makes a step in memory. endpoints: the merchant's."""
    after = Payment(**step.payment.attribute_values)
    for name, value in _attributes(step).items():
        setattr(after, name, value)
    deliveries = events.deliveries_of(_happenings(step, after), endpoints)
    if deliveries:
        after.delivery_ids = [*(after.delivery_ids or ()), *(delivery.id for delivery in deliveries)]
    return Taken(step, after, deliveries)


def _attributes(step: Step) -> dict[str, Any]:
    """What the step sets on the payment: its target's own attributes under what it brings."""
    if step.edge is None:
        return {**step.brings}
    at = clock.iso(step.at)
    attributes: dict[str, Any] = {"state": step.edge.target, "updated_at": at, "deadline_at": None}
    if step.edge.target not in LIVE:
        attributes |= dict.fromkeys(ASKING)
    if step.edge.source in LIVE | {State.FAILED} and step.edge.target not in LIVE:
        attributes["settled_at"] = at
    if step.edge.target == State.CAPTURED:
        attributes["captured_at"] = at
    if step.edge.target == State.VOIDED:
        attributes["voided_at"] = at
    if step.edge.late:
        attributes |= {"late": True, "error_code": None}
    return attributes | dict(step.brings)


def _happenings(step: Step, after: Payment) -> list[Happening]:
    if step.edge is None:
        return []
    data = {"payment": views.payment(after)}
    # A late success can expire a second time, as an authorisation that nobody captured.
    again = "late" if step.payment.late else ""
    told = [Happening(event, after.merchant_id, after.id, data, step.request_id, again) for event in step.edge.events]
    if step.order and step.edge.order in {OrderEffect.PAY, OrderEffect.CLAIM}:
        paid = Order(**step.order.attribute_values)
        paid.status, paid.amount_paid, paid.updated_at = OrderStatus.PAID, after.amount, after.updated_at
        data = {**data, "order": views.order(paid)}
        # An order that a void has reopened is paid a second time, by another payment.
        told.append(Happening(Event.ORDER_PAID, after.merchant_id, paid.id, data, step.request_id, after.id))
    return told


def put(transaction: Transaction, taken: Taken) -> list[Job]:
    """Adds a step's writes to a transaction. Returns the wake-ups that its deadlines need beside their rows."""
    step, after = taken.step, taken.after
    transaction.update(f"payment {after.id}", after, _actions(step.payment, after), _unchanged(step))
    if step.edge and step.edge.order != OrderEffect.NONE:
        _put_order(transaction, step, after)
    if step.payment.method == "card" and step.payment.state == State.PENDING and not step.payment.asked_at:
        transaction.delete(f"card {after.id}", SealedCard(after.id))
    events.put(transaction, taken.deliveries)
    return wakeups.plan(transaction, *taken.wakeups, *_order_wakeups(step))


def _actions(before: Payment, after: Payment) -> list[Any]:
    """The difference of two states of one record, as updates."""
    old, new = before.attribute_values, after.attribute_values
    changed = [name for name in Payment.get_attributes() if old.get(name) != new.get(name)]
    return [
        getattr(Payment, name).remove() if new.get(name) is None else getattr(Payment, name).set(new[name])
        for name in changed
    ]


def _unchanged(step: Step) -> Any:
    """The rule of every step: nobody was faster.

    An authorisation of which something was given back is neither captured nor released: a refund and a capture or a
    release look at each other's attribute.
    """
    same: Any = Payment.state == step.payment.state
    if step.edge is None:
        before = step.payment.deadline_at
        return same & (Payment.deadline_at.does_not_exist() if before is None else Payment.deadline_at == before)
    if step.edge.source == State.AUTHORIZED:
        return same & (Payment.amount_refunded == 0)
    return same


def _put_order(transaction: Transaction, step: Step, after: Payment) -> None:
    order, effect = Order(after.order_id), step.edge.order if step.edge else OrderEffect.NONE
    actions = [Order.updated_at.set(after.updated_at)]
    condition: Any = Order.live_payment_id == after.id
    if effect in {OrderEffect.PAY, OrderEffect.CLAIM}:
        actions += [Order.status.set(OrderStatus.PAID), Order.amount_paid.set(after.amount)]
    if effect in {OrderEffect.PAY, OrderEffect.FREE}:
        actions.append(Order.live_payment_id.remove())
    if effect == OrderEffect.CLAIM:
        condition = is_open(step.at) & Order.live_payment_id.does_not_exist()
    if effect == OrderEffect.REOPEN:
        actions += [Order.status.set(OrderStatus.ATTEMPTED), Order.amount_paid.set(0)]
        condition = Order.status == OrderStatus.PAID
    transaction.update(f"order of {after.id}", order, actions, condition)


def is_open(now: float) -> Any:
    """The condition that an order takes money: neither paid, cancelled nor out of time. now: Unix seconds."""
    in_time = Order.expires_at.does_not_exist() | (Order.expires_at > now)
    return Order.status.is_in(*sorted(OPEN)) & in_time


def _order_wakeups(step: Step) -> list[Job]:
    """A reopened order expires as it was to expire."""
    if step.edge is None or step.edge.order != OrderEffect.REOPEN or not step.order or not step.order.expires_at:
        return []
    return [job_at(PAYMENTS, step.order.id, step.request_id, float(step.order.expires_at))]


def tally(taken: Iterable[Taken]) -> list[totals.Change]:
    """What the steps add to the totals, for the day on which each payment was made: as the lists' from and to see it."""
    changes = []
    for item in taken:
        payment = item.after
        counters = _counters(item.step.edge, int(payment.amount))
        changes.append(totals.Change(payment.merchant_id, clock.day(payment.created_at), payment.currency, counters))
        changes += events.tally(item.deliveries, payment.currency)
    return changes


def _counters(edge: Edge | None, amount: int) -> dict[str, int]:
    """Counters only grow: what was counted once as failed or successful and is no more is counted beside it."""
    if edge is None:
        return {}
    counters: dict[str, int] = {}
    if edge.target == State.FAILED:
        counters["failed"] = 1
    if edge.target in {State.AUTHORIZED, State.CAPTURED, State.VOIDED} and edge.source != State.AUTHORIZED:
        counters |= {"succeeded": 1, "succeeded_amount": amount}
    if edge.source == State.FAILED:
        counters["recovered"] = 1
    if edge.target == State.VOIDED:
        counters |= {"voided": 1, "voided_amount": amount}
    return counters
