"""Plans, which say what a subscription costs."""

from chalicelib.domain.cycles import FEWEST_DAYS, Period
from chalicelib.domain.money import MAX_AMOUNT, MIN_AMOUNT
from chalicelib.domain.scopes import Scope
from chalicelib.razorpay import router
from chalicelib.razorpay.asked import Asked
from chalicelib.razorpay.errors import Refusal
from chalicelib.razorpay.fields import Fields
from chalicelib.services import plans
from chalicelib.services.entities.common import Entity, collection
from chalicelib.services.entities.subscriptions import plan as shown
from chalicelib.services.plans import Wish

LONGEST_INTERVAL = 4000
TOO_LITTLE = "The amount must be at least INR 1.00"


@router.on("POST", "/v1/plans", Scope.ORDERS_WRITE)
def create_plan(asked: Asked) -> Entity:
    return shown(plans.create(asked.merchant_id, _wish(asked.body)))


def _wish(body: Fields) -> Wish:
    """Returns the plan that the body asks for. Raises Refusal."""
    period, item = body.required_text("period"), body.inner("item")
    if period not in set(Period):
        raise Refusal("The selected period is invalid.", "period")
    interval = body.integer("interval", None, 1, LONGEST_INTERVAL)
    if period == Period.DAILY and interval < FEWEST_DAYS:
        raise Refusal(f"The interval of a daily plan must be at least {FEWEST_DAYS}.", "interval")
    return Wish(
        Period(period),
        interval,
        name=item.required_text("name"),
        amount=amount_of(item),
        currency=item.currency(),
        description=item.text("description"),
        notes=body.notes(),
    )


def amount_of(item: Fields) -> int:
    """Returns the amount of an item. Raises Refusal."""
    amount = item.integer("amount")
    if amount < MIN_AMOUNT:
        raise Refusal(TOO_LITTLE, "amount")
    if amount > MAX_AMOUNT:
        raise Refusal("Amount exceeds maximum amount allowed.", "amount")
    return amount


@router.on("GET", "/v1/plans", Scope.ORDERS_READ)
def list_plans(asked: Asked) -> Entity:
    return collection([shown(each) for each in plans.page(asked.list_query())])


@router.on("GET", "/v1/plans/{plan_id}", Scope.ORDERS_READ)
def get_plan(asked: Asked, plan_id: str) -> Entity:
    return shown(plans.find(asked.merchant_id, plan_id))
