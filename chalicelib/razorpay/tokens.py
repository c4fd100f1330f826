"""Saved instruments of customers. The gateway keeps no card and no address beyond its payment, so there are none."""

from typing import Any

from chalicelib.domain.errors import NotFound
from chalicelib.domain.scopes import Scope
from chalicelib.razorpay.asked import Asked
from chalicelib.razorpay.router import on
from chalicelib.services import customers
from chalicelib.services.entities.common import Entity, collection

ONE = "/v1/customers/{customer_id}/tokens/{token_id}"


@on("GET", "/v1/customers/{customer_id}/tokens", Scope.ORDERS_READ)
def list_tokens(asked: Asked, customer_id: str) -> Entity:
    customers.find(asked.merchant_id, customer_id)
    return collection([])


@on("GET", ONE, Scope.ORDERS_READ)
def get_token(asked: Asked, customer_id: str, _: str) -> Any:
    """Raises NotFound for every id."""
    customers.find(asked.merchant_id, customer_id)
    raise NotFound("Token")


@on("DELETE", ONE, Scope.ORDERS_WRITE)
def delete_token(asked: Asked, customer_id: str, token_id: str) -> Any:
    """Raises NotFound for every id."""
    return get_token(asked, customer_id, token_id)


@on("PUT", f"{ONE}/cancel", Scope.ORDERS_WRITE)
def cancel_token(asked: Asked, customer_id: str, token_id: str) -> Any:
    """Raises NotFound for every id."""
    return get_token(asked, customer_id, token_id)
