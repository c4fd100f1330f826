"""Decides what a worker does about a payment when a message wakes it. The record decides, never the message."""

from enum import StrEnum

from chalicelib.domain import clock
from chalicelib.domain.payments import GIVE_UP_SECONDS, LIVE, State
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.queues import Job
from chalicelib.services.asking import is_due


class Task(StrEnum):
    START = "start"  # the bank was not asked yet
    INQUIRE = "inquire"  # the bank owes an answer
    CAPTURE = "capture"  # the merchant captured the money, and the bank does not know it yet
    VOID = "void"  # the money was released, and the bank does not know it yet
    RELEASE = "release"  # the time to capture is over
    WAIT = "wait"  # it is too early
    NOTHING = "nothing"


def task_of(payment: Payment, work: Job, now: float) -> Task:
    """Returns the task that is due, from the payment's record. now: Unix seconds."""
    if payment.state in LIVE:
        return _of_live(payment, work, now)
    if payment.deadline_at is None:
        return Task.NOTHING
    if not is_due(payment.deadline_at, now):
        return Task.WAIT
    if payment.instruction:
        return Task(payment.instruction)
    return Task.RELEASE if payment.state == State.AUTHORIZED else Task.INQUIRE


def _of_live(payment: Payment, work: Job, now: float) -> Task:
    if payment.asked_at:
        return Task.INQUIRE if is_due(payment.deadline_at, now) else Task.WAIT
    if not is_due(work.due_at, now):
        return Task.WAIT
    if payment.method == "card":
        return _of_new_card(payment, work, now)
    return Task.INQUIRE if is_due(ends_at(payment), now) else Task.START


def _of_new_card(payment: Payment, work: Job, now: float) -> Task:
    """Returns the task of a new card payment.

    Only a message with the card's key can start it. If that message is lost, the deadline decides.
    """
    if work.card_key:
        return Task.START
    return Task.INQUIRE if is_due(payment.deadline_at, now) else Task.NOTHING


def due_at(payment: Payment, work: Job) -> float:
    """Returns the next moment to look at a payment whose task is WAIT, in Unix seconds."""
    is_new = payment.state in LIVE and not payment.asked_at
    return work.due_at if is_new else float(payment.deadline_at)


def gives_up_at(payment: Payment) -> float:
    """Returns when a live payment is given up: at the end of the payer's time, else of its own. Unix seconds."""
    if payment.next_action:
        return float(payment.next_action["expires_at"])
    return ends_at(payment)


def ends_at(payment: Payment) -> float:
    """Returns when a live payment's own time is over, in Unix seconds."""
    return clock.seconds(payment.created_at) + GIVE_UP_SECONDS


def is_overtaken(record: Payment | Refund, work: Job) -> bool:
    """Returns whether the message is a deadline that the record has already met, so that nothing needs repeating.

    A message that was due before the record's last change may belong to a worker that died before it sent the
    deliveries' jobs. The same holds for any message that SQS has handed out before.
    """
    return work.receives == 1 and work.due_at > clock.seconds(record.updated_at)
