"""Makes one step of a payment: its writes, its events, and the payment's next deadline.

First take() makes a step in memory, without a side effect; then put() adds its writes to a transaction. The edge itself
is data (domain/payments.py). This module reads the edge and names a state only for the attributes that the state
brings.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib import tracing
from chalicelib.domain import clock
from chalicelib.domain.ledger import Posting
from chalicelib.domain.orders import OPEN, OrderStatus
from chalicelib.domain.payments import LIVE, Edge, Money, OrderEffect, State
from chalicelib.domain.terms import DEFAULT_TERMS, Terms
from chalicelib.domain.traces import Trace
from chalicelib.domain.webhooks import Event
from chalicelib.persistence import postings, totals
from chalicelib.persistence.base import unchanged
from chalicelib.persistence.cards import SealedCard
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.transactions import Transaction
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.queues import PAYMENTS, Job, job, job_at
from chalicelib.services import views
from chalicelib.services.books import booking, terms
from chalicelib.services.events import announcing, early, linked
from chalicelib.services.events.announcing import Announcement, NewEvent, NewEvents
from chalicelib.services.waits import wakeups

# The attributes about asking the bank. A step clears them when the payment is no longer live.
ASKING = ("asked_at", "inquiries", "next_action")
PAYS = frozenset({OrderEffect.PAY, OrderEffect.CLAIM})


@dataclass(frozen=True, slots=True)
class Step:
    """A payment as it was read, the edge that it takes, the moment (Unix seconds), and the request behind the step.

    edge: None if the payment keeps its state; then the step writes only `brings`. brings: attributes that the step
    sets; a value of None removes the attribute. order: read where the step has events or reopens it.
    trace: of the work that makes the step.
    """

    payment: Payment
    edge: Edge | None
    at: float
    request_id: str
    brings: Mapping[str, Any] = field(default_factory=dict)
    order: Order | None = None
    trace: Trace | None = field(default_factory=tracing.current)

    @property
    def takes_money(self) -> bool:
        return self.edge is not None and self.edge.money == Money.TAKE


@dataclass(frozen=True, slots=True)
class Taken:
    """A step made in memory: the payment and its paid order as they will be stored, its events with deliveries, and
    its posting.
    """

    step: Step
    after: Payment
    paid: Order | None
    told: Announcement
    posting: Posting | None

    @property
    def wakeups(self) -> list[Job]:
        """Returns the job of the payment's next deadline, if the step set one, and of the order's owner."""
        wakes = to_owner(self.after, self.step.request_id) if self.step.edge else []
        if (due_at := self.step.brings.get("deadline_at")) is not None:
            wakes.append(job_at(PAYMENTS, self.after.id, self.step.request_id, float(due_at)))
        return wakes


def to_owner(payment: Payment, request_id: str) -> list[Job]:
    """Returns the job that makes the order's owner look at a payment that is not under way any more."""
    if not payment.owner_id or payment.state in LIVE:
        return []
    return [job(PAYMENTS, payment.order_id, request_id)]


def terms_for(step: Step) -> Terms:
    """Returns the terms that price the step. Reads the merchant's only if the step takes money. Raises Unavailable."""
    return terms.of(step.payment.merchant_id) if step.takes_money else DEFAULT_TERMS


def take(step: Step, endpoints: Sequence[WebhookEndpoint], agreed: Terms) -> Taken:
    """Makes a step in memory. endpoints: the merchant's webhook endpoints. agreed: what terms_for(step) returned."""
    after = Payment(**step.payment.attribute_values)
    for name, value in (_attributes(step) | _charged(step, agreed)).items():
        setattr(after, name, value)
    paid = _paid_order(step, after)
    told = announcing.announce(_new_events(step, after, paid), endpoints)
    announcing.number(after, told)
    if paid:
        announcing.number(paid, told)
    if told.deliveries:
        after.delivery_ids = [*(after.delivery_ids or ()), *told.delivery_ids]
    posting = booking.of_payment(step.edge, step.payment, after, clock.iso(step.at))
    return Taken(step, after, paid, told, posting)


def _charged(step: Step, agreed: Terms) -> dict[str, int]:
    if not step.takes_money:
        return {}
    charge = terms.charge(agreed, step.payment)
    return {"fee": charge.fee, "tax": charge.tax}


def _paid_order(step: Step, after: Payment) -> Order | None:
    """Returns the order as the payment leaves it; None if the step does not pay it.

    An order that may be paid in parts is paid once its parts make up its amount.
    """
    if not step.order or not step.edge or step.edge.order not in PAYS:
        return None
    paid = Order(**step.order.attribute_values)
    in_parts = paid.first_part_min is not None
    paid.amount_paid = after.amount + (paid.amount_paid if in_parts else 0)
    is_whole = not in_parts or paid.amount_paid == paid.amount
    paid.status, paid.updated_at = OrderStatus.PAID if is_whole else OrderStatus.ATTEMPTED, after.updated_at
    return paid


def _attributes(step: Step) -> dict[str, Any]:
    """Returns the attributes that the step sets.

    The step's own `brings` override the attributes of its target state.
    """
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


def _new_events(step: Step, after: Payment, paid: Order | None) -> NewEvents:
    names = step.edge.events if step.edge else ()
    first = int(step.payment.sequence or early.NUMBER) + 1
    told = [NewEvent(event, after.id, number, ("payment",)) for number, event in enumerate(names, first)]
    if paid and paid.status == OrderStatus.PAID:
        told.append(NewEvent(Event.ORDER_PAID, paid.id, int(paid.sequence or 0) + 1, ("payment", "order")))
    order = paid or step.order
    parts = {"payment": views.payment(after), **({"order": views.order(order)} if order else {})}
    facts = views.facts(after) | linked.facts(order)
    return NewEvents(after.merchant_id, clock.iso(step.at), told, parts, facts, step.request_id)


