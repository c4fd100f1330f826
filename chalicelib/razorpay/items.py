"""Items, which a merchant keeps as a price list."""

from typing import Any

from chalicelib.domain.money import MAX_AMOUNT, MIN_AMOUNT
from chalicelib.domain.scopes import Scope
from chalicelib.razorpay.asked import Asked
from chalicelib.razorpay.fields import Fields
from chalicelib.razorpay.router import on
from chalicelib.services import items
from chalicelib.services.entities.common import Entity, collection
from chalicelib.services.entities.items import item as shown
from chalicelib.services.items import ACTIVE, INACTIVE, Details

MAX_NAME, MAX_DESCRIPTION = 512, 2048


@on("POST", "/v1/items", Scope.ORDERS_WRITE)
def create_item(asked: Asked) -> Entity:
    body = asked.body
    details = Details(
        body.required_text("name", MAX_NAME),
        body.text("description", MAX_DESCRIPTION),
        body.integer("amount", least=MIN_AMOUNT, most=MAX_AMOUNT),
        body.currency(),
    )
    return shown(items.create(asked.merchant_id, details))


@on("GET", "/v1/items", Scope.ORDERS_READ)
def list_items(asked: Asked) -> Entity:
    """Lists items: all, or those with `active` 1 or 0."""
    wanted = _active(asked.query)
    query = asked.list_query(filters={"active": wanted} if wanted else {})
    return collection([shown(each) for each in items.page(query)])


def _active(fields: Fields) -> str | None:
    switch = fields.switch("active")
    return None if switch is None else ACTIVE if switch else INACTIVE


@on("GET", "/v1/items/{item_id}", Scope.ORDERS_READ)
def get_item(asked: Asked, item_id: str) -> Entity:
    return shown(items.find(asked.merchant_id, item_id))


@on("PATCH", "/v1/items/{item_id}", Scope.ORDERS_WRITE)
def edit_item(asked: Asked, item_id: str) -> Entity:
    body = asked.body
    details = Details(
        body.text("name", MAX_NAME),
        body.text("description", MAX_DESCRIPTION),
        body.optional_integer("amount", MIN_AMOUNT, MAX_AMOUNT),
        body.currency() if body.has("currency") else None,
        _active(body),
    )
    return shown(items.edit(asked.merchant_id, item_id, details))


@on("DELETE", "/v1/items/{item_id}", Scope.ORDERS_WRITE)
def delete_item(asked: Asked, item_id: str) -> list[Any]:
    items.delete(asked.merchant_id, item_id)
    return []
