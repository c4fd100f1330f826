"""Captures or voids an authorised payment at the merchant's request, and ends an unfinished one at its payer's."""

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest, Reason
from chalicelib.domain.payments import Cause, State, edge
from chalicelib.persistence import totals
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.services import idempotency, views
from chalicelib.services.asking import next_wait
from chalicelib.services.events import announcing
from chalicelib.services.idempotency import OK, Answer, IdempotentRequest
from chalicelib.services.jobs import EDGE_SECONDS
from chalicelib.services.payments import records, steps
from chalicelib.services.payments.steps import Step, Taken
from chalicelib.services.webhooks import endpoints

GIVEN_UP = "PAYMENT_CANCELLED"
SENTENCES = {
    Reason.NOT_CAPTURABLE: "Payment not in capturable state",
    Reason.NOT_VOIDABLE: "Payment not in voidable state",
}


def capture(merchant_id: str, payment_id: str, amount: int, once: IdempotentRequest | None, request_id: str) -> Answer:
    """Captures an authorised payment. amount: minor units, equal to the payment's amount. Raises BadRequest."""
    payment = records.find(payment_id, merchant_id)
    if replay := idempotency.recorded(once):
        return replay
    _check_held(payment, Reason.NOT_CAPTURABLE)
    if amount != payment.amount:
        raise BadRequest("Capture amount must equal the payment amount", "amount", Reason.AMOUNT_MISMATCH)
    return _decide(payment, Cause.CAPTURE, once, request_id, Reason.NOT_CAPTURABLE)


def void(merchant_id: str, payment_id: str, once: IdempotentRequest | None, request_id: str) -> Answer:
    """Releases the money of an authorised payment, so that its order can be paid again. Raises BadRequest."""
    payment = records.find(payment_id, merchant_id)
    if replay := idempotency.recorded(once):
        return replay
    _check_held(payment, Reason.NOT_VOIDABLE)
    return _decide(payment, Cause.VOID, once, request_id, Reason.NOT_VOIDABLE)


def give_up(payment_id: str, request_id: str) -> Answer:
    """Ends a payment whose payer wants to pay another way. A payment that awaits no act of its payer stays as it is.

    The payer may still act at the bank, so the worker goes on asking: that success is a late one, which the order
    takes if it is free and gives back otherwise.
    """
    payment = records.find(payment_id)
    if payment.state != State.REQUIRES_ACTION:
        return idempotency.answer(OK, views.public(views.payment(payment)))
    now = clock.now()
    brings = {"error_code": GIVEN_UP, "deadline_at": now + next_wait(0)}
    step = Step(payment, edge(payment.state, Cause.DECLINE), now, request_id, brings)
    try:
        after = _commit(steps.take(step, endpoints.current(payment.merchant_id), steps.terms_for(step)))
    except Refused:  # the bank has answered meanwhile
        after = records.find(payment_id)
    return idempotency.answer(OK, views.public(views.payment(after)))


def _commit(taken: Taken) -> Payment:
    transaction, step = Transaction(), taken.step
    waits = steps.put(transaction, taken)
    totals.add(transaction, steps.total_changes([taken]), shard_by=taken.after.id)
    queues.send(*waits, *announcing.jobs_of(taken.told.delivery_ids, step.request_id, taken.after.merchant_id))
    transaction.commit()
    return taken.after


def _check_held(payment: Payment, refusal: Reason) -> None:
    if payment.state != State.AUTHORIZED or payment.amount_refunded:
        raise BadRequest(SENTENCES[refusal], reason=refusal)


def _decide(payment: Payment, cause: Cause, once: IdempotentRequest | None, request_id: str, refusal: Reason) -> Answer:
    """Commits the step. The worker passes the decision on to the bank.

    The worker's job is sent before the commit. Its delay outlasts this request in any case.
    """
    now = clock.now()
    brings = {"instruction": cause, "deadline_at": now + EDGE_SECONDS}
    order = Order.find(payment.order_id)
    step = Step(payment, edge(payment.state, cause), now, request_id, brings, order)
    taken = steps.take(step, endpoints.current(payment.merchant_id), steps.terms_for(step))
    transaction = Transaction()
    waits = steps.put(transaction, taken)
    totals.add(transaction, steps.total_changes([taken]), shard_by=payment.id)
    queues.send(*waits, *announcing.jobs_of(taken.told.delivery_ids, request_id, payment.merchant_id))
    try:
        return idempotency.commit(transaction, once, idempotency.answer(OK, views.payment(taken.after)))
    except Refused:
        raise BadRequest(SENTENCES[refusal], reason=refusal) from None
