"""Orders."""

import json
from typing import Any

from chalicelib.domain.money import MAX_AMOUNT, MIN_AMOUNT
from chalicelib.domain.orders import CaptureMode, OrderStatus
from chalicelib.domain.scopes import Scope
from chalicelib.razorpay.asked import Asked
from chalicelib.razorpay.errors import Refusal, Where
from chalicelib.razorpay.fields import Fields
from chalicelib.razorpay.router import on
from chalicelib.services import customers, lists, orders
from chalicelib.services.entities import orders as entities
from chalicelib.services.entities.common import Entity, collection
from chalicelib.services.orders import Terms

MAX_RECEIPT = 40
MINUTE = 60
# Minutes. A payment must be captured within this time, unless the order says otherwise.
USUAL_EXPIRY, SHORTEST_EXPIRY, LONGEST_EXPIRY = 3 * 24 * 60, 12, 7200
TOO_LITTLE = "Order amount less than minimum amount allowed"
# The order's status in which a payment of it was authorised.
AUTHORIZED = {"1": (OrderStatus.PAID,), "0": tuple(status for status in OrderStatus if status != OrderStatus.PAID)}


@on("POST", "/v1/orders", Scope.ORDERS_WRITE)
def create_order(asked: Asked) -> Entity:
    made = orders.create(asked.merchant_id, terms_of(asked), None, asked.request_id)
    return _shown(asked, json.loads(made.body)["id"])


def terms_of(asked: Asked) -> Terms:
    """Returns the terms of an order as its body gives them. Raises Refusal."""
    body = asked.body
    amount, currency = amount_of(body), body.currency()
    capture, within = capture_rule(body)
    return Terms(
        amount,
        currency,
        receipt=body.text("receipt", MAX_RECEIPT),
        notes=body.notes() or {},
        capture=capture,
        capture_within=within,
        expires_at=None,
        return_url=None,
        description=None,
        customer=_customer(asked),
        first_part_min=_first_part(body),
    )


def _first_part(body: Fields) -> int | None:
    """Returns the least first payment of an order that may be paid in parts; None for other orders. Raises Refusal."""
    if not body.switch("partial_payment"):
        return None
    return body.integer("first_payment_min_amount", MIN_AMOUNT)


def _customer(asked: Asked) -> dict[str, Any] | None:
    """Returns the customer whom the order names. Raises NotFound."""
    customer_id = asked.body.text("customer_id")
    if customer_id is None:
        return None
    found = customers.find(asked.merchant_id, customer_id)
    return {"id": found.id, "name": found.name, "email": found.email, "contact": found.contact}


def amount_of(body: Fields) -> int:
    """Returns the amount of an order. Raises Refusal."""
    amount = body.integer("amount")
    if amount < MIN_AMOUNT:
        where = Where("business", "order_creation", "amount_less_than_minimum_amount")
        raise Refusal(TOO_LITTLE, "amount", where=where)
    if amount > MAX_AMOUNT:
        raise Refusal("Amount exceeds maximum amount allowed.", "amount")
    return amount


def capture_rule(body: Fields) -> tuple[CaptureMode, int | None]:
    """Returns how the order is captured, and within how many seconds. The account's default is automatic.

    `payment.capture` decides before the older `payment_capture`. Raises Refusal.
    """
    how = body.inner("payment").text("capture")
    if how not in {None, "automatic", "manual"}:
        raise Refusal("The capture field must be automatic or manual.", "capture")
    by_switch = body.switch("payment_capture")
    if how == "automatic" or (how is None and by_switch is not False):
        return CaptureMode.AUTOMATIC, None
    options = body.inner("payment").inner("capture_options")
    minutes = options.integer("manual_expiry_period", USUAL_EXPIRY, SHORTEST_EXPIRY, LONGEST_EXPIRY)
    return CaptureMode.MANUAL, minutes * MINUTE


@on("GET", "/v1/orders", Scope.ORDERS_READ)
def list_orders(asked: Asked) -> Entity:
    filters: dict[str, Any] = {}
    if authorized := asked.query.text("authorized"):
        if authorized not in AUTHORIZED:
            raise Refusal("The authorized field must be 0 or 1.", "authorized")
        filters["status"] = AUTHORIZED[authorized]
    if receipt := asked.query.text("receipt"):
        filters["receipt"] = receipt
    found = lists.orders_page(asked.list_query(filters=filters))
    if asked.expands("payments", "payments.card"):
        return collection(entities.with_payments(found, card_shown=asked.expands("payments.card")))
    return collection(entities.shown(found))


@on("GET", "/v1/orders/{order_id}", Scope.ORDERS_READ)
def get_order(asked: Asked, order_id: str) -> Entity:
    return _shown(asked, order_id)


def _shown(asked: Asked, order_id: str) -> Entity:
    record = orders.find(order_id, asked.merchant_id)
    if asked.expands("payments", "payments.card"):
        return entities.with_payments([record], card_shown=asked.expands("payments.card"))[0]
    return entities.shown([record])[0]


@on("PATCH", "/v1/orders/{order_id}", Scope.ORDERS_WRITE)
def edit_order(asked: Asked, order_id: str) -> Entity:
    return entities.shown([orders.set_notes(asked.merchant_id, order_id, asked.body.required_notes())])[0]


@on("GET", "/v1/orders/{order_id}/payments", Scope.PAYMENTS_READ)
def list_payments_of_order(asked: Asked, order_id: str) -> Entity:
    return collection(entities.payments_of(orders.find(order_id, asked.merchant_id)))
