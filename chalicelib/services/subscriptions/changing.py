"""Does what a merchant decides about a subscription: cancels, pauses, resumes and changes it."""

from collections.abc import Callable, Collection
from typing import Any

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest, Unavailable
from chalicelib.domain.subscriptions import ENDED, Status
from chalicelib.domain.webhooks import SurfaceEvent
from chalicelib.persistence.subscriptions import Subscription
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.queues import PAYMENTS, Job, job_at
from chalicelib.services import plans, subscriptions
from chalicelib.services.jobs import EDGE_SECONDS
from chalicelib.services.subscriptions import Addon, steps
from chalicelib.services.subscriptions.charging import Outcome, ended
from chalicelib.services.waits import wakeups

NOT_ENDED = frozenset(Status) - ENDED
CHANGEABLE = frozenset({Status.AUTHENTICATED, Status.ACTIVE})
OTHER_PERIOD = "The plan must have the period and the interval of the subscription's plan."
NO_CHANGES = "Subscription has no scheduled changes"


def _decide(
    merchant_id: str, subscription_id: str, legal: Collection[Status], decide: Callable[[Subscription], Outcome], request_id: str
) -> Subscription:  # fmt: skip
    """Takes the step that a decision asks for. Raises NotFound, and BadRequest in a state that is not legal."""
    for _ in range(steps.MOST_TRIES):
        before = subscriptions.find(merchant_id, subscription_id)
        if before.status not in legal:
            raise BadRequest(f"Subscription is in {before.status} state, in which this is not possible")
        outcome, transaction = decide(before), Transaction()
        after = steps.copy(before, **_after_commit(before, outcome.changes))
        subscriptions.check_amounts(before, after)
        work = steps.write(transaction, after, outcome.events, request_id)
        queues.send(*work, *wakeups.plan(transaction, *_to_order(after, request_id)))
        try:
            transaction.commit()
        except Refused:
            continue
        return after
    raise Unavailable("The same subscription is being changed by too many requests at once")


def _after_commit(before: Subscription, changes: dict[str, Any]) -> dict[str, Any]:
    """Puts a new deadline off until its job, which is sent before the commit, finds the committed record."""
    due_at = changes.get("deadline_at")
    if due_at is None or due_at == before.deadline_at:
        return changes
    return changes | {"deadline_at": max(due_at, clock.now() + EDGE_SECONDS)}


def _to_order(after: Subscription, request_id: str) -> list[Job]:
    """Returns the job that cancels the unpaid order of a subscription that ends, once the end is committed."""
    if after.status not in ENDED or not after.order_id:
        return []
    return [job_at(PAYMENTS, after.order_id, request_id, clock.now() + EDGE_SECONDS)]


def cancel(merchant_id: str, subscription_id: str, *, at_cycle_end: bool, request_id: str) -> Subscription:
    """Cancels a subscription now, or an active one at the end of its cycle."""
    if at_cycle_end:
        marked = Outcome({"cancels_at_end": True})
        return _decide(merchant_id, subscription_id, {Status.ACTIVE}, lambda _: marked, request_id)
    cancelled = Outcome(ended(Status.CANCELLED), [SurfaceEvent.SUB_CANCELLED])
    return _decide(merchant_id, subscription_id, NOT_ENDED, lambda _: cancelled, request_id)


def pause(merchant_id: str, subscription_id: str, request_id: str) -> Subscription:
    """Pauses an active subscription: it is not charged until it is resumed."""
    changes = {"status": Status.PAUSED, "paused_at": int(clock.now()), "deadline_at": None, "charge_at": None}
    paused = Outcome(changes, [SurfaceEvent.SUB_PAUSED])
    return _decide(merchant_id, subscription_id, {Status.ACTIVE}, lambda _: paused, request_id)


def resume(merchant_id: str, subscription_id: str, request_id: str) -> Subscription:
    """Resumes a paused subscription. A cycle that ended in the pause is not charged: the next one begins now."""
    return _decide(merchant_id, subscription_id, {Status.PAUSED}, _resumed, request_id)


def _resumed(before: Subscription) -> Outcome:
    now, ends = int(clock.now()), int(before.current_end or 0)
    due = max(now, ends)
    changes: dict[str, Any] = {"status": Status.ACTIVE, "paused_at": None, "charge_at": due, "deadline_at": due}
    if ends < now:
        changes |= {"anchor": now, "cycle": 0}
    return Outcome(changes, [SurfaceEvent.SUB_RESUMED])


def change(
    merchant_id: str, subscription_id: str, wanted: dict[str, Any], *, at_cycle_end: bool, request_id: str
) -> Subscription:  # fmt: skip
    """Changes plan, quantity, total_count, start_at or customer_notify, now or when the cycle ends. Raises NotFound.

    remaining_count: of `wanted`, stands for the total_count. Raises BadRequest for a plan with other cycles.
    """

    def decide(before: Subscription) -> Outcome:
        changes = _changes(before, wanted)
        if at_cycle_end:
            return Outcome({"scheduled": changes})
        if "start_at" in changes:
            changes |= {"charge_at": changes["start_at"], "deadline_at": changes["start_at"]}
        return Outcome(changes, [SurfaceEvent.SUB_UPDATED])

    return _decide(merchant_id, subscription_id, CHANGEABLE, decide, request_id)


def _changes(before: Subscription, wanted: dict[str, Any]) -> dict[str, Any]:
    changes = {name: value for name, value in wanted.items() if value is not None and name != "remaining_count"}
    if "plan_id" in changes:
        new, old = (plans.find(before.merchant_id, each) for each in (changes["plan_id"], before.plan_id))
        if (new.period, new.interval) != (old.period, old.interval):
            raise BadRequest(OTHER_PERIOD, "plan_id")
    if "start_at" in changes and before.status != Status.AUTHENTICATED:
        raise BadRequest("start_at of a subscription that has begun cannot be changed", "start_at")
    if wanted.get("remaining_count") is not None:
        changes["total_count"] = int(before.paid_count) + int(wanted["remaining_count"])
    return changes


def forget_change(merchant_id: str, subscription_id: str, request_id: str) -> Subscription:
    """Drops what was scheduled for the end of the cycle. Raises NotFound, and BadRequest if nothing was."""

    def decide(before: Subscription) -> Outcome:
        if not before.scheduled:
            raise BadRequest(NO_CHANGES)
        return Outcome({"scheduled": None})

    return _decide(merchant_id, subscription_id, NOT_ENDED, decide, request_id)


def scheduled(merchant_id: str, subscription_id: str) -> Subscription:
    """Returns the subscription as it will be after its scheduled change. Raises NotFound, and BadRequest without one."""
    before = subscriptions.find(merchant_id, subscription_id)
    if not before.scheduled:
        raise BadRequest(NO_CHANGES)
    return steps.copy(before, **before.scheduled)


def add(merchant_id: str, subscription_id: str, addon: Addon, request_id: str) -> Subscription:
    """Adds an amount to the next charge."""

    def decide(before: Subscription) -> Outcome:
        return Outcome({"addons": [*(before.addons or ()), addon]})

    return _decide(merchant_id, subscription_id, NOT_ENDED, decide, request_id)


def set_payer(merchant_id: str, subscription_id: str, vpa: str, request_id: str) -> Subscription:
    """Makes another VPA the one that the charges ask."""
    return _decide(merchant_id, subscription_id, NOT_ENDED, lambda _: Outcome({"payer_vpa": vpa}), request_id)
