"""Makes, reads, cancels and expires orders: an amount that a merchant wants to be paid until a time."""

from dataclasses import dataclass
from typing import Any

from chalicelib import queues
from chalicelib.config import settings
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest, Reason
from chalicelib.domain.ids import new_id
from chalicelib.domain.money import MIN_AMOUNT
from chalicelib.domain.orders import OPEN, CaptureMode, OrderStatus, check_expires_at
from chalicelib.domain.webhooks import Event
from chalicelib.persistence import totals
from chalicelib.persistence.orders import Order, receipt_key
from chalicelib.persistence.ownership import existing, owned
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.queues import PAYMENTS, Job, job_at
from chalicelib.services import idempotency, jobs, views
from chalicelib.services.events import announcing, linked
from chalicelib.services.events.announcing import Announcement, NewEvent, NewEvents
from chalicelib.services.idempotency import CREATED, OK, Answer, IdempotentRequest
from chalicelib.services.waits import wakeups
from chalicelib.services.webhooks import endpoints
from chalicelib.telemetry import logger

PREFIX = "order"
# The note that tells the simulated bank what to do with the order's payments.
SCRIPT = "simulate"
# Seconds for which a deadline waits while a payment is under way.
LIVE_WAIT = 300


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of an order. amount: minor units; capture_within: seconds; expires_at: Unix seconds.

    first_part_min: see persistence.orders.Order.
    """

    amount: int
    currency: str
    receipt: str | None
    notes: dict[str, str]
    capture: CaptureMode
    capture_within: int | None
    expires_at: float | None
    return_url: str | None
    description: str | None
    customer: dict[str, Any] | None
    first_part_min: int | None = None


def create(merchant_id: str, terms: Terms, once: IdempotentRequest | None, request_id: str) -> Answer:
    """Makes an order: one write without a deadline, else a transaction with the deadline's row. Raises BadRequest."""
    if replay := idempotency.recorded(once):
        return replay
    made = plan(merchant_id, terms, request_id)
    queues.send(*made.jobs)
    return idempotency.commit(made.transaction, once, idempotency.answer(CREATED, views.order(made.order)))


@dataclass(frozen=True, slots=True)
class Plan:
    """An order that is not saved yet. jobs: to send before the transaction is committed."""

    order: Order
    transaction: Transaction
    jobs: list[Job]


def plan(merchant_id: str, terms: Terms, request_id: str) -> Plan:
    """Plans an order, for a caller that adds writes of its own. Raises BadRequest."""
    now = clock.now()
    if terms.expires_at is not None:
        check_expires_at(terms.expires_at, now)
    _check_script(terms.notes)
    _check_parts(terms)
    order, transaction = _new_order(merchant_id, terms, clock.iso(now)), Transaction()
    transaction.put("order", order)
    jobs_to_send: list[Job] = []
    if terms.expires_at is not None:
        jobs_to_send = wakeups.plan(transaction, job_at(PAYMENTS, order.id, request_id, terms.expires_at))
    return Plan(order, transaction, jobs_to_send)


def _new_order(merchant_id: str, terms: Terms, now: str) -> Order:
    return Order(
        new_id(PREFIX),
        merchant_id=merchant_id,
        amount=terms.amount,
        currency=terms.currency,
        receipt=terms.receipt,
        receipt_key=receipt_key(merchant_id, terms.receipt) if terms.receipt else None,
        notes=terms.notes,
        status=OrderStatus.CREATED,
        amount_paid=0,
        first_part_min=terms.first_part_min,
        attempts=0,
        payment_ids=[],
        capture=None if terms.capture == CaptureMode.MANUAL else terms.capture,
        capture_within=terms.capture_within,
        expires_at=terms.expires_at,
        return_url=terms.return_url,
        description=terms.description,
        customer=terms.customer,
        created_at=now,
        updated_at=now,
    )


def _check_parts(terms: Terms) -> None:
    """Raises BadRequest unless parts are captured at once: money that is only held would have to be counted apart."""
    if terms.first_part_min is None:
        return
    if terms.capture != CaptureMode.AUTOMATIC:
        raise BadRequest("An order that is paid in parts is captured automatically.", "capture")
    if not MIN_AMOUNT <= terms.first_part_min <= terms.amount:
        raise BadRequest(f"The first part must be between {MIN_AMOUNT} and the amount.", "first_payment_min_amount")


def _check_script(notes: dict[str, str]) -> None:
    """Raises BadRequest for a script that the simulated bank cannot follow. On other stages the note has no meaning."""
    script = notes.get(SCRIPT)
    if not script or not settings().is_test_stage:
        return
    from chalicelib.acquirers.simulated import scripts  # noqa: PLC0415  # no part of other stages' cold starts

    try:
        scripts.check(script)
    except ValueError as error:
        raise BadRequest(str(error), field=f"notes.{SCRIPT}") from None


def script_of(order: Order) -> str | None:
    """Returns the order's script for the simulated bank; None on other stages. Other banks ignore it."""
    return (order.notes or {}).get(SCRIPT) if settings().is_test_stage else None


def find(order_id: str, merchant_id: str | None = None) -> Order:
    """Reads an order. merchant_id: the owner that the order must have; None accepts any. Raises NotFound."""
    order = existing(Order.find(order_id), "Order")
    return order if merchant_id is None else owned(order, merchant_id, "Order")


def set_notes(merchant_id: str, order_id: str, notes: dict[str, str]) -> Order:
    """Replaces an order's notes. Raises NotFound, and BadRequest for a script that the simulated bank cannot follow."""
    order = find(order_id, merchant_id)
    _check_script(notes)
    order.change([Order.notes.set(notes), Order.updated_at.set(clock.iso(clock.now()))], Order.id.exists())
    return order


