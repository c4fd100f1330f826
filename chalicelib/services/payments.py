"""Payments: accepting one, showing it, capturing it. services/settlement.py brings it to its end."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from chalicelib import queues, vault
from chalicelib.acquirers import acquirer
from chalicelib.domain import clock
from chalicelib.domain.cards import Card
from chalicelib.domain.errors import BadRequest, NotFound
from chalicelib.domain.ids import new_id
from chalicelib.domain.orders import MAX_ATTEMPTS, PAYABLE, OrderStatus
from chalicelib.domain.payments import CAPTURABLE, Method, PaymentStatus
from chalicelib.domain.webhooks import Event
from chalicelib.persistence import totals
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.queues import PAYMENTS, job
from chalicelib.services import endpoints, events, idempotency, orders, views
from chalicelib.services.events import Happening
from chalicelib.services.idempotency import CREATED, OK, Answer, Once

NOT_CAPTURABLE = "Payment not in capturable state"


@dataclass(frozen=True, slots=True)
class Instrument:
    """What pays: exactly one of vpa and card, checked."""

    vpa: str | None = None
    card: Card | None = None


def create(order: Order, instrument: Instrument, once: Once | None, request_id: str, *, public: bool) -> Answer:
    """Accepts a payment for an order that the caller may pay. The job is sent before the record is committed.

    Raises BadRequest if the order is paid or has a payment under way.
    """
    if replay := idempotency.recorded(once):
        return replay
    _check_payable(order)
    payment = _new_payment(order, instrument)
    view = views.new_payment(payment)
    deliveries = _early_deliveries(payment, request_id)
    delay = acquirer().processing_delay(payment.id)
    queues.send(job(PAYMENTS, payment.id, request_id, delay), *events.jobs_of([d.id for d in deliveries], request_id))
    transaction = Transaction()
    transaction.put("payment", payment, Payment.id.does_not_exist())
    _claim_order(transaction, order, payment)
    events.put(transaction, deliveries)
    totals.add(transaction, events.tally(deliveries, payment.currency), shard_by=payment.id)
    first = idempotency.answer(CREATED, views.public(view) if public else view)
    try:
        return idempotency.commit(transaction, once, first)
    except Refused:
        _check_payable(orders.find(order.id))
        raise BadRequest("Order has a payment in progress", field="order_id") from None


def _check_payable(order: Order) -> None:
    if order.status == OrderStatus.PAID:
        raise BadRequest("Order is already paid", field="order_id")
    if order.live_payment_id:
        raise BadRequest("Order has a payment in progress", field="order_id")
    if order.attempts >= MAX_ATTEMPTS:
        raise BadRequest("Order has too many failed payments", field="order_id")


def _new_payment(order: Order, instrument: Instrument) -> Payment:
    payment_id, now, card = new_id("pay"), clock.iso(clock.now()), instrument.card
    return Payment(
        payment_id,
        order_id=order.id,
        merchant_id=order.merchant_id,
        amount=order.amount,
        currency=order.currency,
        method=Method.CARD if card else Method.UPI,
        vpa=instrument.vpa,
        card_network=card and card.network,
        card_last4=card and card.last4,
        sealed_card=vault.seal(json.dumps(asdict(card)).encode(), payment_id) if card else None,
        status=PaymentStatus.PENDING,
        captured=False,
        amount_refunded=0,
        created_at=now,
        updated_at=now,
    )


def _claim_order(transaction: Transaction, order: Order, payment: Payment) -> None:
    """One live payment an order, and none once it is paid: the rule is this condition."""
    actions = [
        Order.status.set(OrderStatus.ATTEMPTED),
        Order.attempts.add(1),
        Order.payment_ids.set(Order.payment_ids.append([payment.id])),
        Order.live_payment_id.set(payment.id),
        Order.updated_at.set(payment.created_at),
    ]
    unpaid = Order.status.is_in(*sorted(PAYABLE))
    free = Order.live_payment_id.does_not_exist() & (Order.attempts < MAX_ATTEMPTS)
    transaction.update("order", order, actions, unpaid & free)


def _early_deliveries(payment: Payment, request_id: str) -> list[Any]:
    wanted = endpoints.recent(payment.merchant_id)
    data = {"payment": views.payment(payment)}
    happened = (Event.PAYMENT_CREATED, Event.PAYMENT_PENDING)
    return events.deliveries_of(
        (Happening(event, payment.merchant_id, payment.id, data, request_id) for event in happened), wanted
    )


def find(payment_id: str, merchant_id: str | None = None) -> Payment:
    """merchant_id None: any merchant's. Raises NotFound."""
    payment = Payment.find(payment_id)
    if payment is None or merchant_id not in {None, payment.merchant_id}:
        raise NotFound("Payment")
    return payment


def capture(merchant_id: str, payment_id: str, amount: int, once: Once | None, request_id: str) -> Answer:
    """Amount must be the payment's, in minor units. Raises BadRequest."""
    payment = find(payment_id, merchant_id)
    if replay := idempotency.recorded(once):
        return replay
    if payment.status != CAPTURABLE or payment.captured:
        raise BadRequest(NOT_CAPTURABLE)
    if amount != payment.amount:
        raise BadRequest("Capture amount must equal the payment amount", field="amount")
    payment.captured, payment.captured_at = True, clock.iso(clock.now())
    payment.updated_at = payment.captured_at
    view = views.payment(payment)
    happening = Happening(Event.PAYMENT_CAPTURED, merchant_id, payment.id, {"payment": view}, request_id)
    deliveries = events.deliveries_of([happening], endpoints.current(merchant_id))
    queues.send(*events.jobs_of([d.id for d in deliveries], request_id))
    transaction = Transaction()
    _mark_captured(transaction, payment)
    events.put(transaction, deliveries)
    totals.add(transaction, events.tally(deliveries, payment.currency), shard_by=payment.id)
    try:
        return idempotency.commit(transaction, once, idempotency.answer(OK, view))
    except Refused:
        raise BadRequest(NOT_CAPTURABLE) from None


def _mark_captured(transaction: Transaction, payment: Payment) -> None:
    actions = [
        Payment.captured.set(True),
        Payment.captured_at.set(payment.captured_at),
        Payment.updated_at.set(payment.updated_at),
    ]
    transaction.update("payment", payment, actions, (Payment.status == CAPTURABLE) & (Payment.captured == False))  # noqa: E712  # an expression
