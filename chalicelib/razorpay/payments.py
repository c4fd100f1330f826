"""Payments: read, annotated, captured. Payers make them at the checkout."""

from chalicelib.domain.errors import BadRequest, Reason
from chalicelib.domain.payments import State
from chalicelib.domain.scopes import Scope
from chalicelib.razorpay.asked import Asked
from chalicelib.razorpay.errors import Refusal
from chalicelib.razorpay.router import on
from chalicelib.services import lists
from chalicelib.services.entities import payments as entities
from chalicelib.services.entities.common import Entity, collection
from chalicelib.services.payments import decide, records

ALREADY_CAPTURED = "This payment has already been captured"


@on("GET", "/v1/payments", Scope.PAYMENTS_READ)
def list_payments(asked: Asked) -> Entity:
    return collection(entities.shown(lists.payments_page(asked.list_query())))


@on("GET", "/v1/payments/{payment_id}", Scope.PAYMENTS_READ)
def get_payment(asked: Asked, payment_id: str) -> Entity:
    found = records.find(payment_id, asked.merchant_id)
    return entities.shown([found], card_shown=asked.expands("card"))[0]


@on("PATCH", "/v1/payments/{payment_id}", Scope.PAYMENTS_WRITE)
def edit_payment(asked: Asked, payment_id: str) -> Entity:
    changed = records.set_notes(asked.merchant_id, payment_id, asked.body.required_notes())
    return entities.shown([changed], card_shown=False)[0]


@on("POST", "/v1/payments/{payment_id}/capture", Scope.PAYMENTS_WRITE)
def capture_payment(asked: Asked, payment_id: str) -> Entity:
    """Captures a payment. A refusal says whether the payment was captured before."""
    records.find(payment_id, asked.merchant_id)
    amount = asked.body.integer("amount")
    try:
        decide.capture(asked.merchant_id, payment_id, amount, None, asked.request_id)
    except BadRequest as error:
        captured = records.find(payment_id, asked.merchant_id).state == State.CAPTURED
        if error.reason == Reason.NOT_CAPTURABLE and captured:
            raise Refusal(ALREADY_CAPTURED) from None
        raise
    return entities.shown([records.find(payment_id, asked.merchant_id)], card_shown=False)[0]


@on("GET", "/v1/payments/{payment_id}/card", Scope.PAYMENTS_READ)
def get_card(asked: Asked, payment_id: str) -> Entity:
    card = entities.card_of(records.find(payment_id, asked.merchant_id))
    if card is None:
        raise Refusal("Payment was not done using card")
    return card
