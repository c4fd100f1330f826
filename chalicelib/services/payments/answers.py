"""Computes the step that a payment takes after a bank's answer. No I/O."""

from typing import Any

from chalicelib.acquirers.base import ActionNeeded, Answer, Approved, Declined, NotFound, Unknown, Working
from chalicelib.domain import clock
from chalicelib.domain.payments import CHALLENGE_SECONDS, Cause, State, edge
from chalicelib.persistence.payments import Payment
from chalicelib.services.asking import next_wait
from chalicelib.services.payments.steps import Step
from chalicelib.services.payments.tasks import Task, ends_at, gives_up_at

EXPIRED = "PAYMENT_EXPIRED"
# The most questions about a failed payment whose outcome the bank leaves open. With the growing waits they take a day.
LATE_INQUIRIES = 150


def step_of(task: Task, payment: Payment, answer: Answer, now: float, request_id: str) -> Step:
    """Returns the step that follows from the bank's answer to a task. now: Unix seconds."""
    if task in {Task.CAPTURE, Task.VOID}:
        return _instructed(payment, answer, now, request_id)
    if payment.state == State.FAILED:
        return _after_failure(payment, answer, now, request_id)
    cause, brings = _outcome(payment, answer, now)
    return Step(payment, edge(payment.state, cause) if cause else None, now, request_id, brings)


def expired(payment: Payment, now: float, request_id: str) -> Step:
    """Returns the step of an authorised payment whose time to capture is over: it releases the money."""
    brings = {"instruction": Cause.VOID, "deadline_at": now}
    return Step(payment, edge(payment.state, Cause.EXPIRE), now, request_id, brings)


def stay(payment: Payment, now: float, request_id: str) -> Step:
    """Returns a step that removes a deadline which no longer applies to the payment."""
    return Step(payment, None, now, request_id, {"deadline_at": None})


def _outcome(payment: Payment, answer: Answer, now: float) -> tuple[Cause | None, dict[str, Any]]:
    """Returns what an answer does to a live payment: the cause of an edge, and the attributes that the step sets.

    The cause is None where the payment keeps its state.
    """
    match answer:
        case Approved(reference):
            return _approved(payment, reference, now)
        case Declined(code, ask_again_in):
            again = None if ask_again_in is None else now + ask_again_in
            return Cause.DECLINE, {"error_code": code, "deadline_at": again}
        case ActionNeeded():
            return _challenged(payment, answer, now)
        case Working():
            return _working(payment, answer, now)
        case NotFound():
            return _never_arrived(payment, now)
        case Unknown():
            return _late_or_later(payment, now)


def _approved(payment: Payment, reference: str, now: float) -> tuple[Cause, dict[str, Any]]:
    """Returns the cause for an approval: a capture where the charge asked for one, an authorisation otherwise."""
    brings: dict[str, Any] = {"bank_reference": reference or payment.bank_reference}
    if payment.auto_capture:
        return Cause.CAPTURE, brings
    within = payment.capture_within
    return Cause.AUTHORIZE, brings | ({"deadline_at": now + float(within)} if within else {})


def _asked(payment: Payment, now: float, wait: float | None = None, reference: str = "") -> dict[str, Any]:
    """Returns the attributes of a payment whose request the bank has.

    The next question comes after `wait` seconds, or after a growing time where `wait` is None. It never comes later
    than the moment at which the payment is given up.
    """
    inquiries = int(payment.inquiries or 0)
    due_at = now + (next_wait(inquiries) if wait is None else wait)
    ends = [end for end in (gives_up_at(payment), ends_at(payment)) if end > now]
    return {
        "asked_at": payment.asked_at or clock.iso(now),
        "inquiries": inquiries + 1,
        "deadline_at": min([due_at, *ends]),
        "bank_reference": reference or payment.bank_reference,
    }


