"""Makes and finds plans."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain import clock
from chalicelib.domain.cycles import Period
from chalicelib.domain.ids import new_id
from chalicelib.domain.lists import ListQuery
from chalicelib.persistence.listing import Listing
from chalicelib.persistence.ownership import owned
from chalicelib.persistence.plans import Plan

PREFIX = "plan"
PLANS = Listing(Plan, Plan.by_merchant)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a merchant wants of a plan. interval: periods of one cycle; amount: minor units."""

    period: Period
    interval: int
    name: str
    amount: int
    currency: str
    description: str | None = None
    notes: dict[str, str] | None = None


def create(merchant_id: str, wish: Wish) -> Plan:
    """Makes a plan."""
    plan = Plan(
        new_id(PREFIX),
        merchant_id=merchant_id,
        period=wish.period,
        interval=wish.interval,
        name=wish.name,
        description=wish.description,
        amount=wish.amount,
        currency=wish.currency,
        notes=wish.notes,
        created_at=clock.iso(clock.now()),
    )
    plan.write()
    return plan


def find(merchant_id: str, plan_id: str) -> Plan:
    """Reads a plan of the merchant. Raises NotFound."""
    return owned(Plan.find(plan_id), merchant_id, "Plan")


def page(query: ListQuery) -> Sequence[Plan]:
    """Returns the records of a page of a merchant's plans. Raises BadRequest."""
    return PLANS.page(query).rows