def put(transaction: Transaction, taken: Taken) -> list[Job]:
    """Adds a step's writes to a transaction. Returns the wake-ups to send for deadlines that a queue's delay covers."""
    step, after = taken.step, taken.after
    transaction.update(f"payment {after.id}", after, _actions(step.payment, after), _unchanged(step))
    if step.edge and step.edge.order != OrderEffect.NONE:
        _put_order(transaction, taken)
    if step.payment.method == "card" and step.payment.state == State.PENDING and not step.payment.asked_at:
        transaction.delete(f"card {after.id}", SealedCard(after.id))
    announcing.put(transaction, taken.told)
    if taken.posting:
        postings.put(transaction, taken.posting)
    return wakeups.plan(transaction, *taken.wakeups, *_order_wakeups(step))


def _actions(before: Payment, after: Payment) -> list[Any]:
    """Returns the updates that turn one state of a record into the other."""
    old, new = before.attribute_values, after.attribute_values
    changed = [name for name in Payment.get_attributes() if old.get(name) != new.get(name)]
    return [
        getattr(Payment, name).remove() if new.get(name) is None else getattr(Payment, name).set(new[name])
        for name in changed
    ]


def _unchanged(step: Step) -> Any:
    """Returns the condition of every step: nobody changed the payment since it was read.

    An answer of the bank counts only for the script with which it was asked: on test stages an act may change it.
    A partly refunded authorisation can be neither captured nor released. So a capture or a release checks the refund's
    attribute, and a refund checks theirs.
    """
    same: Any = (Payment.state == step.payment.state) & announcing.unnumbered(Payment, step.payment)
    same &= unchanged(Payment.script, step.payment.script)
    if step.edge is None:
        return same & unchanged(Payment.deadline_at, step.payment.deadline_at)
    if step.edge.source == State.AUTHORIZED:
        return same & (Payment.amount_refunded == 0)
    return same


def _put_order(transaction: Transaction, taken: Taken) -> None:
    step, after = taken.step, taken.after
    order, effect = Order(after.order_id), step.edge.order if step.edge else OrderEffect.NONE
    actions: list[Any] = [Order.updated_at.set(after.updated_at)]
    condition: Any = Order.live_payment_id == after.id
    if effect in PAYS:
        status, amount = _paid(taken)
        actions += [Order.status.set(status), Order.amount_paid.set(amount)]
        actions += [Order.failures.remove(), Order.failed_at.remove()]
    if effect in {OrderEffect.PAY, OrderEffect.FREE}:
        actions.append(Order.live_payment_id.remove())
    if effect == OrderEffect.FREE:
        actions += [Order.failures.add(1), Order.failed_at.set(step.at)]
    if effect == OrderEffect.CLAIM:
        condition = is_open(step.at) & Order.live_payment_id.does_not_exist()
    if effect == OrderEffect.REOPEN:
        actions += [Order.status.set(OrderStatus.ATTEMPTED), Order.amount_paid.set(0)]
        condition = Order.status == OrderStatus.PAID
    if taken.paid and step.order:
        condition &= announcing.unnumbered(Order, step.order)
        if step.order.first_part_min is not None:
            condition &= _fits(step.order, after)
        if taken.paid.status == OrderStatus.PAID:
            actions += [Order.sequence.set(taken.paid.sequence), Order.event_ids.set(taken.paid.event_ids)]
    transaction.update(f"order of {after.id}", order, actions, condition)


def _paid(taken: Taken) -> tuple[str, int]:
    """Returns the status and the paid amount of the order that the step pays."""
    if taken.paid is None:
        return OrderStatus.PAID, int(taken.after.amount)
    return str(taken.paid.status), int(taken.paid.amount_paid)


def _fits(order: Order, payment: Payment) -> Any:
    """Returns the condition that the order takes this part: nobody has paid another since it was read, and it is due."""
    return (Order.amount_paid == order.amount_paid) & (Order.amount_paid <= order.amount - payment.amount)


def is_open(now: float) -> Any:
    """Returns the condition that an order takes money: it is not paid, cancelled or out of time. now: Unix seconds."""
    in_time = Order.expires_at.does_not_exist() | (Order.expires_at > now)
    return Order.status.is_in(*sorted(OPEN)) & in_time


def _order_wakeups(step: Step) -> list[Job]:
    """Returns the expiry job of a reopened order: the order keeps its original expiry."""
    if step.edge is None or step.edge.order != OrderEffect.REOPEN or not step.order or not step.order.expires_at:
        return []
    return [job_at(PAYMENTS, step.order.id, step.request_id, float(step.order.expires_at))]


def total_changes(taken: Iterable[Taken]) -> list[totals.Change]:
    """Returns what the steps and their postings add to the totals.

    Each payment counts for the day on which it was created, as in the lists' filters `from` and `to`.
    """
    changes = []
    for item in taken:
        payment = item.after
        counters = _counters(item.step.edge, int(payment.amount))
        changes.append(totals.Change(payment.merchant_id, clock.day(payment.created_at), payment.currency, counters))
        changes += announcing.count_changes(item.told.deliveries, payment.currency)
        changes += [booking.change(item.posting)] if item.posting else []
    return changes


def _counters(edge: Edge | None, amount: int) -> dict[str, int]:
    """Returns the counters that an edge raises.

    Counters only grow. A payment that is no longer failed or successful is counted once more, in a counter beside the
    first.
    """
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
