"""The payments worker: reads what is due, asks the bank, commits, sends, acknowledges."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from chalicelib import queues, tracing
from chalicelib.domain import clock
from chalicelib.domain.errors import GatewayError, Unavailable
from chalicelib.domain.payments import OrderEffect, State
from chalicelib.persistence import totals
from chalicelib.persistence.invariants import InvariantBroken
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.transactions import MAX_ACTIONS, Refused, Transaction
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint
from chalicelib.queues import PAYMENTS, Job, job
from chalicelib.services import asking, jobs, orders, owners, qr_codes, subscriptions
from chalicelib.services.disputes import deciding
from chalicelib.services.disputes import records as disputes
from chalicelib.services.events import announcing
from chalicelib.services.payments import answers, bank, steps, tasks
from chalicelib.services.payments.steps import Step, Taken
from chalicelib.services.payments.tasks import Task
from chalicelib.services.subscriptions import charging
from chalicelib.services.waits import wakeups
from chalicelib.services.webhooks import endpoints
from chalicelib.telemetry import count, logger

# Seconds until a second look at a payment whose deadline somebody changed while the bank was asked.
SECOND_LOOK = 1
ASKED = frozenset({Task.START, Task.INQUIRE, Task.CAPTURE, Task.VOID})

Receivers = Mapping[str, Sequence[WebhookEndpoint]]


def process(work: Sequence[Job], context: object = None) -> list[Job]:
    """Works off a batch. Returns the jobs that failed, for SQS to hand out again.

    context: Lambda's context, which tells the remaining time. A job that carries the id of another object than
    a payment makes that object look what it must do.
    """
    left = asking.stopwatch(context)
    deadlines = [item for item in work if _expiry(item)]
    failed = [item for item in deadlines if not _expire(item)]
    return failed + _process_payments([item for item in work if item not in deadlines], left())


# The first part of an id -> what looks at such an object.
LOOKS: Mapping[str, Callable[[Job], bool]] = {
    orders.PREFIX: owners.look,
    disputes.PREFIX: deciding.look,
    qr_codes.PREFIX: qr_codes.look,
    subscriptions.PREFIX: charging.look,
}


def _expiry(item: Job) -> Callable[[Job], bool] | None:
    """Returns what looks at the object whose wake-up the job is; None for a payment's job."""
    return LOOKS.get(item.object_id.partition("_")[0])


def _expire(item: Job) -> bool:
    """Ends an object at its deadline; returns whether the job is done. A failure does not affect the others."""
    expire = _expiry(item)
    with tracing.within(item.trace):
        try:
            return expire is not None and expire(item)
        except GatewayError:
            logger.exception("could not end an object at its deadline", object_id=item.object_id)
            return False


def _process_payments(work: Sequence[Job], seconds_left: float) -> list[Job]:
    payments = jobs.load(Payment, work)
    known = _one_for_each([item for item in work if item.object_id in payments])
    now = clock.now()
    due = [(tasks.task_of(payments[pid], item, now), payments[pid], item) for pid, item in known.items()]
    planned = _steps(due, seconds_left)
    done = {pid: wakes + _unsent(payments[pid], known[pid]) for pid, wakes in _commit(planned).items()}
    idle = {item.object_id: _idle(task, payment, item) for task, payment, item in due if item.object_id not in planned}
    done |= {pid: wakes for pid, wakes in idle.items() if wakes is not None}
    wakeups.send(*(wake for wakes in done.values() for wake in wakes))
    jobs.put_off_or_drop([item for item in work if item.object_id not in payments])
    return [item for item in work if item.object_id in payments and item.object_id not in done]


def _one_for_each(work: Sequence[Job]) -> dict[str, Job]:
    """Picks one message for each payment: one with the card's key, else the earliest due, else a redelivered one."""
    ordered = sorted(work, key=lambda item: (not item.card_key, item.due_at, -item.receives))
    return {item.object_id: item for item in reversed(ordered)}


def _steps(due: Sequence[tuple[Task, Payment, Job]], seconds_left: float) -> dict[str, Step]:
    """Asks the bank where a task needs an answer. Returns the step of each payment that takes one."""
    calls = bank.calls_of([item for item in due if item[0] in ASKED])
    said = asking.ask(calls, seconds_left, asking.traces_of([item for _, _, item in due]))
    now = clock.now()
    planned: dict[str, Step] = {}
    for task, payment, item in due:
        with tracing.within(item.trace):
            if payment.id in said:
                planned[payment.id] = answers.step_of(task, payment, said[payment.id], now, item.request_id)
                _warn_of_refused_instruction(task, planned[payment.id])
            elif task is Task.RELEASE:
                # A partly refunded authorisation has nothing left to release.
                end = answers.stay if payment.amount_refunded else answers.expired
                planned[payment.id] = end(payment, now, item.request_id)
    return planned


def _warn_of_refused_instruction(task: Task, step: Step) -> None:
    if task in {Task.CAPTURE, Task.VOID} and "instruction" not in step.brings:
        logger.warning("the acquirer did not confirm", payment_id=step.payment.id, instruction=str(task))
        count("AcquirerUnconfirmed", instruction=str(task))


