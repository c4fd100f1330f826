"""Refunds, which the clients make below a payment or beside it."""

import json
import re

from chalicelib.domain.errors import BadRequest, Reason
from chalicelib.domain.money import MAX_AMOUNT
from chalicelib.domain.scopes import Scope
from chalicelib.razorpay.asked import Asked
from chalicelib.razorpay.errors import UNKNOWN_ID, Refusal
from chalicelib.razorpay.fields import Fields
from chalicelib.razorpay.orders import MAX_RECEIPT
from chalicelib.razorpay.router import on
from chalicelib.services import idempotency, lists
from chalicelib.services.entities import refunds as entities
from chalicelib.services.entities.common import Entity, collection
from chalicelib.services.idempotency import IdempotentRequest
from chalicelib.services.payments import records as payments
from chalicelib.services.refunds import accept, records, voided
from chalicelib.services.refunds.accept import Extras

ALL_GONE = "The payment has been fully refunded already."
KEY = "X-Refund-Idempotency"
SHORTEST_KEY, LONGEST_KEY = 10, 255


@on("POST", "/v1/payments/{payment_id}/refund", Scope.REFUNDS_WRITE)
def refund_payment(asked: Asked, payment_id: str) -> Entity:
    return _create(asked, payment_id)


@on("POST", "/v1/refunds", Scope.REFUNDS_WRITE)
def create_refund(asked: Asked) -> Entity:
    return _create(asked, asked.body.required_text("payment_id"))


def _create(asked: Asked, payment_id: str) -> Entity:
    amount = asked.body.optional_integer("amount")
    if amount is not None and not 0 < amount <= MAX_AMOUNT:
        raise Refusal("The amount must be at least INR 1.00", "amount")
    payments.find(payment_id, asked.merchant_id)
    terms = _terms(asked.body)
    try:
        made = accept.create(
            asked.merchant_id, payment_id, amount, None, _once(asked, payment_id), asked.request_id, terms
        )
    except BadRequest as error:
        payment = payments.find(payment_id, asked.merchant_id)
        if error.reason == Reason.REFUND_EXCEEDS_AVAILABLE and payment.amount_refunded == payment.amount:
            raise Refusal(ALL_GONE) from None
        raise
    return _shown(asked, json.loads(made.body)["id"])


def _terms(body: Fields) -> Extras:
    speed = body.text("speed")
    if speed not in {None, *entities.SPEEDS}:
        raise Refusal("The speed field must be normal or optimum.", "speed")
    return Extras(body.notes(), body.text("receipt", MAX_RECEIPT), speed, captured_only=True)


def _once(asked: Asked, payment_id: str) -> IdempotentRequest | None:
    """Returns the identity of a request with an idempotency key. Raises Refusal for a malformed key."""
    key = asked.call.header(KEY)
    if key and not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        raise Refusal(f"The idempotency key must have {SHORTEST_KEY} to {LONGEST_KEY} characters.")
    if key and not re.fullmatch(r"[A-Za-z0-9_-]+", key):
        raise Refusal("The idempotency key may have letters, digits, hyphens and underscores only.")
    tree = json.dumps(asked.body.tree, sort_keys=True).encode()
    return idempotency.once((asked.merchant_id, "POST", "/v1/refunds", payment_id), key, tree)


@on("GET", "/v1/refunds", Scope.REFUNDS_READ)
def list_refunds(asked: Asked) -> Entity:
    return _list(asked, asked.query.text("payment_id"))


@on("GET", "/v1/payments/{payment_id}/refunds", Scope.REFUNDS_READ)
def list_refunds_of_payment(asked: Asked, payment_id: str) -> Entity:
    return _list(asked, payment_id)


def _list(asked: Asked, payment_id: str | None) -> Entity:
    query = asked.list_query(filters={"payment_id": payment_id} if payment_id else {})
    gone = voided.of_payment(asked.merchant_id, payment_id) if payment_id else []
    return collection(entities.shown([*gone, *lists.refunds_page(query)]))


@on("GET", "/v1/refunds/{refund_id}", Scope.REFUNDS_READ)
def get_refund(asked: Asked, refund_id: str) -> Entity:
    return _shown(asked, refund_id)


@on("GET", "/v1/payments/{payment_id}/refunds/{refund_id}", Scope.REFUNDS_READ)
def get_refund_of_payment(asked: Asked, payment_id: str, refund_id: str) -> Entity:
    shown = _shown(asked, refund_id)
    if shown["payment_id"] != payment_id:
        raise Refusal(UNKNOWN_ID)
    return shown


@on("PATCH", "/v1/refunds/{refund_id}", Scope.REFUNDS_WRITE)
def edit_refund(asked: Asked, refund_id: str) -> Entity:
    changed = records.set_notes(asked.merchant_id, refund_id, asked.body.required_notes())
    return entities.shown([changed])[0]


def _shown(asked: Asked, refund_id: str) -> Entity:
    return entities.shown([voided.find(asked.merchant_id, refund_id)])[0]
