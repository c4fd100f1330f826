"""Payments that a shop's server makes, without the checkout: the payer's details come with the request."""

import json
import time
from collections.abc import Callable, Collection
from typing import Any

from msgspec import ValidationError, convert

from chalicelib.config import settings
from chalicelib.domain.payments import LIVE, State
from chalicelib.domain.scopes import Scope
from chalicelib.domain.upi import check_vpa
from chalicelib.methods import METHODS, AnyPayment, NewPayment
from chalicelib.methods.card import CardDetails
from chalicelib.methods.upi import Flow
from chalicelib.razorpay.asked import Asked
from chalicelib.razorpay.errors import Refusal
from chalicelib.razorpay.fields import Fields
from chalicelib.razorpay.router import on
from chalicelib.services import orders
from chalicelib.services.entities import results
from chalicelib.services.merchants import accounts
from chalicelib.services.payments import accept, records
from chalicelib.services.payments.accept import Payer

# How long an answer waits for the bank. API Gateway ends a request after 29 seconds.
WAIT_SECONDS, LOOK_SECONDS = 15, 0.05
MAX_CONTACT = 32
FLOWS = (Flow.COLLECT, Flow.INTENT)
OTHER_AMOUNT = "Payment amount is different from the order's amount."
# A payment that did not succeed at once and has no way on.
FAILED = 400


@on("POST", "/v1/payments/create/json", Scope.PAYMENTS_WRITE)
def create_payment(asked: Asked) -> Any:
    """Makes a payment and answers what its payer does next, or its result if the bank has decided at once."""
    asked_for = _request(asked.body, asked.body.required_text("method"))
    payment_id = _made(asked, asked_for)
    if getattr(asked_for, "flow", None) == Flow.COLLECT:
        return {"razorpay_payment_id": payment_id, "next": [_step("poll", payment_id)]}
    wait(payment_id, {State.PENDING})
    return answer(asked, payment_id)


@on("POST", "/v1/payments/create/upi", Scope.PAYMENTS_WRITE)
def create_upi_payment(asked: Asked) -> Any:
    """Makes a UPI payment. `link` opens the payer's app, unless the payer is asked at an address."""
    asked_for = _request(asked.body, "upi")
    payment_id = _made(asked, asked_for)
    if getattr(asked_for, "flow", None) == Flow.COLLECT:
        return {"razorpay_payment_id": payment_id}
    wait(payment_id, {State.PENDING})
    action = records.find(payment_id).next_action
    return {"razorpay_payment_id": payment_id, "link": action["url"]} if action else answer(asked, payment_id)


@on("POST", "/v1/payments/validate/vpa", Scope.PAYMENTS_WRITE)
def validate_vpa(asked: Asked) -> Any:
    """Answers whether an address is well formed. No directory names its owner. Raises InvalidVpa."""
    return {"vpa": check_vpa(asked.body.required_text("vpa")), "success": True, "customer_name": None}


def _made(asked: Asked, payment: NewPayment) -> str:
    """Makes the payment. Returns its id. Raises Refusal, NotFound, or what accept.create raises."""
    body, order = asked.body, orders.find(payment.order_id, asked.merchant_id)
    amount = body.integer("amount")
    if (order.first_part_min is None and amount != order.amount) or body.currency() != order.currency:
        raise Refusal(OTHER_AMOUNT, "amount")
    told = (body.text("email"), body.text("contact", MAX_CONTACT), body.text("description"), body.notes())
    payer = Payer(*told, amount=amount)
    made = accept.create(order, payment, None, asked.request_id, public=False, payer=payer)
    return str(json.loads(made.body)["id"])


def _request(body: Fields, method: str) -> NewPayment:
    """Returns the request for the payment as the services know it. Raises Refusal."""
    if method not in METHODS:
        raise Refusal(f"The {method} method is not supported.", "method")
    fields: dict[str, Any] = {"order_id": body.required_text("order_id"), "method": method, **_OF_METHOD[method](body)}
    try:
        asked: NewPayment = convert(fields, AnyPayment)
    except ValidationError:  # no part but a bank's code has a form of its own
        raise Refusal("The bank is not valid.", "bank") from None
    return asked


def _upi(body: Fields) -> dict[str, Any]:
    """Returns the flow and the address, which stand in `upi` or beside it."""
    told = body.inner("upi")
    flow = told.text("flow") or body.text("flow") or Flow.COLLECT
    if flow not in FLOWS:
        raise Refusal(f"The flow field must be {' or '.join(FLOWS)}.", "flow")
    return {"flow": flow, "vpa": told.text("vpa") or body.text("vpa")}


def _card(body: Fields) -> dict[str, Any]:
    told = body.inner("card")
    parts = {name: told.required_text(name) for name in ("number", "expiry_month", "expiry_year", "cvv")}
    return {"card": CardDetails(**parts, holder_name=told.required_text("name"))}


def _netbanking(body: Fields) -> dict[str, Any]:
    return {"bank": body.required_text("bank")}


_OF_METHOD: dict[str, Callable[[Fields], dict[str, Any]]] = {"upi": _upi, "card": _card, "netbanking": _netbanking}


def wait(payment_id: str, over: Collection[str]) -> None:
    """Waits until the payment has left these states, or for WAIT_SECONDS."""
    end = time.monotonic() + WAIT_SECONDS
    while records.find(payment_id).state in over and time.monotonic() < end:
        time.sleep(LOOK_SECONDS)


def answer(asked: Asked, payment_id: str) -> Any:
    """Returns what comes next of a payment that is open, or its signed result, or (400, its error)."""
    payment = records.find(payment_id, asked.merchant_id)
    if payment.state in LIVE:
        return {"razorpay_payment_id": payment_id, "next": steps(payment)}
    key = asked.key or accounts.find(asked.merchant_id).api_key or ""
    told = results.result(asked.merchant_id, key, payment_id)
    return (FAILED, told) if "error" in told else told


def steps(payment: Any) -> list[dict[str, str]]:
    """Returns the ways on. The URLs of the bank are whole; those of this API are paths.

    Only the simulated bank takes a code from a shop (chalicelib/sandbox/codes.py).
    """
    action = payment.next_action or {}
    if payment.state != State.REQUIRES_ACTION or not action:
        return [_step("poll", payment.id)]
    if action["type"] != "redirect":
        return [{"action": "intent", "url": action["url"]}, _step("poll", payment.id)]
    takes_code = payment.method == "card" and settings().is_test_stage
    code = [_step("otp_generate", payment.id, "/otp_generate")] if takes_code else []
    return [{"action": "redirect", "url": action["url"]}, *code]


def _step(action: str, payment_id: str, path: str = "") -> dict[str, str]:
    return {"action": action, "url": f"/v1/payments/{payment_id}{path}"}
