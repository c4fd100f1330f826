"""Accepts a payment for an order. settlement.py settles the payment afterwards."""

from dataclasses import dataclass, replace
from typing import Any

from chalicelib import methods, queues
from chalicelib.acquirers import acquirer
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest, Reason
from chalicelib.domain.ids import new_id
from chalicelib.domain.money import MIN_AMOUNT
from chalicelib.domain.orders import KEPT_PAYMENT_IDS, OPEN, CaptureMode, OrderStatus, check_part
from chalicelib.domain.payments import CARD_SECONDS, GIVE_UP_SECONDS, State
from chalicelib.methods import Checked, NewPayment
from chalicelib.persistence import totals
from chalicelib.persistence.cards import SealedCard
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.queues import PAYMENTS, Job, job, job_at
from chalicelib.services import idempotency, orders, views
from chalicelib.services.events import announcing, early
from chalicelib.services.events.announcing import Announcement
from chalicelib.services.idempotency import CREATED, Answer, IdempotentRequest
from chalicelib.services.payments import cards, tries
from chalicelib.services.payments.steps import is_open
from chalicelib.services.waits import wakeups
from chalicelib.services.webhooks import endpoints


@dataclass(frozen=True, slots=True)
class Payer:
    """What a payer's page tells about the payer. notes: the payment's own; None: the order's notes are shown.

    amount: minor units, of an order that may be paid in parts; None: all that is due. Other orders ignore it.
    """

    email: str | None = None
    contact: str | None = None
    description: str | None = None
    notes: dict[str, str] | None = None
    amount: int | None = None

    @property
    def details(self) -> dict[str, str] | None:
        """Returns the known details; None if there are none, so that a payment without them costs no more."""
        all_details = {"email": self.email, "contact": self.contact, "description": self.description}
        return {name: value for name, value in all_details.items() if value} or None


NOBODY = Payer()


def create(  # the request's parts, and who asks
    order: Order,
    asked: NewPayment,
    once: IdempotentRequest | None,
    request_id: str,
    *,
    public: bool,
    address: str = "",
    payer: Payer = NOBODY,
) -> Answer:
    """Accepts a payment for an order that the caller may pay. Sends the job before it commits the record.

    Raises BadRequest if the instrument is not valid, or if the order takes no payment now or any more. Looks for a
    replay first, because a card may have expired since the first request.
    public: whether a payer asks, from this address. Such a request can also raise TooManyAttempts.
    """
    if replay := idempotency.recorded(once):
        return replay
    checked = asked.check(clock.now(), order.currency)
    _check_payable(order, public=public)
    counted = tries.counts(checked.card, address) if public else []
    payment = _new_payment(order, checked, payer)
    view = views.new_payment(payment)
    transaction, wakes = _plan(order, payment, checked, request_id)
    tries.put(transaction, counted)
    queues.send(*wakes)
    try:
        return idempotency.commit(
            transaction, once, idempotency.answer(CREATED, views.public(view) if public else view)
        )
    except Refused as refusal:
        _check_payable(orders.find(order.id), public=public)
        tries.explain(refusal, counted)
        raise BadRequest("Order has a payment in progress", "order_id", Reason.PAYMENT_IN_PROGRESS) from None


def plan(order: Order, asked: NewPayment, request_id: str) -> tuple[Transaction, list[Job]]:
    """Plans a payment that no payer's page asks for, for a caller that adds writes of its own.

    Returns the writes, and the jobs to send before they are committed. Raises BadRequest.
    """
    checked = asked.check(clock.now(), order.currency)
    _check_payable(order, public=False)
    return _plan(order, _new_payment(order, checked, NOBODY), checked, request_id)


