"""Builds the question to the bank for each payment of a batch."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from chalicelib import methods
from chalicelib.acquirers import acquirer
from chalicelib.acquirers.base import Answer, Charge, Inquiry, Instruction, Payee
from chalicelib.domain import clock
from chalicelib.domain.cards import Card
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.payments import CHALLENGE_SECONDS
from chalicelib.persistence.cards import SealedCard
from chalicelib.persistence.payments import Payment
from chalicelib.queues import Job
from chalicelib.services.merchants import accounts
from chalicelib.services.payments import cards
from chalicelib.services.payments.cards import CardGone
from chalicelib.services.payments.tasks import Task
from chalicelib.telemetry import logger

Call = Callable[[float], Answer]


def calls_of(tasks: Sequence[tuple[Task, Payment, Job]]) -> dict[str, Call]:
    """Returns the call to the bank for each payment.

    Leaves out a payment whose card does not open. If the key service failed, the card may open when the message comes
    again. If the key does not fit, the gateway did not send the message.
    """
    starting = [payment.id for task, payment, _ in tasks if task is Task.START and payment.method == "card"]
    sealed = SealedCard.find_many(starting)
    calls: dict[str, Call] = {}
    for task, payment, work in tasks:
        try:
            calls[payment.id] = _call(task, payment, work, sealed)
        except (Unavailable, CardGone):
            logger.exception("could not open a card", payment_id=payment.id)
    return calls


def _call(task: Task, payment: Payment, work: Job, sealed: Mapping[str, SealedCard]) -> Call:
    """Returns the call for one task. Raises Unavailable or CardGone.

    Cards are opened here, one after the other, because they mostly share a data key.
    """
    is_card = payment.method == "card"
    # Either another worker took a missing card to the bank, or nobody did in time. The bank knows which.
    if task is Task.INQUIRE or (task is Task.START and is_card and cards.is_gone(sealed.get(payment.id))):
        return partial(acquirer().inquire, _inquiry(payment))
    if task is Task.START:
        card = cards.open_card(payment.id, sealed[payment.id], work.card_key) if is_card else None
        return partial(acquirer().start, _charge(payment, card))
    told = acquirer().capture if task is Task.CAPTURE else acquirer().void
    return partial(told, _instruction(payment))


def _charge(payment: Payment, card: Card | None) -> Charge:
    return Charge(
        payment.id,
        int(payment.amount),
        payment.currency,
        methods.load(payment.instrument),
        card,
        Payee(payment.merchant_id, accounts.name_of(payment.merchant_id)),
        capture=bool(payment.auto_capture),
        expires_at=clock.now() + CHALLENGE_SECONDS,
        script=payment.script or "",
    )


def _inquiry(payment: Payment) -> Inquiry:
    return Inquiry(
        payment.id,
        int(payment.amount),
        payment.currency,
        methods.load(payment.instrument),
        capture=bool(payment.auto_capture),
        reference=payment.bank_reference or "",
        script=payment.script or "",
    )


def _instruction(payment: Payment) -> Instruction:
    return Instruction(payment.id, int(payment.amount), payment.currency, payment.bank_reference or "")
