"""Subscriptions: a payer pays a plan in each cycle."""

from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.scopes import Scope
from chalicelib.razorpay import router
from chalicelib.razorpay.asked import EARLIEST_TIME, LATEST_TIME, Asked
from chalicelib.razorpay.errors import Refusal
from chalicelib.razorpay.fields import Fields
from chalicelib.razorpay.plans import amount_of
from chalicelib.services import subscriptions
from chalicelib.services.entities.common import Entity, collection
from chalicelib.services.entities.subscriptions import addon as addon_of
from chalicelib.services.entities.subscriptions import subscription as shown
from chalicelib.services.subscriptions import Addon, Wish, changing

PATH = "/v1/subscriptions"
ONE = PATH + "/{subscription_id}"
MOST_CYCLES, MOST_UNITS = 1200, 500
NOW, CYCLE_END = "now", "cycle_end"


@router.on("POST", PATH, Scope.ORDERS_WRITE)
def create_subscription(asked: Asked) -> Entity:
    body = asked.body
    wish = Wish(
        body.required_text("plan_id"),
        total_count=body.integer("total_count", None, 1, MOST_CYCLES),
        quantity=body.integer("quantity", 1, 1, MOST_UNITS),
        start_at=_future(body, "start_at"),
        expire_by=_future(body, "expire_by"),
        customer_id=body.text("customer_id"),
        customer_notify=body.switch("customer_notify") is not False,
        notes=body.notes(),
        addons=_addons(body),
        key_id=asked.key or None,
    )
    return shown(subscriptions.create(asked.merchant_id, wish, asked.request_id))


def _future(body: Fields, name: str) -> int | None:
    moment = body.optional_integer(name, EARLIEST_TIME, LATEST_TIME)
    if moment is not None and moment <= clock.now():
        raise Refusal(f"{name} cannot be lesser than the current time.", name)
    return moment


def _addons(body: Fields) -> list[Addon]:
    given = body.tree.get("addons") or []
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise Refusal("The addons must be an array.", "addons")
    return [_addon(Fields(each)) for each in given]


def _addon(body: Fields) -> Addon:
    item = body.inner("item")
    amount, quantity = amount_of(item), body.integer("quantity", 1, 1, MOST_UNITS)
    return subscriptions.new_addon(item.required_text("name"), amount, quantity)


@router.on("GET", PATH, Scope.ORDERS_READ)
def list_subscriptions(asked: Asked) -> Entity:
    plan_id = asked.query.text("plan_id")
    query = asked.list_query(filters={"plan_id": plan_id} if plan_id else {})
    return collection([shown(each) for each in subscriptions.page(query)])


@router.on("GET", ONE, Scope.ORDERS_READ)
def get_subscription(asked: Asked, subscription_id: str) -> Entity:
    return shown(subscriptions.find(asked.merchant_id, subscription_id))


@router.on("PATCH", ONE, Scope.ORDERS_WRITE)
def update_subscription(asked: Asked, subscription_id: str) -> Entity:
    body = asked.body
    wanted: dict[str, Any] = {
        "plan_id": body.text("plan_id"),
        "quantity": body.optional_integer("quantity", 1, MOST_UNITS),
        "remaining_count": body.optional_integer("remaining_count", 1, MOST_CYCLES),
        "start_at": _future(body, "start_at"),
        "customer_notify": body.switch("customer_notify"),
    }
    at_end = _moment(body, "schedule_change_at", (NOW, CYCLE_END)) == CYCLE_END
    return shown(
        changing.change(asked.merchant_id, subscription_id, wanted, at_cycle_end=at_end, request_id=asked.request_id)
    )


def _moment(body: Fields, name: str, known: tuple[str, ...]) -> str:
    moment = body.text(name) or NOW
    if moment not in known:
        raise Refusal(f"The {name} must be {' or '.join(known)}.", name)
    return moment


@router.on("POST", ONE + "/cancel", Scope.ORDERS_WRITE)
def cancel_subscription(asked: Asked, subscription_id: str) -> Entity:
    at_end = bool(asked.body.switch("cancel_at_cycle_end"))
    return shown(changing.cancel(asked.merchant_id, subscription_id, at_cycle_end=at_end, request_id=asked.request_id))


@router.on("POST", ONE + "/pause", Scope.ORDERS_WRITE)
def pause_subscription(asked: Asked, subscription_id: str) -> Entity:
    _moment(asked.body, "pause_at", (NOW,))
    return shown(changing.pause(asked.merchant_id, subscription_id, asked.request_id))


@router.on("POST", ONE + "/resume", Scope.ORDERS_WRITE)
def resume_subscription(asked: Asked, subscription_id: str) -> Entity:
    _moment(asked.body, "resume_at", (NOW,))
    return shown(changing.resume(asked.merchant_id, subscription_id, asked.request_id))


@router.on("GET", ONE + "/retrieve_scheduled_changes", Scope.ORDERS_READ)
def get_scheduled_changes(asked: Asked, subscription_id: str) -> Entity:
    return shown(changing.scheduled(asked.merchant_id, subscription_id))


@router.on("POST", ONE + "/cancel_scheduled_changes", Scope.ORDERS_WRITE)
def cancel_scheduled_changes(asked: Asked, subscription_id: str) -> Entity:
    return shown(changing.forget_change(asked.merchant_id, subscription_id, asked.request_id))


@router.on("POST", ONE + "/addons", Scope.ORDERS_WRITE)
def add_to_subscription(asked: Asked, subscription_id: str) -> Entity:
    addon = _addon(asked.body)
    return addon_of(changing.add(asked.merchant_id, subscription_id, addon, asked.request_id), addon)
