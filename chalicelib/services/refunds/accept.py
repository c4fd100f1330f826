"""Accepts a refund: reserves its amount on the payment. processing.py finishes the refund afterwards."""

from chalicelib import queues
from chalicelib.acquirers import acquirer
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest, Reason
from chalicelib.domain.ids import new_id
from chalicelib.domain.payments import REFUNDABLE
from chalicelib.domain.refunds import LOOK_SECONDS, RefundStatus
from chalicelib.domain.webhooks import Event
from chalicelib.persistence import totals
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.queues import REFUNDS, job, job_at
from chalicelib.services import idempotency, views
from chalicelib.services.events import announcing
from chalicelib.services.idempotency import CREATED, Answer, IdempotentRequest
from chalicelib.services.payments import records
from chalicelib.services.refunds.announcing import announce
from chalicelib.services.waits import wakeups

TOO_MUCH = "Refund amount exceeds available amount"
NOT_REFUNDABLE = "Payment not in refundable state"
# The most tries to refund "all that is left", while other refunds take parts of it.
MOST_TRIES = 5


def create(  # the request's parts, and whose it is
    merchant_id: str,
    payment_id: str,
    amount: int | None,
    reason: str | None,
    once: IdempotentRequest | None,
    request_id: str,
) -> Answer:
    """Accepts a refund. amount: minor units; None means all that is left. Raises BadRequest."""
    for _ in range(MOST_TRIES):
        payment = records.find(payment_id, merchant_id)
        if replay := idempotency.recorded(once):
            return replay
        wanted = _available(payment, amount)
        try:
            return _commit(payment, _new_refund(payment, wanted, reason), once, request_id)
        except Refused:
            if amount is not None:
                break
    _available(records.find(payment_id, merchant_id), amount)
    raise _too_much()


def _too_much() -> BadRequest:
    return BadRequest(TOO_MUCH, "amount", Reason.REFUND_EXCEEDS_AVAILABLE)


def _commit(payment: Payment, refund: Refund, once: IdempotentRequest | None, request_id: str) -> Answer:
    """Commits the refund. Raises Refused if the payment can no longer give the amount."""
    told = announce(Event.REFUND_CREATED, refund, _reserved(payment, refund), request_id)
    transaction = Transaction()
    transaction.put("refund", refund, Refund.id.does_not_exist())
    _reserve(transaction, payment, refund)
    announcing.put(transaction, told)
    totals.add(transaction, announcing.count_changes(told.deliveries, payment.currency), shard_by=refund.id)
    first = job(REFUNDS, refund.id, request_id, acquirer().processing_delay(refund.id))
    waits = wakeups.plan(transaction, first, job_at(REFUNDS, refund.id, request_id, float(refund.deadline_at)))
    queues.send(*waits, *announcing.jobs_of(refund.delivery_ids, request_id, refund.merchant_id))
    return idempotency.commit(transaction, once, idempotency.answer(CREATED, views.new_refund(refund)))


def _available(payment: Payment, amount: int | None) -> int:
    """Returns the amount to refund. Raises BadRequest if the payment cannot give it."""
    if payment.state not in REFUNDABLE:
        raise BadRequest(NOT_REFUNDABLE, reason=Reason.NOT_REFUNDABLE)
    left = int(payment.amount - payment.amount_refunded)
    wanted = left if amount is None else amount
    if not 0 < wanted <= left:
        raise _too_much()
    return wanted


def _new_refund(payment: Payment, amount: int, reason: str | None) -> Refund:
    now = clock.now()
    made = clock.iso(now)
    return Refund(
        new_id("rfnd"),
        payment_id=payment.id,
        merchant_id=payment.merchant_id,
        amount=amount,
        reason=reason,
        status=RefundStatus.PENDING,
        script=payment.script,
        deadline_at=now + LOOK_SECONDS,
        created_at=made,
        updated_at=made,
    )


def _reserved(payment: Payment, refund: Refund) -> Payment:
    """Returns the payment as the refund leaves it."""
    after = Payment(**payment.attribute_values)
    after.amount_refunded, after.updated_at = payment.amount_refunded + refund.amount, refund.created_at
    return after


def _reserve(transaction: Transaction, payment: Payment, refund: Refund) -> None:
    """Reserves the amount.

    The condition is the rule that refunds never exceed the payment, however many requests race.
    """
    actions = [Payment.amount_refunded.add(refund.amount), Payment.updated_at.set(refund.created_at)]
    enough = Payment.amount_refunded <= payment.amount - refund.amount
    transaction.update("payment", payment, actions, Payment.state.is_in(*sorted(REFUNDABLE)) & enough)
