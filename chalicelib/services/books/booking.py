"""Writes postings into the transactions of their events, and builds the postings of payments, refunds and disputes."""

from chalicelib.domain import clock, ledger
from chalicelib.domain.fees import FREE, Charge
from chalicelib.domain.ledger import Account, Movement, Posting
from chalicelib.domain.payments import Edge, Money, State
from chalicelib.persistence import postings, totals
from chalicelib.persistence.disputes import Dispute
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.persistence.transactions import Transaction


def post(transaction: Transaction, posting: Posting) -> totals.Change:
    """Adds a posting to the transaction of its event.

    Returns what the posting changes in the balances; the caller passes it to totals.add of the same transaction.
    """
    postings.put(transaction, posting)
    return change(posting)


def change(posting: Posting) -> totals.Change:
    """Returns what a posting adds to the balances."""
    earned = -posting.on(Account.MERCHANT_PAYABLE) if posting.earned_on else 0
    counters = {"earned": earned} if earned else {}
    day = posting.earned_on or clock.day(posting.at)
    return totals.Change(posting.merchant_id, day, posting.currency, counters, posting.lines)


def of_payment(edge: Edge | None, before: Payment, after: Payment, at: str) -> Posting | None:
    """Returns the posting of a payment's step; None if the step moves no money. at: the step's ISO time."""
    movement = _movement(edge, before, after)
    if movement is None:
        return None
    captured = movement is Movement.CAPTURED
    charge = Charge(int(after.fee), int(after.tax)) if captured else FREE
    return Posting(
        movement,
        after.id,
        after.merchant_id,
        after.currency,
        at,
        ledger.lines(movement, int(after.amount), charge),
        clock.day(at) if captured else None,
        about(after),
    )


def _movement(edge: Edge | None, before: Payment, after: Payment) -> Movement | None:
    """Returns the movement of a step.

    A late payment with automatic capture was taken by the bank before the gateway releases it, so the bank owes the
    money until it confirms the release.
    """
    if edge and edge.money == Money.TAKE:
        return Movement.CAPTURED
    if not after.auto_capture or after.state != State.VOIDED:
        return None
    if edge:
        return Movement.LATE_TAKEN
    return Movement.LATE_RETURNED if before.instruction and not after.instruction else None


def of_refund(movement: Movement, refund: Refund, payment: Payment) -> Posting | None:
    """Returns the posting of a refund's event; None if the refund frees money that was never captured.

    The time is the refund's updated_at. The money counts for the day of the payment's capture.
    """
    if refund.of_hold:
        return None
    charge = Charge(int(refund.fee_returned or 0), int(refund.tax_returned or 0))
    return Posting(
        movement,
        refund.id,
        refund.merchant_id,
        payment.currency,
        refund.updated_at,
        ledger.lines(movement, int(refund.amount), charge),
        clock.day(payment.captured_at),
        about(payment),
    )


def of_dispute(movement: Movement, dispute: Dispute, payment: Payment) -> Posting:
    """Returns the posting of a dispute's step, of the dispute's updated_at. It counts for the day of the capture."""
    return Posting(
        movement,
        dispute.id,
        dispute.merchant_id,
        dispute.currency,
        dispute.updated_at,
        ledger.lines(movement, int(dispute.amount)),
        clock.day(payment.captured_at),
        about(payment),
    )


def about(payment: Payment) -> dict[str, str]:
    """Returns the facts about a payment that reports show beside its movements."""
    facts = {"payment_id": payment.id, "order_id": payment.order_id, "method": payment.method}
    network = payment.instrument.get("network")
    return facts | ({"network": network} if network else {})
