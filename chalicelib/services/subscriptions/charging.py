"""Drives a subscription through its cycles: charges it at its deadlines, and reacts to the charges' payments."""

from dataclasses import dataclass, field
from typing import Any

from chalicelib import queues
from chalicelib.domain import clock, cycles
from chalicelib.domain.cycles import Period
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.orders import OPEN, OrderStatus
from chalicelib.domain.payments import State
from chalicelib.domain.subscriptions import CHARGED, ENDED, MOST_FAILURES, RETRY_SECONDS, Status
from chalicelib.domain.webhooks import SurfaceEvent
from chalicelib.methods.upi import PayByUpi
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.subscriptions import Subscription
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.queues import PAYMENTS, Job, job
from chalicelib.services import jobs, orders, plans, subscriptions
from chalicelib.services.payments import accept, records
from chalicelib.services.subscriptions import steps
from chalicelib.services.waits import wakeups

# Whom the charges ask where the first payment named no VPA, as with a card or a scanned code.
USUAL_VPA = "success@razorpay"


@dataclass
class Outcome:
    """What a step changes, and the events that it brings."""

    changes: dict[str, Any] = field(default_factory=dict)
    events: list[SurfaceEvent] = field(default_factory=list)


def look(work: Job) -> bool:
    """Does what is due at the subscription's deadline. Returns False if SQS has to hand the job out again."""
    found = Subscription.find(work.object_id)
    if found is None:
        jobs.put_off_or_drop([work])
        return True
    if work.receives > 1 or found.deadline_at is None:
        steps.repeat_deliveries(found, work.request_id)
    if found.deadline_at is None:
        queues.send(*_wake_order(found, work.request_id))
        return True
    if (early := float(found.deadline_at) - clock.now()) > 0:
        wakeups.send(queues.postponed(work, early))
        return True
    if found.status == Status.CREATED:
        return _expire(found, work)
    if found.cancels_at_end and not found.order_id:
        after = steps.copy(found, **ended(Status.CANCELLED))
        return steps.take(after, [SurfaceEvent.SUB_CANCELLED], work.request_id)
    return _charge(found, work.request_id)


def _wake_order(found: Subscription, request_id: str) -> list[Job]:
    """Returns the job that cancels the unpaid order of a subscription that has ended."""
    return [job(PAYMENTS, found.order_id, request_id)] if found.status in ENDED and found.order_id else []


def _expire(found: Subscription, work: Job) -> bool:
    """Ends a subscription that nobody has paid. A payment under way may still pay it, so the end waits for that one.

    The condition on the order is the rule.
    """
    order, transaction = orders.find(found.first_order_id), Transaction()
    if order.live_payment_id or order.status == OrderStatus.PAID:
        wakeups.send(queues.postponed(work, orders.LIVE_WAIT))
        return True
    unpaid = Order.live_payment_id.does_not_exist() & (Order.status == order.status)
    transaction.update("order", order, [Order.updated_at.set(clock.iso(clock.now()))], unpaid)
    after = steps.copy(found, **ended(Status.EXPIRED))
    if not steps.take(after, [], work.request_id, transaction=transaction):
        return False
    queues.send(*_wake_order(after, work.request_id))
    return True


def ended(status: Status) -> dict[str, Any]:
    """Returns what an end changes."""
    none = dict.fromkeys(("deadline_at", "charge_at", "scheduled", "cancels_at_end"))
    return {**none, "status": status, "ended_at": int(clock.now())}


def _charge(found: Subscription, request_id: str) -> bool:
    """Makes the charge's order, and then in one transaction its payment and the deadline after it.

    The version in that transaction is the rule: nobody is charged whose subscription was paused or cancelled meanwhile.
    The jobs are sent before the commit, because the payment's first job has no row that would make up for it.
    """
    order = Order.find(found.order_id) if found.order_id else None
    if order is None or order.status == OrderStatus.CANCELLED:
        return _make_order(found, request_id) and look(job(PAYMENTS, found.id, request_id))
    transaction, work = Transaction(), [job(PAYMENTS, order.id, request_id)]
    if order.status in OPEN and not order.live_payment_id and order.attempts == found.tried:
        asked = PayByUpi(order_id=order.id, vpa=found.payer_vpa or USUAL_VPA)
        transaction, work = accept.plan(order, asked, request_id)
    after = steps.copy(found, deadline_at=clock.now() + RETRY_SECONDS)
    queues.send(*work, *steps.write(transaction, after, [], request_id))
    try:
        transaction.commit()
    except Refused:
        return False
    return True


def _make_order(found: Subscription, request_id: str) -> bool:
    """Begins a cycle: applies what was scheduled for it, and makes the order of its charge."""
    change: dict[str, Any] = found.scheduled or {}
    after = steps.copy(found, **change, scheduled=None, tried=0, failures=0)
    plan = plans.find(after.merchant_id, after.plan_id)
    made = orders.plan(
        after.merchant_id, subscriptions.terms_of(after, plan, subscriptions.amount_of(after, plan)), request_id
    )
    made.order.owner_id, after.order_id = after.id, made.order.id
    told = [SurfaceEvent.SUB_UPDATED] if change else []
    return steps.take(after, told, request_id, transaction=made.transaction)


