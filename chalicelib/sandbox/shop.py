"""Plays the demo shop's server, so that its page needs no secret: makes orders and checks with what payers come back."""

import hmac
from typing import Annotated, Any

from msgspec import Meta, Struct

from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.api.schemas import NewOrder, OrderAmount, Text
from chalicelib.config import settings
from chalicelib.services import orders
from chalicelib.services.merchants import credentials

routes = Routes(__name__)
Signature = Annotated[str, Meta(max_length=64)]


class Basket(Struct, frozen=True):
    amount: OrderAmount
    description: Text | None = None


class Returned(Struct, frozen=True):
    """The parameters with which a payer comes back to return_url."""

    order_id: Text
    payment_id: Text
    status: Text
    signature: Signature


@routes.on("POST", "/api/v1/sandbox/shop/orders", body=Basket, public=True, test_only=True)
def order_for_the_shop(call: Call, basket: Basket) -> Any:
    """Makes an order of the test merchant, whose payers come back to the demo shop."""
    merchant = credentials.merchant_of(settings().test_api_key)
    order = NewOrder(basket.amount, description=basket.description, return_url=f"{settings().checkout}/demo")
    return orders.create(merchant, order.terms(allow_http=True), None, call.request_id)


@routes.on("POST", "/api/v1/sandbox/shop/verify", body=Returned, public=True, test_only=True)
def verify_for_the_shop(_: Call, returned: Returned) -> Any:
    """Checks a signature as a shop's server has to."""
    signed = f"{returned.order_id}|{returned.payment_id}|{returned.status}".encode()
    expected = credentials.sign(settings().test_api_key, signed)
    return {"verified": hmac.compare_digest(expected.encode(), returned.signature.encode())}
