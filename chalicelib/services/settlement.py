"""Brings pending payments to their end: ask the acquirer, commit, send the webhooks, acknowledge."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib import queues, vault
from chalicelib.acquirers import acquirer
from chalicelib.acquirers.base import Approved, Authorisation, Declined, Unknown
from chalicelib.domain import clock
from chalicelib.domain.cards import Card
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.orders import OrderStatus
from chalicelib.domain.payments import SETTLED, PaymentStatus
from chalicelib.domain.webhooks import Event
from chalicelib.persistence import totals
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.transactions import MAX_ACTIONS, Refused, Transaction
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.queues import Job
from chalicelib.services import endpoints, events, jobs, views
from chalicelib.services.events import Happening
from chalicelib.telemetry import count, logger


@dataclass(frozen=True, slots=True)
class Settlement:
    """A pending payment, what the acquirer said of it, and for whose request; the order where an event shows it."""

    payment: Payment
    outcome: Approved | Declined
    request_id: str
    order: Order | None = None


def process(work: Sequence[Job]) -> list[Job]:
    """Returns the jobs that failed and are to be handed out again."""
    payments = jobs.load(Payment, work)
    known = {item.object_id: item for item in work if item.object_id in payments}
    orphans = [item for item in work if item.object_id not in payments]
    asked = {pid: _ask(payments[pid]) for pid in known if payments[pid].status not in SETTLED}
    settlements = [
        Settlement(payments[pid], outcome, known[pid].request_id)
        for pid, outcome in asked.items()
        if not isinstance(outcome, Unknown)
    ]
    receivers = _endpoints_of(settlements)
    done = _settle(_with_orders(settlements, receivers), receivers)
    repeats = {pid for pid in known if pid not in asked}
    done |= {pid: list(payments[pid].delivery_ids or ()) for pid in repeats}
    sent = [event for pid, ids in done.items() for event in events.jobs_of(ids, known[pid].request_id)]
    queues.send(*sent)
    jobs.put_off_or_drop(orphans)
    return [item for pid, item in known.items() if pid not in done]


def _ask(payment: Payment) -> Approved | Declined | Unknown:
    """A card that the key service refuses to open holds up its own payment and no other of the batch."""
    try:
        card = _unsealed(payment)
    except Unavailable:
        logger.exception("could not open a card", payment_id=payment.id)
        return Unknown()
    outcome = acquirer().authorise(Authorisation(payment.id, int(payment.amount), payment.currency, payment.vpa, card))
    if isinstance(outcome, Unknown):
        logger.warning("the acquirer gave no answer", payment_id=payment.id)
        count("AcquirerUnknown")
    return outcome


def _unsealed(payment: Payment) -> Card | None:
    """Raises Unavailable."""
    if not payment.sealed_card:
        return None
    return Card(**json.loads(vault.unseal(payment.sealed_card, payment.id)))


def _endpoints_of(settlements: Sequence[Settlement]) -> dict[str, list[WebhookEndpoint]]:
    merchants = {item.payment.merchant_id for item in settlements}
    return {merchant_id: endpoints.current(merchant_id) for merchant_id in merchants}


def _with_orders(items: Sequence[Settlement], receivers: dict[str, list[WebhookEndpoint]]) -> list[Settlement]:
    """order.paid shows the order; it is read only where somebody wants to know."""
    curious = {merchant for merchant, mine in receivers.items() if any(Event.ORDER_PAID in e.events for e in mine)}
    orders = Order.find_many([item.payment.order_id for item in items if item.payment.merchant_id in curious])
    return [replace(item, order=orders.get(item.payment.order_id)) for item in items]


def _settle(items: Sequence[Settlement], receivers: dict[str, list[WebhookEndpoint]]) -> dict[str, list[str]]:
    """Payment id -> its delivery ids, for each payment that is now settled.

    All in one transaction, which shares the totals' writes; where one refuses, each half is tried on its own, so that
    a payment that another worker was faster with holds up nobody. One that does not fit alone is unavailable.
    """
    if not items:
        return {}
    settled_at = clock.iso(clock.now())
    deliveries = [_apply(item, settled_at, receivers) for item in items]
    transaction = _transaction(items, deliveries)
    if len(transaction) <= MAX_ACTIONS or len(items) == 1:
        try:
            transaction.commit()
        except Refused:
            if len(items) == 1:
                return _settled_by_another(items[0])
        except Unavailable:
            logger.exception("could not settle", payment_ids=[item.payment.id for item in items])
            return {}
        else:
            _report(items)
            return {item.payment.id: [d.id for d in mine] for item, mine in zip(items, deliveries, strict=True)}
    middle = len(items) // 2
    return _settle(items[:middle], receivers) | _settle(items[middle:], receivers)


def _settled_by_another(item: Settlement) -> dict[str, list[str]]:
    stored = Payment.find(item.payment.id)
    if stored is None or stored.status not in SETTLED:
        return {}
    return {stored.id: list(stored.delivery_ids or ())}


def _report(items: Sequence[Settlement]) -> None:
    for item in items:
        payment = item.payment
        logger.info(
            "payment settled", payment_id=payment.id, status=payment.status, error_code=payment.error_code,
            request_id=item.request_id,
        )  # fmt: skip
        count("PaymentsSettled", status=str(payment.status), method=payment.method)


def _apply(item: Settlement, at: str, receivers: dict[str, list[WebhookEndpoint]]) -> list[Delivery]:
    """Gives the payment in memory its final state and returns the deliveries that announce it."""
    payment, outcome = item.payment, item.outcome
    payment.settled_at = payment.updated_at = at
    if isinstance(outcome, Approved):
        payment.status = PaymentStatus.SUCCESS
    else:
        payment.status = PaymentStatus.FAILED
        payment.error_code, payment.error_description = outcome.code, outcome.description
    deliveries = events.deliveries_of(_happenings(item), receivers[payment.merchant_id])
    payment.delivery_ids = [d.id for d in deliveries]
    return deliveries


def _happenings(item: Settlement) -> list[Happening]:
    payment = item.payment
    data = {"payment": views.payment(payment)}
    if payment.status == PaymentStatus.FAILED:
        return [Happening(Event.PAYMENT_FAILED, payment.merchant_id, payment.id, data, item.request_id)]
    happened = [Happening(Event.PAYMENT_SUCCESS, payment.merchant_id, payment.id, data, item.request_id)]
    if item.order:
        item.order.status, item.order.amount_paid = OrderStatus.PAID, payment.amount
        item.order.updated_at = payment.updated_at
        data = {**data, "order": views.order(item.order)}
        happened.append(Happening(Event.ORDER_PAID, payment.merchant_id, item.order.id, data, item.request_id))
    return happened


def _transaction(items: Sequence[Settlement], deliveries: Sequence[list[Delivery]]) -> Transaction:
    transaction = Transaction()
    for item, mine in zip(items, deliveries, strict=True):
        _finish_payment(transaction, item.payment)
        _release_order(transaction, item.payment)
        events.put(transaction, mine)
    changes = [_tally(item.payment) for item in items]
    changes += [
        c for item, mine in zip(items, deliveries, strict=True) for c in events.tally(mine, item.payment.currency)
    ]
    totals.add(transaction, changes, shard_by=items[0].payment.id)
    return transaction


def _finish_payment(transaction: Transaction, payment: Payment) -> None:
    actions = [
        Payment.status.set(payment.status),
        Payment.settled_at.set(payment.settled_at),
        Payment.updated_at.set(payment.updated_at),
        Payment.delivery_ids.set(payment.delivery_ids),
        Payment.sealed_card.remove(),
    ]
    if payment.error_code:
        actions += [
            Payment.error_code.set(payment.error_code),
            Payment.error_description.set(payment.error_description),
        ]
    transaction.update(f"payment {payment.id}", payment, actions, Payment.status == PaymentStatus.PENDING)


def _release_order(transaction: Transaction, payment: Payment) -> None:
    """Paid, or free for another try."""
    actions = [Order.live_payment_id.remove(), Order.updated_at.set(payment.updated_at)]
    if payment.status == PaymentStatus.SUCCESS:
        actions += [Order.status.set(OrderStatus.PAID), Order.amount_paid.set(payment.amount)]
    order = Order(payment.order_id)
    transaction.update(f"order {order.id}", order, actions, Order.live_payment_id == payment.id)


def _tally(payment: Payment) -> totals.Change:
    """Counted for the day on which the payment was made, as the lists' from and to see it."""
    if payment.status == PaymentStatus.SUCCESS:
        counters = {"succeeded": 1, "succeeded_amount": int(payment.amount)}
    else:
        counters = {"failed": 1}
    return totals.Change(payment.merchant_id, clock.day(payment.created_at), payment.currency, counters)