def _working(payment: Payment, answer: Working, now: float) -> tuple[Cause | None, dict[str, Any]]:
    """Returns the step of a payment that the bank works on.

    Once the payer has acted, the payer's time limit no longer applies. The payment's own time limit still ends it.
    """
    if now >= ends_at(payment):
        return Cause.EXPIRE, {"error_code": EXPIRED}
    brings = _asked(payment, now, answer.ask_again_in, answer.reference)
    if payment.state != State.REQUIRES_ACTION:
        return None, brings
    return Cause.RESPOND, brings | {"next_action": None}


def _challenged(payment: Payment, answer: ActionNeeded, now: float) -> tuple[Cause | None, dict[str, Any]]:
    if payment.state == State.REQUIRES_ACTION:
        return _late_or_later(payment, now)
    expires_at = answer.expires_at or now + CHALLENGE_SECONDS
    action = {"type": answer.type, "url": answer.url, "expires_at": expires_at}
    brings = _asked(payment, now, None, answer.reference) | {"next_action": action}
    return Cause.CHALLENGE, brings | {"deadline_at": min(brings["deadline_at"], expires_at)}


def _late_or_later(payment: Payment, now: float) -> tuple[Cause | None, dict[str, Any]]:
    """Gives the payment up if its time is over. Otherwise plans another question."""
    if now >= gives_up_at(payment):
        return Cause.EXPIRE, {"error_code": EXPIRED}
    return None, _asked(payment, now)


def _never_arrived(payment: Payment, now: float) -> tuple[Cause | None, dict[str, Any]]:
    """Asks the bank anew, except for a card: the card number is gone, so the payer has to try again."""
    if payment.method == "card":
        return Cause.EXPIRE, {"error_code": EXPIRED}
    cause, brings = _late_or_later(payment, now)
    return cause, brings if cause else brings | {"asked_at": None}


def _after_failure(payment: Payment, answer: Answer, now: float, request_id: str) -> Step:
    """Returns the step of a failed payment that the bank may approve after all.

    The transaction decides whether the order takes the money.
    """
    if isinstance(answer, Approved):
        cause, brings = _approved(payment, answer.reference, now)
        return Step(payment, edge(payment.state, cause), now, request_id, brings)
    again, inquiries = _news_in(payment, answer), int(payment.inquiries or 0)
    brings = {
        "deadline_at": None if again is None else now + again,
        "inquiries": None if again is None else inquiries + 1,
    }
    return Step(payment, None, now, request_id, brings)


def _news_in(payment: Payment, answer: Answer) -> float | None:
    """Returns the seconds until the bank is asked again about a failed payment; None where nobody asks again.

    A bank that leaves the outcome open is asked for about a day.
    """
    if isinstance(answer, Declined):
        return answer.ask_again_in
    inquiries = int(payment.inquiries or 0)
    if isinstance(answer, NotFound) or inquiries >= LATE_INQUIRIES:
        return None
    told = answer.ask_again_in if isinstance(answer, Working) else None
    return next_wait(inquiries) if told is None else told


def too_late(step: Step) -> Step:
    """Returns the step of a late success whose order takes no money: the step releases the money."""
    brings = {"instruction": Cause.VOID, "deadline_at": step.at, "bank_reference": step.brings.get("bank_reference")}
    return Step(step.payment, edge(step.payment.state, Cause.VOID), step.at, step.request_id, brings)


def _instructed(payment: Payment, answer: Answer, now: float, request_id: str) -> Step:
    """Returns the step after an instruction: it repeats the instruction until the bank confirms it.

    A refusal by the bank is a matter for the operator, because the merchant has already got the opposite answer.
    """
    if isinstance(answer, Approved):
        return Step(payment, None, now, request_id, {"instruction": None, "deadline_at": None, "inquiries": None})
    inquiries = int(payment.inquiries or 0)
    brings = {"inquiries": inquiries + 1, "deadline_at": now + next_wait(inquiries)}
    return Step(payment, None, now, request_id, brings)
