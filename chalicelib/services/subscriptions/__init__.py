"""Makes and finds subscriptions. charging.py drives their cycles, changing.py does what a merchant decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib import queues
from chalicelib.domain import cycles
from chalicelib.domain.cycles import Period
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.ids import new_id
from chalicelib.domain.lists import ListQuery
from chalicelib.domain.money import MAX_AMOUNT
from chalicelib.domain.orders import CaptureMode
from chalicelib.domain.subscriptions import AUTHENTICATION_AMOUNT, Status
from chalicelib.persistence.listing import Listing
from chalicelib.persistence.ownership import owned
from chalicelib.persistence.plans import Plan
from chalicelib.persistence.subscriptions import Subscription
from chalicelib.services import customers, orders, plans
from chalicelib.services.orders import Terms
from chalicelib.services.subscriptions import steps

PREFIX = "sub"
SUBSCRIPTIONS = Listing(Subscription, Subscription.by_merchant)
# What the amount of the next charges depends on.
PRICED = ("plan_id", "quantity", "addons", "scheduled")
MOST_ADDONS = 50
TOO_MUCH = "Amount exceeds maximum amount allowed."
# [id, name, amount in minor units, quantity]
Addon = list[Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a merchant wants of a subscription. start_at and expire_by: Unix seconds; without a start it begins when it
    is paid.
    """

    plan_id: str
    total_count: int
    quantity: int = 1
    start_at: int | None = None
    expire_by: int | None = None
    customer_id: str | None = None
    customer_notify: bool = True
    notes: dict[str, str] | None = None
    addons: Sequence[Addon] = ()
    key_id: str | None = None


def create(merchant_id: str, wish: Wish, request_id: str) -> Subscription:
    """Makes a subscription, and the order whose payment authenticates it. Raises NotFound."""
    plan = plans.find(merchant_id, wish.plan_id)
    if wish.customer_id is not None:
        customers.find(merchant_id, wish.customer_id)
    made = Subscription(
        new_id(PREFIX),
        merchant_id=merchant_id,
        plan_id=plan.id,
        status=Status.CREATED,
        version=1,
        key_id=wish.key_id,
        customer_id=wish.customer_id,
        quantity=wish.quantity,
        total_count=wish.total_count,
        paid_count=0,
        customer_notify=wish.customer_notify,
        notes=wish.notes,
        addons=list(wish.addons) or None,
        auth_attempts=0,
        tried=0,
        failures=0,
        cycle=0,
        start_at=wish.start_at,
        first_pays_cycle=wish.start_at is None,
        charge_at=wish.start_at,
        end_at=None if wish.start_at is None else end_of(plan, wish.start_at, wish.total_count),
        expire_by=wish.expire_by,
        deadline_at=wish.expire_by,
    )
    check_amounts(None, made)
    order = orders.plan(merchant_id, terms_of(made, plan, _first_amount(made, plan)), request_id)
    order.order.owner_id = made.id
    made.first_order_id = made.order_id = order.order.id
    made.created_at = made.updated_at = order.order.created_at
    queues.send(*order.jobs, *steps.write(order.transaction, made, [], request_id))
    order.transaction.commit()
    return made


def new_addon(name: str, amount: int, quantity: int) -> Addon:
    """Returns an add-on. amount: minor units."""
    return [new_id("ao"), name, amount, quantity]


def end_of(plan: Plan, anchor: float, cycles_left: int) -> int:
    """Returns the end of the last cycle, counted from the anchor, in Unix seconds."""
    return cycles.start_of(anchor, Period(plan.period), int(plan.interval), cycles_left)


def _first_amount(made: Subscription, plan: Plan) -> int:
    """Returns the amount that authenticates: the first charge, or what a subscription that begins later asks at once."""
    if made.start_at is None:
        return amount_of(made, plan)
    return _addons_of(made) or AUTHENTICATION_AMOUNT


def amount_of(record: Subscription, plan: Plan) -> int:
    """Returns the amount of the next charge, in minor units."""
    return int(plan.amount) * int(record.quantity) + _addons_of(record)


def check_amounts(before: Subscription | None, after: Subscription) -> None:
    """Raises BadRequest if the next charge, now or after the scheduled change, has too many add-ons or is too large."""
    if before and all(getattr(before, name) == getattr(after, name) for name in PRICED):
        return
    if len(after.addons or ()) > MOST_ADDONS:
        raise BadRequest(f"A charge has at most {MOST_ADDONS} add-ons", "addons")
    for change in ({}, after.scheduled or {}):
        plan = plans.find(after.merchant_id, change.get("plan_id", after.plan_id))
        units = int(change.get("quantity", after.quantity))
        if int(plan.amount) * units + _addons_of(after) > MAX_AMOUNT:
            raise BadRequest(TOO_MUCH, "amount")


def _addons_of(record: Subscription) -> int:
    return sum(int(amount) * int(quantity) for *_, amount, quantity in record.addons or ())


def terms_of(record: Subscription, plan: Plan, amount: int) -> Terms:
    """Returns the terms of an order of the subscription."""
    return Terms(
        amount,
        plan.currency,
        receipt=None,
        notes=record.notes or {},
        capture=CaptureMode.AUTOMATIC,
        capture_within=None,
        expires_at=None,
        return_url=None,
        description=plan.name,
        customer={"id": record.customer_id} if record.customer_id else None,
    )


def find(merchant_id: str, subscription_id: str) -> Subscription:
    """Reads a subscription of the merchant. Raises NotFound."""
    return owned(Subscription.find(subscription_id), merchant_id, "Subscription")


def page(query: ListQuery) -> Sequence[Subscription]:
    """Returns the records of a page of a merchant's subscriptions. Raises BadRequest."""
    return SUBSCRIPTIONS.page(query).rows