def settle(order: Order, work: Job) -> bool:
    """Reacts to the end of a payment of the subscription. Returns False if SQS has to hand the job out again."""
    if work.receives > 1:
        steps.repeat_deliveries(subscriptions.find(order.merchant_id, order.owner_id), work.request_id)
    for _ in range(steps.MOST_TRIES):
        found = subscriptions.find(order.merchant_id, order.owner_id)
        paying = [each for each in records.of_orders([order])[order.id] if each.state == State.CAPTURED]
        if paying and not order.counted_at:
            done = _count(found, order, paying[0], work.request_id)
        elif _has_failed(found, order):
            outcome = _failed(found, order)
            done = steps.take(steps.copy(found, **outcome.changes), outcome.events, work.request_id)
        elif found.status in ENDED and not orders.obstacle(order):
            done = _cancel(order, work.request_id)
        else:
            steps.repeat(found, work.request_id)
            return True
        if done:
            return True
        order = orders.find(order.id)
    return False


def _cancel(order: Order, request_id: str) -> bool:
    """Cancels the order of a subscription that has ended, so that nobody pays it any more. Returns False if somebody has."""
    try:
        orders.cancel(order.merchant_id, order.id, None, request_id)
    except BadRequest:
        return False
    return True


def _has_failed(found: Subscription, order: Order) -> bool:
    """Tells whether a payment of the open charge failed since failures were counted."""
    fresh = order.id == found.order_id and order.attempts > found.tried
    return fresh and order.status in OPEN and not order.live_payment_id and found.status not in ENDED


def _failed(found: Subscription, order: Order) -> Outcome:
    """Counts a failed charge: the next try is a day later, and after MOST_FAILURES there is none."""
    if found.status == Status.CREATED:
        return Outcome({"auth_attempts": order.attempts, "tried": order.attempts})
    failures = int(found.failures) + 1
    outcome = Outcome({"tried": order.attempts, "failures": failures})
    if found.status not in CHARGED:
        return outcome
    if failures >= MOST_FAILURES:
        outcome.changes |= {"status": Status.HALTED, "deadline_at": None}
        outcome.events.append(SurfaceEvent.SUB_HALTED)
        return outcome
    outcome.changes |= {"status": Status.PENDING, "deadline_at": clock.now() + RETRY_SECONDS}
    if found.status != Status.PENDING:
        outcome.events.append(SurfaceEvent.SUB_PENDING)
    return outcome


def _count(found: Subscription, order: Order, payment: Payment, request_id: str) -> bool:
    """Counts a paid charge, once. Returns False if another step came first."""
    outcome = _authenticated(found, order, payment) if order.id == found.first_order_id else _billed(found)
    transaction = Transaction()
    counted = [Order.counted_at.set(clock.iso(clock.now()))]
    transaction.update("order", order, counted, Order.counted_at.does_not_exist())
    after = steps.copy(found, **outcome.changes)
    return steps.take(after, outcome.events, request_id, paid=(payment, order), transaction=transaction)


def _authenticated(found: Subscription, order: Order, payment: Payment) -> Outcome:
    """Returns the first payment's effect: the payer is known, and a subscription without a start begins."""
    outcome = _billed(found) if found.start_at is None else Outcome(_waiting(found))
    outcome.changes |= {"payer_vpa": payment.instrument.get("vpa"), "auth_attempts": order.attempts}
    outcome.events.insert(0, SurfaceEvent.SUB_AUTHENTICATED)
    return outcome


def _waiting(found: Subscription) -> dict[str, Any]:
    paid = {"order_id": None, "tried": 0, "addons": None}
    begins = {} if found.status in ENDED else {"status": Status.AUTHENTICATED, "deadline_at": found.start_at}
    return paid | begins


def _billed(found: Subscription) -> Outcome:
    """Returns the effect of a paid cycle: the next one is awaited, or the subscription is complete."""
    plan = plans.find(found.merchant_id, found.plan_id)
    period, interval = Period(plan.period), int(plan.interval)
    anchor = int(found.anchor or found.start_at or clock.now())
    cycle, paid = int(found.cycle) + 1, int(found.paid_count) + 1
    starts, ends = (cycles.start_of(anchor, period, interval, number) for number in (cycle - 1, cycle))
    changes = {
        "anchor": anchor,
        "start_at": found.start_at or anchor,
        "end_at": cycles.start_of(anchor, period, interval, cycle + int(found.total_count) - paid),
        "cycle": cycle,
        "paid_count": paid,
        "current_start": starts,
        "current_end": ends,
        **dict.fromkeys(("order_id", "addons")),
        **dict.fromkeys(("tried", "failures"), 0),
    }
    outcome = Outcome(changes, [SurfaceEvent.SUB_CHARGED])
    if found.status in ENDED:
        return outcome
    if found.status not in {Status.ACTIVE, Status.PAUSED}:
        outcome.events.insert(0, SurfaceEvent.SUB_ACTIVATED)
    if paid >= found.total_count:
        outcome.changes |= ended(Status.COMPLETED)
        outcome.events.append(SurfaceEvent.SUB_COMPLETED)
    elif found.status != Status.PAUSED:
        outcome.changes |= {"status": Status.ACTIVE, "charge_at": ends, "deadline_at": ends}
    return outcome
