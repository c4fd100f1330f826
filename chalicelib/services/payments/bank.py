"""Asking the bank about a batch of payments, all at the same time and within the time that the function has left."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache, partial

from chalicelib import methods
from chalicelib.acquirers import acquirer
from chalicelib.acquirers.base import Answer, Charge, Inquiry, Instruction, Payee, Unknown
from chalicelib.domain import clock
from chalicelib.domain.cards import Card
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.payments import CHALLENGE_SECONDS
from chalicelib.persistence.cards import SealedCard
from chalicelib.persistence.payments import Payment
from chalicelib.queues import Job
from chalicelib.services import cards, merchants
from chalicelib.services.cards import CardGone
from chalicelib.services.payments.tasks import Task
from chalicelib.telemetry import count, logger

# A Lambda invocation gets ten messages; the local worker runs up to ten invocations in one process.
THREADS = 100
# Seconds that one answer may take, and that the commit needs afterwards of the time that is left.
PATIENCE, COMMIT_SECONDS = 12.0, 8.0
LEAST_PATIENCE = 1.0

Call = Callable[[float], Answer]


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="bank")


def patience(seconds_left: float) -> float:
    """Seconds that the bank gets to answer, of those that the function has left."""
    return max(LEAST_PATIENCE, min(PATIENCE, seconds_left - COMMIT_SECONDS))


def ask(calls: Mapping[str, Call], seconds: float) -> dict[str, Answer]:
    """Makes all calls side by side. What has not answered within `seconds` is Unknown: it may or may not have happened."""
    futures = {key: _pool().submit(call, seconds) for key, call in calls.items()}
    wait(futures.values(), seconds + LEAST_PATIENCE)
    return {key: _answer(key, future) for key, future in futures.items()}


def _answer(object_id: str, future: Future[Answer]) -> Answer:
    answer: Answer = Unknown()
    if future.done():
        try:
            answer = future.result()
        except Exception:  # noqa: BLE001  # an adapter's mistake holds up its own payment and no other of the batch
            logger.exception("the acquirer failed", object_id=object_id)
    if isinstance(answer, Unknown):
        logger.warning("the acquirer gave no answer", object_id=object_id)
        count("AcquirerUnknown")
    return answer


def calls_of(tasks: Sequence[tuple[Task, Payment, Job]]) -> dict[str, Call]:
    """Returns what to ask the bank for each payment. One whose card the key service does not open now is left out."""
    starting = [payment.id for task, payment, _ in tasks if task is Task.START and payment.method == "card"]
    sealed = SealedCard.find_many(starting)
    calls: dict[str, Call] = {}
    for task, payment, work in tasks:
        try:
            calls[payment.id] = _call(task, payment, work, sealed)
        except Unavailable:
            logger.exception("could not open a card", payment_id=payment.id)
        except CardGone:
            logger.warning("a card is gone before the bank was asked", payment_id=payment.id)
            calls[payment.id] = partial(acquirer().inquire, _inquiry(payment))
    return calls


def _call(task: Task, payment: Payment, work: Job, sealed: Mapping[str, SealedCard]) -> Call:
    """Raises Unavailable or CardGone. Cards are opened here, one after the other, since they mostly share a data key."""
    if task is Task.START:
        is_card = payment.method == "card"
        card = cards.open_card(payment.id, sealed.get(payment.id), work.card_key) if is_card else None
        return partial(acquirer().start, _charge(payment, card))
    if task is Task.INQUIRE:
        return partial(acquirer().inquire, _inquiry(payment))
    told = acquirer().capture if task is Task.CAPTURE else acquirer().void
    return partial(told, instruction_of(payment))


def _charge(payment: Payment, card: Card | None) -> Charge:
    return Charge(
        payment.id,
        int(payment.amount),
        payment.currency,
        methods.load(payment.instrument),
        card,
        Payee(payment.merchant_id, merchants.name_of(payment.merchant_id)),
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


def instruction_of(payment: Payment) -> Instruction:
    return Instruction(payment.id, int(payment.amount), payment.currency, payment.bank_reference or "")


def seconds_left(context: object) -> float:
    """Of the invocation; without Lambda's context (a test) as long as the function may take."""
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    return remaining() / 1000 if remaining else PATIENCE + COMMIT_SECONDS


def stopwatch(seconds: float) -> Callable[[], float]:
    """Returns a function that says how many of these seconds are left."""
    end = time.monotonic() + seconds
    return lambda: end - time.monotonic()
