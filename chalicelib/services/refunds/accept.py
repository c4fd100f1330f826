"""Accepts a refund: reserves its amount on the payment. processing.py finishes the refund afterwards."""

import hashlib
from dataclasses import dataclass
from typing import Any

from chalicelib import queues
from chalicelib.acquirers import acquirer
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest, Reason, Unavailable
from chalicelib.domain.fees import Charge, returned
from chalicelib.domain.ids import derived_id, new_id
from chalicelib.domain.ledger import Account, Movement
from chalicelib.domain.payments import REFUNDABLE, State
from chalicelib.domain.refunds import LOOK_SECONDS, RefundStatus
from chalicelib.domain.webhooks import Event
from chalicelib.persistence import balances, totals
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.queues import REFUNDS, job, job_at
from chalicelib.services import idempotency, views
from chalicelib.services.books import booking, terms
from chalicelib.services.events import announcing
from chalicelib.services.idempotency import CREATED, Answer, IdempotentRequest
from chalicelib.services.payments import records
from chalicelib.services.refunds.announcing import announce
from chalicelib.services.waits import wakeups

TOO_MUCH = "Refund amount exceeds available amount"
NOT_REFUNDABLE = "Payment not in refundable state"
PREFIX = "rfnd"
BEYOND_BALANCE = "Refund amount exceeds the merchant's balance"
DUPLICATE = "Duplicate receipt found for this refund request."
# The most tries while other requests change the payment or, where it limits refunds, the balance.
MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class Extras:
    """What a refund may carry beside its amount.

    receipt: unique among the refunds of the payment. speed: as the merchant asked for it.
    captured_only: refuses a refund of money that is held and not yet taken.
    """

    notes: dict[str, str] | None = None
    receipt: str | None = None
    speed: str | None = None
    captured_only: bool = False


NOTHING = Extras()


def create(  # the request's parts, and whose it is
    merchant_id: str,
    payment_id: str,
    amount: int | None,
    reason: str | None,
    once: IdempotentRequest | None,
    request_id: str,
    extras: Extras = NOTHING,
) -> Answer:
    """Accepts a refund. amount: minor units; None means all that is left. Raises BadRequest."""
    for _ in range(MOST_TRIES):
        payment = records.find(payment_id, merchant_id)
        if replay := idempotency.recorded(once):
            return replay
        # No step leads back from captured, so that this check still holds when the refund is committed.
        if extras.captured_only and payment.state != State.CAPTURED:
            raise BadRequest(NOT_REFUNDABLE, reason=Reason.NOT_REFUNDABLE)
        wanted = _available(payment, amount)
        try:
            return _commit(payment, _new_refund(payment, wanted, reason, extras), once, request_id)
        except Refused as refusal:
            if "refund" in refusal.names and extras.receipt:
                raise BadRequest(DUPLICATE, "receipt") from None
    _available(records.find(payment_id, merchant_id), amount)
    raise Unavailable("The same payment is being changed by too many requests at once")


def _too_much() -> BadRequest:
    return BadRequest(TOO_MUCH, "amount", Reason.REFUND_EXCEEDS_AVAILABLE)


def _commit(payment: Payment, refund: Refund, once: IdempotentRequest | None, request_id: str) -> Answer:
    """Commits the refund. Raises Refused if the payment can no longer give the amount."""
    told = announce(Event.REFUND_CREATED, refund, _reserved(payment, refund), request_id)
    transaction = Transaction()
    transaction.put("refund", refund, Refund.id.does_not_exist())
    _reserve(transaction, payment, refund)
    announcing.put(transaction, told)
    _book(transaction, payment, refund, announcing.count_changes(told.deliveries, payment.currency))
    first = job(REFUNDS, refund.id, request_id, acquirer().processing_delay(refund.id))
    waits = wakeups.plan(transaction, first, job_at(REFUNDS, refund.id, request_id, float(refund.deadline_at)))
    queues.send(*waits, *announcing.jobs_of(refund.delivery_ids, request_id, refund.merchant_id))
    return idempotency.commit(transaction, once, idempotency.answer(CREATED, views.new_refund(refund)))