def _idle(task: Task, payment: Payment, item: Job) -> list[Job] | None:
    """Returns the wake-ups of a payment that takes no step now; None if its job failed.

    The wake-ups include what a worker may have committed and not sent before it died: the deliveries' jobs and the next
    deadline's job.
    """
    if task in ASKED:
        return None
    waits = [queues.postponed_until(item, tasks.due_at(payment, item))] if task is Task.WAIT else []
    if tasks.is_overtaken(payment, item):
        return waits
    with tracing.within(item.trace):
        return waits + _announcements(payment, item.request_id)


def _unsent(payment: Payment, item: Job) -> list[Job]:
    """Returns the deliveries' jobs that an earlier worker may have left unsent when it died with this very message."""
    with tracing.within(item.trace):
        return _announcements(payment, item.request_id) if item.receives > 1 else []


def _announcements(payment: Payment, request_id: str) -> list[Job]:
    """Returns the jobs of all deliveries in the payment's record, and of its order's owner."""
    told = announcing.jobs_of(payment.delivery_ids or (), request_id, payment.merchant_id)
    return told + steps.to_owner(payment, request_id)


def _commit(planned: Mapping[str, Step]) -> dict[str, list[Job]]:
    """Commits the steps. Returns the wake-ups to send for each payment whose step was taken, here or by another worker.

    The order may refuse a late success, so each late success has a transaction of its own. The other steps share one
    transaction.
    """
    receivers = _receivers_of(planned.values())
    with_orders = _with_orders(list(planned.values()))
    usual = [step for step in with_orders if not (step.edge and step.edge.late)]
    late = [step for step in with_orders if step.edge and step.edge.late]
    done = _take(usual, receivers)
    for step in late:
        done |= _take([step], receivers)
    return done


def _receivers_of(planned: Iterable[Step]) -> dict[str, Sequence[WebhookEndpoint]]:
    """Returns the endpoints of each merchant that gets an event."""
    merchants = {step.payment.merchant_id for step in planned if step.edge and step.edge.events}
    return {merchant_id: endpoints.current(merchant_id) for merchant_id in merchants}


def _with_orders(planned: Sequence[Step]) -> list[Step]:
    """Adds the order to each step that needs it: its events keep the order, or the step reopens the order."""
    wanted = [step.payment.order_id for step in planned if _needs_order(step)]
    found = Order.find_many(wanted)
    return [replace(step, order=found.get(step.payment.order_id)) for step in planned]


def _needs_order(step: Step) -> bool:
    return step.edge is not None and (bool(step.edge.events) or step.edge.order == OrderEffect.REOPEN)


def _take(planned: Sequence[Step], receivers: Receivers) -> dict[str, list[Job]]:
    """Commits steps in one transaction, so that they share the writes to the totals. Returns the wake-ups by payment.

    If the transaction is refused or would break the books, each half is tried on its own, so that one payment which
    another worker took first does not hold up the others. A step that does not fit into a transaction alone raises
    Unavailable.
    """
    if not planned:
        return {}
    taken = [steps.take(step, receivers.get(step.payment.merchant_id, ()), steps.terms_for(step)) for step in planned]
    transaction = Transaction()
    waits = [_put(transaction, item) for item in taken]
    totals.add(transaction, steps.total_changes(taken), shard_by=planned[0].payment.id)
    if len(transaction) <= MAX_ACTIONS or len(planned) == 1:
        try:
            with tracing.within(*(step.trace for step in planned)):
                transaction.commit()
        except Refused:
            if len(planned) == 1:
                with tracing.within(planned[0].trace):
                    return _overtaken(planned[0], receivers)
        except InvariantBroken:
            if len(planned) == 1:
                return {}
        except Unavailable:
            logger.exception("could not settle", payment_ids=[step.payment.id for step in planned])
            return {}
        else:
            return {item.after.id: _sent(item, wait) for item, wait in zip(taken, waits, strict=True)}
    middle = len(planned) // 2
    return _take(planned[:middle], receivers) | _take(planned[middle:], receivers)


def _put(transaction: Transaction, item: Taken) -> list[Job]:
    with tracing.within(item.step.trace):
        return steps.put(transaction, item)


def _sent(item: Taken, waits: Sequence[Job]) -> list[Job]:
    with tracing.within(item.step.trace):
        _report(item)
        return [*waits, *announcing.jobs_of(item.told.delivery_ids, item.step.request_id, item.after.merchant_id)]


def _overtaken(step: Step, receivers: Receivers) -> dict[str, list[Job]]:
    """Handles a refused step: another worker or request came first, or the order takes no late money."""
    stored = Payment.find(step.payment.id)
    if stored is None:
        return {}
    if stored.state == step.payment.state == State.FAILED and step.edge and step.edge.order == OrderEffect.CLAIM:
        return _take([answers.too_late(replace(step, payment=stored))], receivers)
    if step.edge is None:
        return {stored.id: [job(PAYMENTS, stored.id, step.request_id, SECOND_LOOK)]}
    if stored.state == step.payment.state:
        return {}
    return {stored.id: _announcements(stored, step.request_id)}


def _report(item: Taken) -> None:
    edge, payment = item.step.edge, item.after
    if edge is None:
        return
    logger.info(
        "payment moved", payment_id=payment.id, state=payment.state, cause=edge.cause,
        error_code=payment.error_code, request_id=item.step.request_id,
    )  # fmt: skip
    if edge.events:
        count("PaymentsSettled", status=str(payment.state), method=payment.method)
