"""Builds the transaction of a dispute's step: its record, its payment, its posting, its event and its deadline."""

from dataclasses import dataclass
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.disputes import DisputeEdge
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.ledger import Movement
from chalicelib.domain.webhooks import Event
from chalicelib.persistence import totals
from chalicelib.persistence.disputes import Dispute
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.transactions import Transaction
from chalicelib.queues import PAYMENTS, Job, job_at
from chalicelib.services import views
from chalicelib.services.books import booking
from chalicelib.services.events import announcing
from chalicelib.services.events.announcing import Announcement, NewEvent, NewEvents
from chalicelib.services.payments import records as payments
from chalicelib.services.waits import wakeups
from chalicelib.services.webhooks import endpoints

# The most tries while other requests change the dispute or its payment.
MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class Step:
    """A step that is not committed yet. dispute: as the step leaves it. jobs: of its webhooks and its deadline."""

    dispute: Dispute
    transaction: Transaction
    jobs: list[Job]


def moved(before: Dispute, edge: DisputeEdge, payment: Payment, request_id: str, **brings: Any) -> Step:
    """Returns the step along an edge. brings: further attributes. Its condition is that no other step came first."""
    now = clock.now()
    dispute = Dispute(**before.attribute_values)
    dispute.status, dispute.updated_at = edge.target, clock.iso(now)
    dispute.deadline_at = None if edge.waits is None else now + edge.waits
    if edge.waits is None:
        dispute.decided_at = dispute.updated_at
    for name, value in brings.items():
        setattr(dispute, name, value)
    step = _announced(dispute, edge.event, edge.movement, payment, request_id)
    step.transaction.put("dispute", dispute, Dispute.status == before.status)
    if edge.frees:
        frees = [Payment.amount_disputed.add(-before.amount)]
        step.transaction.update("payment", payment, frees, Payment.amount_disputed >= before.amount)
    return step


def opened(dispute: Dispute, payment: Payment, request_id: str) -> Step:
    """Returns the first step of a new dispute.

    Its condition is that the payment is captured and that its refunds and disputes leave the amount. A refund's
    condition reads the same two attributes, so that never both give the same money back.
    """
    step = _announced(dispute, Event.DISPUTE_CREATED, Movement.DISPUTE_OPENED, payment, request_id)
    step.transaction.put("dispute", dispute, Dispute.id.does_not_exist())
    unchanged = (Payment.state == payment.state) & payments.same_disputes(payment)
    enough = Payment.amount_refunded <= payment.amount - (payment.amount_disputed or 0) - dispute.amount
    reserve = [Payment.amount_disputed.add(dispute.amount)]
    step.transaction.update("payment", payment, reserve, unchanged & enough)
    return step


def contended() -> Unavailable:
    """Returns the error of a step that other requests overtook MOST_TRIES times."""
    return Unavailable("The same payment is being changed by too many requests at once")


def _announced(
    dispute: Dispute, event: Event, movement: Movement | None, payment: Payment, request_id: str
) -> Step:  # fmt: skip
    """Returns a step with its event, its posting, its totals and its deadline."""
    told = _announce(event, dispute, payment, request_id)
    transaction = Transaction()
    announcing.put(transaction, told)
    changes = announcing.count_changes(told.deliveries, payment.currency)
    if movement:
        changes.append(booking.post(transaction, booking.of_dispute(movement, dispute, payment)))
    totals.add(transaction, changes, shard_by=dispute.id)
    jobs = announcing.jobs_of(told.delivery_ids, request_id, dispute.merchant_id)
    if dispute.deadline_at is not None:
        deadline = job_at(PAYMENTS, dispute.id, request_id, float(dispute.deadline_at))
        jobs = [*wakeups.plan(transaction, deadline), *jobs]
    return Step(dispute, transaction, jobs)


def _announce(event: Event, dispute: Dispute, payment: Payment, request_id: str) -> Announcement:
    told = [NewEvent(event, dispute.id, int(dispute.sequence or 0) + 1, ("dispute", "payment"))]
    parts = {"dispute": views.dispute(dispute), "payment": views.payment(payment)}
    new = NewEvents(dispute.merchant_id, dispute.updated_at, told, parts, views.facts(payment), request_id)
    announcement = announcing.announce(new, endpoints.current(dispute.merchant_id))
    announcing.number(dispute, announcement)
    dispute.delivery_ids = [*(dispute.delivery_ids or ()), *announcement.delivery_ids]
    return announcement