def set_expiry(merchant_id: str, order_id: str, moment: float, request_id: str) -> None:
    """Gives an open order another end. moment: Unix seconds. Raises BadRequest.

    A deadline of the old end finds the order too young and puts itself off.
    """
    order = find(order_id, merchant_id)
    now = clock.now()
    check_expires_at(moment, now)
    actions = [Order.expires_at.set(moment), Order.updated_at.set(clock.iso(now))]
    transaction = Transaction()
    transaction.update("order", order, actions, Order.status.is_in(*sorted(OPEN)))
    queues.send(*wakeups.plan(transaction, job_at(PAYMENTS, order.id, request_id, moment)))
    try:
        transaction.commit()
    except Refused:
        raise obstacle(find(order_id)) or expired() from None


def cancel(merchant_id: str, order_id: str, once: IdempotentRequest | None, request_id: str) -> Answer:
    """Cancels an order that is not paid and has no payment under way. Raises BadRequest."""
    order = find(order_id, merchant_id)
    if replay := idempotency.recorded(once):
        return replay
    if refusal := obstacle(order) or _partly_paid(order):
        raise refusal
    before = Order(**order.attribute_values)
    told = _end(order, OrderStatus.CANCELLED, Event.ORDER_CANCELLED, request_id)
    queues.send(*announcing.jobs_of(order.delivery_ids, request_id, order.merchant_id))
    try:
        answer = idempotency.answer(OK, views.order(order))
        return idempotency.commit(_ending(before, order, told), once, answer)
    except Refused:  # the order has changed meanwhile, and the next look at it tells how
        return cancel(merchant_id, order_id, once, request_id)


def obstacle(order: Order, field: str | None = None) -> BadRequest | None:
    """Returns the reason why the order can be neither paid nor ended now, from its record; None if there is none.

    field: the field of the request that names the order.
    """
    if order.status == OrderStatus.PAID:
        return BadRequest("Order is already paid", field, Reason.ORDER_PAID)
    if order.status == OrderStatus.CANCELLED:
        return BadRequest("Order is cancelled", field, Reason.ORDER_CANCELLED)
    if order.status == OrderStatus.EXPIRED:
        return expired(field)
    if order.live_payment_id:
        return BadRequest("Order has a payment in progress", field, Reason.PAYMENT_IN_PROGRESS)
    return None


def _partly_paid(order: Order) -> BadRequest | None:
    return BadRequest("Order is partly paid") if order.amount_paid else None


def expired(field: str | None = None) -> BadRequest:
    """Returns the refusal for an expired order."""
    return BadRequest("Order is expired", field, Reason.ORDER_EXPIRED)


def _end(order: Order, status: OrderStatus, event: Event, request_id: str) -> Announcement:
    """Gives the order in memory its final status and returns the event with its deliveries."""
    order.status, order.updated_at = status, clock.iso(clock.now())
    told = [NewEvent(event, order.id, int(order.sequence or 0) + 1, ("order",))]
    parts = {"order": views.order(order)}
    new = NewEvents(order.merchant_id, order.updated_at, told, parts, linked.facts(order), request_id)
    announcement = announcing.announce(new, endpoints.current(order.merchant_id))
    announcing.number(order, announcement)
    order.delivery_ids = announcement.delivery_ids
    return announcement


def _ending(before: Order, order: Order, told: Announcement) -> Transaction:
    """Returns the transaction that ends the order.

    An order ends only while it is open and has no payment under way, and is cancelled only while nothing is paid: the
    condition is the rule.
    """
    actions = [
        Order.status.set(order.status),
        Order.updated_at.set(order.updated_at),
        Order.delivery_ids.set(order.delivery_ids),
        Order.sequence.set(order.sequence),
        Order.event_ids.set(order.event_ids),
    ]
    transaction = Transaction()
    unpaid: Any = Order.status.is_in(*sorted(OPEN)) & Order.live_payment_id.does_not_exist()
    if order.status == OrderStatus.CANCELLED:
        unpaid &= Order.amount_paid == 0
    transaction.update("order", order, actions, unpaid & announcing.unnumbered(Order, before))
    announcing.put(transaction, told)
    totals.add(transaction, announcing.count_changes(told.deliveries, order.currency), shard_by=order.id)
    return transaction


def expire(work: Job) -> bool:
    """Ends the order whose deadline the job is. Returns False if SQS has to hand the job out again.

    A payment under way may still pay the order, so the deadline waits for the payment's end. An order that has already
    ended needs no deadline. Raises Unavailable.
    """
    return end(Order.find(work.object_id), work)


def end(order: Order | None, work: Job) -> bool:
    """Does what expire() does, for a caller that has read the order."""
    if order is None:
        jobs.put_off_or_drop([work])
    elif order.status == OrderStatus.EXPIRED:  # by this job, or by a job whose worker died before it sent the webhooks
        queues.send(*announcing.jobs_of(order.delivery_ids or (), work.request_id, order.merchant_id))
    elif order.status in OPEN and order.expires_at is not None:
        return _expire(order, work)
    return True


def _expire(order: Order, work: Job) -> bool:
    early = float(order.expires_at or 0) - clock.now()
    if early > 0 or order.live_payment_id:
        wakeups.send(queues.postponed(work, early if early > 0 else LIVE_WAIT))
        return True
    before = Order(**order.attribute_values)
    told = _end(order, OrderStatus.EXPIRED, Event.ORDER_EXPIRED, work.request_id)
    try:
        _ending(before, order, told).commit()
    except Refused:  # a payment was made or the order cancelled meanwhile
        return False
    queues.send(*announcing.jobs_of(order.delivery_ids, work.request_id, order.merchant_id))
    logger.info("order expired", order_id=order.id, request_id=work.request_id)
    return True