def _plan(order: Order, payment: Payment, checked: Checked, request_id: str) -> tuple[Transaction, list[Job]]:
    """Returns the writes of a new payment, and the jobs to send before they are committed."""
    card, card_key = cards.seal(checked.card, payment.id) if checked.card else (None, "")
    told = _announce(payment, request_id)
    transaction = Transaction()
    transaction.put("payment", payment, Payment.id.does_not_exist())
    if card:
        transaction.put("card", card, SealedCard.id.does_not_exist())
    _claim_order(transaction, order, payment)
    announcing.put(transaction, told)
    totals.add(transaction, announcing.count_changes(told.deliveries, payment.currency), shard_by=payment.id)
    waits = wakeups.plan(transaction, *_jobs(payment, checked, card_key, request_id))
    return transaction, [*waits, *announcing.jobs_of(told.delivery_ids, request_id, payment.merchant_id)]


def _check_payable(order: Order, *, public: bool) -> None:
    """Raises BadRequest or TooManyAttempts with the reason. The condition in _claim_order is the rule itself."""
    if order.status in OPEN and order.expires_at and order.expires_at <= clock.now():
        raise orders.expired("order_id")
    if refusal := orders.obstacle(order, "order_id"):
        raise refusal
    if public:
        tries.check_pause(order)


def _new_payment(order: Order, checked: Checked, payer: Payer) -> Payment:
    now = clock.now()
    made = clock.iso(now)
    kept = methods.stored(checked.instrument)
    return Payment(
        new_id("pay"),
        order_id=order.id,
        owner_id=order.owner_id,
        merchant_id=order.merchant_id,
        amount=_amount(order, payer),
        currency=order.currency,
        method=kept["method"],
        instrument=kept,
        auto_capture=order.capture == CaptureMode.AUTOMATIC or None,
        capture_within=order.capture_within,
        script=orders.script_of(order),
        state=State.PENDING,
        deadline_at=now + (CARD_SECONDS if checked.card else GIVE_UP_SECONDS),
        amount_refunded=0,
        payer=payer.details,
        notes=payer.notes,
        sequence=early.NUMBER,
        created_at=made,
        updated_at=made,
    )


def _amount(order: Order, payer: Payer) -> int:
    """Returns what the payment pays of the order. Raises BadRequest for a part that the order does not take."""
    if order.first_part_min is None:
        return int(order.amount)
    due = int(order.amount - order.amount_paid)
    amount = due if payer.amount is None else payer.amount
    check_part(amount, due, MIN_AMOUNT if order.amount_paid else int(order.first_part_min))
    return amount


def _jobs(payment: Payment, checked: Checked, card_key: str, request_id: str) -> tuple[Job, Job]:
    """Returns two jobs: the one that asks the bank, and the deadline that ends the payment without the first.

    Only the first job carries the card's key.
    """
    delay = acquirer().processing_delay(payment.id, checked.instrument)
    first = replace(job(PAYMENTS, payment.id, request_id, delay), card_key=card_key)
    return first, job_at(PAYMENTS, payment.id, request_id, float(payment.deadline_at))


def _claim_order(transaction: Transaction, order: Order, payment: Payment) -> None:
    """Claims the order for the payment; the condition of this write is the rule.

    An order takes no payment once it is paid, cancelled or out of time, and none if it got another payment since it was
    read without a live one. Only this write makes a payment live, and it counts each one in `attempts`. So an order has
    at most one live payment, and the pause and the kept payment ids belong to the record as it is. A late success may pay
    a part without being counted, so an order with parts must also have the amount that was read.
    """
    actions = [
        Order.status.set(OrderStatus.ATTEMPTED),
        Order.attempts.add(1),
        Order.payment_ids.set([*order.payment_ids, payment.id][-KEPT_PAYMENT_IDS:]),
        Order.live_payment_id.set(payment.id),
        Order.updated_at.set(payment.created_at),
    ]
    unchanged: Any = Order.attempts == order.attempts
    if order.first_part_min is not None:
        unchanged &= Order.amount_paid == order.amount_paid
    transaction.update("order", order, actions, is_open(clock.seconds(payment.created_at)) & unchanged)


def _announce(payment: Payment, request_id: str) -> Announcement:
    """Returns the payment's first two events, which its record holds, with their deliveries."""
    happened = early.events_of(payment)
    wanted = endpoints.recent(payment.merchant_id)
    return Announcement(happened, announcing.deliveries_for(happened, wanted, request_id))