def _book(transaction: Transaction, payment: Payment, refund: Refund, changes: list[totals.Change]) -> None:
    """Adds the totals and the posting. Raises BadRequest if the merchant's balance limits refunds and is too low."""
    posting = booking.of_refund(Movement.REFUND_CREATED, refund, payment)
    if posting is None:
        totals.add(transaction, changes, shard_by=refund.id)
        return
    rows = []
    within = terms.of(refund.merchant_id).refunds_within_balance
    if within:
        rows = [row for row in totals.all_time(refund.merchant_id) if row.currency == payment.currency]
        if -sum(row.balance(Account.MERCHANT_PAYABLE) for row in rows) < posting.on(Account.MERCHANT_PAYABLE):
            raise BadRequest(BEYOND_BALANCE, "amount", Reason.REFUND_EXCEEDS_BALANCE)
    totals.add(transaction, [*changes, booking.post(transaction, posting)], shard_by=refund.id)
    if within:
        balances.hold(transaction, refund.merchant_id, payment.currency, rows)


def _available(payment: Payment, amount: int | None) -> int:
    """Returns the amount to refund. Raises BadRequest if the payment cannot give it."""
    if payment.state not in REFUNDABLE:
        raise BadRequest(NOT_REFUNDABLE, reason=Reason.NOT_REFUNDABLE)
    left = records.left(payment)
    wanted = left if amount is None else amount
    if not 0 < wanted <= left:
        raise _too_much()
    return wanted


def _id(payment: Payment, receipt: str | None) -> str:
    """Returns a new id. A receipt always gives the same id, so that the condition of the write keeps it unique."""
    if receipt is None:
        return new_id(PREFIX)
    return derived_id(PREFIX, hashlib.sha256(f"{payment.id}\n{receipt}".encode(errors="surrogatepass")).digest())


def _new_refund(payment: Payment, amount: int, reason: str | None, extras: Extras) -> Refund:
    now = clock.now()
    made = clock.iso(now)
    back = _comes_back(payment, amount)
    return Refund(
        _id(payment, extras.receipt),
        payment_id=payment.id,
        merchant_id=payment.merchant_id,
        amount=amount,
        currency=payment.currency,
        reason=reason,
        notes=extras.notes or None,
        receipt=extras.receipt,
        speed=extras.speed,
        status=RefundStatus.PENDING,
        of_hold=payment.state != State.CAPTURED or None,
        fee_returned=back.fee if back else None,
        tax_returned=back.tax if back else None,
        script=payment.script,
        deadline_at=now + LOOK_SECONDS,
        created_at=made,
        updated_at=made,
    )


def _comes_back(payment: Payment, amount: int) -> Charge | None:
    """Returns the part of the payment's fee that comes back with a refund of this amount; None by the terms."""
    if payment.state != State.CAPTURED or not payment.fee or not terms.of(payment.merchant_id).fees_come_back:
        return None
    charged = Charge(int(payment.fee), int(payment.tax))
    before = Charge(int(payment.fee_returned or 0), int(payment.tax_returned or 0))
    return returned(charged, before, int(payment.amount), int(payment.amount_refunded) + amount)


def _reserved(payment: Payment, refund: Refund) -> Payment:
    """Returns the payment as the refund leaves it."""
    after = Payment(**payment.attribute_values)
    after.amount_refunded, after.updated_at = payment.amount_refunded + refund.amount, refund.created_at
    return after


def _reserve(transaction: Transaction, payment: Payment, refund: Refund) -> None:
    """Reserves the amount.

    The condition is the rule that refunds and disputes never exceed the payment, however many requests race. It also refuses a
    payment that was captured since it was read, because the books treat held money otherwise. Where a part of the fee
    comes back, it refuses a payment with any other change of its refunds, because the part was computed from them.
    """
    actions: list[Any] = [Payment.amount_refunded.add(refund.amount), Payment.updated_at.set(refund.created_at)]
    rest = payment.amount - (payment.amount_disputed or 0) - refund.amount
    enough: Any = (Payment.amount_refunded <= rest) & records.same_disputes(payment)
    if refund.fee_returned is not None:
        enough = enough & (Payment.amount_refunded == payment.amount_refunded)
        actions += [Payment.fee_returned.add(refund.fee_returned), Payment.tax_returned.add(refund.tax_returned)]
    transaction.update("payment", payment, actions, (Payment.state == payment.state) & enough)
