from typing import Any

from chalicelib.api.call import Call
from chalicelib.api.paging import list_query
from chalicelib.api.routing import Routes
from chalicelib.api.schemas import NewOrder, Nothing
from chalicelib.config import settings
from chalicelib.domain.errors import NotFound
from chalicelib.domain.orders import OrderStatus
from chalicelib.domain.payments import PaymentStatus
from chalicelib.domain.scopes import Scope
from chalicelib.methods import METHODS
from chalicelib.services import lists, orders, views
from chalicelib.services.merchants import accounts, credentials, framing

routes = Routes(__name__)


@routes.on("POST", "/api/v1/orders", scope=Scope.ORDERS_WRITE, body=NewOrder)
def create_order(call: Call, order: NewOrder) -> Any:
    terms = order.terms(allow_http=settings().is_test_stage)
    return orders.create(call.merchant_id, terms, call.once(order), call.request_id)


@routes.on("GET", "/api/v1/orders", scope=Scope.ORDERS_READ, filters={"status": tuple(OrderStatus), "receipt": ()})
def list_orders(call: Call) -> Any:
    return lists.list_orders(list_query(call))


@routes.on("GET", "/api/v1/orders/{order_id}", scope=Scope.ORDERS_READ)
def get_order(call: Call, order_id: str) -> Any:
    return views.order(orders.find(order_id, call.merchant_id))


@routes.on("POST", "/api/v1/orders/{order_id}/cancel", scope=Scope.ORDERS_WRITE)
def cancel_order(call: Call, order_id: str) -> Any:
    return orders.cancel(call.merchant_id, order_id, call.once(Nothing()), call.request_id)


@routes.on(
    "GET",
    "/api/v1/orders/{order_id}/payments",
    scope=Scope.PAYMENTS_READ,
    filters={"status": tuple(PaymentStatus), "method": METHODS},
)
def list_payments_of_order(call: Call, order_id: str) -> Any:
    return lists.payments_of(order_id, list_query(call))


@routes.on("GET", "/api/v1/orders/{order_id}/public", public=True, query=("key", "frame_origins"))
def get_public_order(call: Call, order_id: str) -> Any:
    order = orders.find(order_id)
    key = call.query.get("key")
    if key and credentials.merchant_of(key) != order.merchant_id:
        raise NotFound("Order")
    shown = views.public_order(order, accounts.face_of(order.merchant_id))
    if around := call.query.get("frame_origins"):
        shown["frame_allowed"] = framing.is_allowed(order.merchant_id, around)
    return shown
