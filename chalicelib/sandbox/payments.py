"""Decides the outcome of one payment: its payer's act, its bank's answer, or its merchant's decision."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from chalicelib import queues
from chalicelib.acquirers.simulated import payer, steering
from chalicelib.acquirers.simulated.notifications import Signed
from chalicelib.acquirers.simulated.scripts import parse
from chalicelib.api.call import Call
from chalicelib.config import settings
from chalicelib.domain import clock
from chalicelib.domain.declines import DECLINES
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.payments import State
from chalicelib.persistence.payments import Payment
from chalicelib.queues import PAYMENTS, job
from chalicelib.sandbox.acts import Act, decide, refuse
from chalicelib.services import views
from chalicelib.services.payments import decide as merchant
from chalicelib.services.payments import notifications, records

# The bank's silence outlasts the payment.
SILENCE, WORKING = "silence 3d, approve", "working 3d, approve"
AWAITING = "awaiting its payer"

How = Callable[[Payment, Act, str], None]


def act(payment_id: str, wanted: Act, call: Call) -> object:
    """Performs an act and shows the payment to its payer.

    Raises BadRequest that names the legal acts, NotFound, and Overtaken if the payment moved at the same moment.
    """
    payment = records.find(payment_id)
    situation = _situation(payment)
    perform = ACTS[situation].get(wanted.action)
    if perform is None:
        raise refuse(f"A payment that is {situation}", wanted.action, ACTS[situation])
    perform(payment, wanted, call.request_id)
    return views.public(views.payment(records.find(payment_id)))


def _situation(payment: Payment) -> str:
    state = State(payment.state)
    if state == State.PENDING and steering.awaits_payer(payment.id):
        return AWAITING
    return AWAITING if state == State.REQUIRES_ACTION else state


def _tell(told: Sequence[Signed], request_id: str) -> None:
    for headers, body in told:
        notifications.receive(headers, body, request_id)


def _as_payer(payment: Payment, wanted: Act, request_id: str) -> None:
    try:
        told = payer.act(payment.id, wanted.action, wanted.code)
    except payer.WrongCode as wrong:
        raise BadRequest(str(wrong), field="code") from None
    except payer.ActRefused as refused:
        raise BadRequest(str(refused), field="action") from None
    _tell(told, request_id)


def _as_bank(script: str, payment: Payment, _: Act, request_id: str, also: Sequence[Any] = ()) -> None:
    """Makes the bank follow a script, whether it was asked already or not, and lets it notify the gateway.

    The record keeps the script for a bank that was not asked yet, and the refunds' part of the script before it.
    also: further updates of the record.
    """
    whole = f"{script}, refund {refund}" if (refund := parse(payment.script or "").refund) else script
    actions = [Payment.script.set(whole), *also]
    decide("payment", payment, actions, Payment.state == payment.state, steering.steering(payment.id, script))
    _tell(steering.news(payment.id), request_id)


def _decline(payment: Payment, wanted: Act, request_id: str) -> None:
    code = wanted.code or "PAYMENT_DECLINED"
    if code not in DECLINES:
        description = f"{code!r} is no decline code. The codes are: {', '.join(DECLINES)}"
        raise BadRequest(description, field="code")
    _as_bank(f"decline {code}", payment, wanted, request_id)


def _expire_live(payment: Payment, wanted: Act, request_id: str) -> None:
    """Ends the payer's time, with a bank that says nothing. The worker gives the payment up as at any other deadline."""
    over = {"type": "redirect", "url": f"{settings().checkout}/bank", "expires_at": clock.now()}
    action = {**(payment.next_action or over), "expires_at": clock.now()}
    _as_bank(SILENCE, payment, wanted, request_id, [Payment.next_action.set(action)])


def _expire_held(payment: Payment, _: Act, request_id: str) -> None:
    """Ends the time to capture. Raises BadRequest if a refund has taken part of the money: then nothing is left to do."""
    if payment.amount_refunded:
        raise BadRequest("An authorisation of which a part is refunded does not expire", field="action")
    held = (Payment.state == State.AUTHORIZED) & (Payment.amount_refunded == 0)
    decide("payment", payment, [Payment.deadline_at.set(clock.now())], held)
    queues.send(job(PAYMENTS, payment.id, request_id))


def _capture(payment: Payment, _: Act, request_id: str) -> None:
    merchant.capture(payment.merchant_id, payment.id, int(payment.amount), None, request_id)


def _void(payment: Payment, _: Act, request_id: str) -> None:
    merchant.void(payment.merchant_id, payment.id, None, request_id)


# The legal acts in each situation. Every edge of domain/payments.py belongs to one of them.
ACTS: Mapping[str, Mapping[str, How]] = {
    State.PENDING: {
        "approve": partial(_as_bank, "approve"),
        "decline": _decline,
        "challenge": partial(_as_bank, "challenge, approve"),
        "silence": partial(_as_bank, SILENCE),
        "expire": _expire_live,
    },
    AWAITING: {
        **dict.fromkeys(payer.ACTIONS, _as_payer),
        "respond": partial(_as_bank, WORKING),
        "silence": partial(_as_bank, SILENCE),
        "expire": _expire_live,
    },
    State.AUTHORIZED: {"capture": _capture, "void": _void, "expire": _expire_held},
    State.FAILED: {"late_approve": partial(_as_bank, "approve")},
    State.CAPTURED: {},
    State.VOIDED: {},
}
