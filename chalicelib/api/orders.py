from typing import Any

from chalicelib.api.blueprint import Call, Routes
from chalicelib.api.paging import wanted
from chalicelib.api.schemas import NewOrder
from chalicelib.domain.errors import NotFound
from chalicelib.domain.orders import OrderStatus
from chalicelib.services import credentials, lists, merchants, orders, views

routes = Routes(__name__)


@routes.on("POST", "/api/v1/orders", body=NewOrder)
def create_order(call: Call, order: NewOrder) -> Any:
    order.check()
    once, notes = call.once(order), order.notes if isinstance(order.notes, dict) else {}
    return orders.create(call.merchant_id, order.amount, order.currency, order.receipt, notes, once)


@routes.on("GET", "/api/v1/orders", filters={"status": tuple(OrderStatus), "receipt": ()})
def list_orders(call: Call) -> Any:
    return lists.list_orders(wanted(call))


@routes.on("GET", "/api/v1/orders/{order_id}")
def get_order(call: Call, order_id: str) -> Any:
    return views.order(orders.find(order_id, call.merchant_id))


@routes.on("GET", "/api/v1/orders/{order_id}/public", public=True, query=("key",))
def get_public_order(call: Call, order_id: str) -> Any:
    order = orders.find(order_id)
    key = call.query.get("key")
    if key and credentials.merchant_of(key) != order.merchant_id:
        raise NotFound("Order")
    return views.public_order(order, merchants.name_of(order.merchant_id))
