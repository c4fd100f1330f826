"""Refunds: accepting one, and the worker that brings it to its end."""

from collections.abc import Sequence

from chalicelib import queues
from chalicelib.acquirers import acquirer
from chalicelib.acquirers.base import Approved, Declined, RefundRequest, Unknown
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest, NotFound, Unavailable
from chalicelib.domain.ids import new_id
from chalicelib.domain.payments import REFUNDABLE
from chalicelib.domain.refunds import LIVE, RefundStatus
from chalicelib.domain.webhooks import Event
from chalicelib.persistence import totals
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.queues import REFUNDS, Job, job
from chalicelib.services import endpoints, events, idempotency, jobs, payments, views
from chalicelib.services.events import Happening
from chalicelib.services.idempotency import CREATED, Answer, Once
from chalicelib.telemetry import count, logger

TOO_MUCH = "Refund amount exceeds available amount"
NOT_REFUNDABLE = "Payment not in refundable state"


def create(  # the request's parts, and whose it is
    merchant_id: str,
    payment_id: str,
    amount: int | None,
    reason: str | None,
    once: Once | None,
    request_id: str,
) -> Answer:
    """amount: minor units; None means all that is left. Raises BadRequest."""
    payment = payments.find(payment_id, merchant_id)
    if replay := idempotency.recorded(once):
        return replay
    refund = _new_refund(payment, _available(payment, amount), reason)
    deliveries = _announce(Event.REFUND_CREATED, refund, request_id)
    refund.delivery_ids = [d.id for d in deliveries]
    delay = acquirer().processing_delay(refund.id)
    queues.send(job(REFUNDS, refund.id, request_id, delay), *events.jobs_of(refund.delivery_ids, request_id))
    transaction = Transaction()
    transaction.put("refund", refund, Refund.id.does_not_exist())
    _reserve(transaction, payment, refund)
    events.put(transaction, deliveries)
    totals.add(transaction, events.tally(deliveries, payment.currency), shard_by=refund.id)
    try:
        return idempotency.commit(transaction, once, idempotency.answer(CREATED, views.new_refund(refund)))
    except Refused:
        _available(payments.find(payment_id, merchant_id), amount)
        if amount is None:  # another refund took a part meanwhile: what is left is less, and that is what was asked for
            return create(merchant_id, payment_id, None, reason, once, request_id)
        raise BadRequest(TOO_MUCH, field="amount") from None


def _available(payment: Payment, amount: int | None) -> int:
    """The amount to refund. Raises BadRequest if the payment cannot give it."""
    if payment.status != REFUNDABLE:
        raise BadRequest(NOT_REFUNDABLE)
    left = int(payment.amount - payment.amount_refunded)
    wanted = left if amount is None else amount
    if not 0 < wanted <= left:
        raise BadRequest(TOO_MUCH, field="amount")
    return wanted


def _new_refund(payment: Payment, amount: int, reason: str | None) -> Refund:
    now = clock.iso(clock.now())
    return Refund(
        new_id("rfnd"),
        payment_id=payment.id,
        merchant_id=payment.merchant_id,
        amount=amount,
        reason=reason,
        status=RefundStatus.PENDING,
        created_at=now,
        updated_at=now,
    )


def _reserve(transaction: Transaction, payment: Payment, refund: Refund) -> None:
    """Refunds never exceed the payment, however many ask at once: the rule is this condition."""
    actions = [Payment.amount_refunded.add(refund.amount), Payment.updated_at.set(refund.created_at)]
    enough = Payment.amount_refunded <= payment.amount - refund.amount
    transaction.update("payment", payment, actions, (Payment.status == REFUNDABLE) & enough)


def _announce(event: Event, refund: Refund, request_id: str) -> list[Delivery]:
    happening = Happening(event, refund.merchant_id, refund.id, {"refund": views.refund(refund)}, request_id)
    return events.deliveries_of([happening], endpoints.current(refund.merchant_id))


def find(refund_id: str, merchant_id: str) -> Refund:
    refund = Refund.find(refund_id)
    if refund is None or refund.merchant_id != merchant_id:
        raise NotFound("Refund")
    return refund


def process(work: Sequence[Job]) -> list[Job]:
    """Returns the jobs that failed and are to be handed out again."""
    refunds = jobs.load(Refund, work)
    jobs.put_off_or_drop([item for item in work if item.object_id not in refunds])
    known = {item.object_id: item for item in work if item.object_id in refunds}
    done = [rid for rid, item in known.items() if _finish(refunds[rid], item.request_id)]
    sent = [event for rid in done for event in events.jobs_of(refunds[rid].delivery_ids or (), known[rid].request_id)]
    queues.send(*sent)
    return [item for rid, item in known.items() if rid not in done]


def _finish(refund: Refund, request_id: str) -> bool:
    """Whether the refund is at its end."""
    try:
        return refund.status not in LIVE or _settle(refund, request_id)
    except Unavailable:
        logger.exception("could not finish a refund", refund_id=refund.id)
        return False


def _settle(refund: Refund, request_id: str) -> bool:
    """Commits what the acquirer says; False if it said nothing. Afterwards `refund` is as stored."""
    payment = payments.find(refund.payment_id)
    outcome = acquirer().refund(RefundRequest(refund.id, payment.id, int(refund.amount), payment.currency))
    if isinstance(outcome, Unknown):
        count("AcquirerUnknown")
        return False
    transaction = Transaction()
    _conclude(refund, outcome)
    deliveries = _announce(Event.REFUND_PROCESSED, refund, request_id) if isinstance(outcome, Approved) else []
    refund.delivery_ids = [*(refund.delivery_ids or ()), *(d.id for d in deliveries)]
    _write_end(transaction, refund)
    changes = [_tally(refund, payment.currency), *events.tally(deliveries, payment.currency)]
    totals.add(transaction, changes, shard_by=refund.id)
    events.put(transaction, deliveries)
    try:
        transaction.commit()
    except Refused:
        stored = find(refund.id, refund.merchant_id)
        refund.status, refund.delivery_ids = stored.status, stored.delivery_ids
        return refund.status not in LIVE
    logger.info("refund finished", refund_id=refund.id, status=refund.status, request_id=request_id)
    count("RefundsFinished", status=str(refund.status))
    return True


def _conclude(refund: Refund, outcome: Approved | Declined) -> None:
    refund.updated_at = clock.iso(clock.now())
    if isinstance(outcome, Approved):
        refund.status, refund.processed_at = RefundStatus.PROCESSED, refund.updated_at
    else:
        refund.status = RefundStatus.FAILED
        refund.error_code, refund.error_description = outcome.code, outcome.description


def _write_end(transaction: Transaction, refund: Refund) -> None:
    """A refused refund frees its amount in the same transaction."""
    transaction.put("refund", refund, Refund.status == RefundStatus.PENDING)
    if refund.status == RefundStatus.FAILED:
        freed = [Payment.amount_refunded.add(-refund.amount), Payment.updated_at.set(refund.updated_at)]
        transaction.update("payment", Payment(refund.payment_id), freed, Payment.amount_refunded >= refund.amount)


def _tally(refund: Refund, currency: str) -> totals.Change:
    processed = refund.status == RefundStatus.PROCESSED
    counters = {"refunds": 1, "refunded_amount": int(refund.amount) if processed else 0}
    return totals.Change(refund.merchant_id, clock.day(refund.created_at), currency, counters)
