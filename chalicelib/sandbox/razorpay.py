"""Pays an order without a browser, and answers what the checkout hands to its page."""

import json
import time
from collections.abc import Collection
from typing import Annotated, Any
from urllib.parse import urlencode

from msgspec import Meta, Struct, convert
from msgspec.structs import replace

from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.config import settings
from chalicelib.domain.money import MAX_AMOUNT, MIN_AMOUNT
from chalicelib.domain.payments import LIVE, State
from chalicelib.domain.scopes import Scope
from chalicelib.domain.upi import check_vpa
from chalicelib.methods import AnyPayment
from chalicelib.methods.card import CardDetails
from chalicelib.sandbox import payments
from chalicelib.sandbox.acts import Act
from chalicelib.services import orders, qr_codes, subscriptions
from chalicelib.services.entities import declines, results
from chalicelib.services.merchants import accounts
from chalicelib.services.payments import accept, records
from chalicelib.services.payments.accept import Payer
from chalicelib.services.qr_codes import paying
from chalicelib.services.subscriptions import changing

routes = Routes(__name__)
Text = Annotated[str, Meta(max_length=255)]
# How long an answer waits for the bank. API Gateway ends a request after 29 seconds.
WAIT_SECONDS, LOOK_SECONDS = 20, 0.05
CARD = CardDetails("4111 1111 1111 1111", 12, 2040, "123", "Asha Rao")


class PayOrder(Struct, frozen=True):
    """method: upi with a vpa, card, or netbanking with a bank. Without a card the usual test card pays.

    subscription_id: in the place of order_id, pays what the subscription asks for now. amount: of an order that may be
    paid in parts; null pays all that is due.
    """

    order_id: Text = ""
    subscription_id: Text | None = None
    method: Text = "upi"
    vpa: Text | None = None
    card: CardDetails | None = None
    bank: Text = "HDFC"
    amount: Annotated[int, Meta(ge=1, le=MAX_AMOUNT)] | None = None
    email: Text | None = None
    contact: Text | None = None
    notes: dict[str, str] | None = None

    def payment(self) -> Any:
        """Returns the request for the payment. Raises msgspec.ValidationError for an unknown method."""
        fields: dict[str, Any] = {"order_id": self.order_id, "method": self.method}
        if self.method == "card":
            fields["card"] = self.card or CARD
        elif self.method == "netbanking":
            fields["bank"] = self.bank
        else:
            fields["vpa"] = self.vpa or "success@razorpay"
        return convert(fields, AnyPayment, from_attributes=True)


@routes.on("POST", "/api/v1/sandbox/razorpay/pay", body=PayOrder, scope=Scope.PAYMENTS_WRITE, test_only=True)
def pay_order(call: Call, asked: PayOrder) -> Any:
    """Pays and waits for the bank. A failed payment is answered as the checkout tells its page of it."""
    if asked.subscription_id is not None:
        found = subscriptions.find(call.merchant_id, asked.subscription_id)
        asked = replace(asked, order_id=found.order_id or found.first_order_id)
    order = orders.find(asked.order_id, call.merchant_id)
    payer = Payer(asked.email, asked.contact, notes=asked.notes, amount=asked.amount)
    made = accept.create(order, asked.payment(), None, call.request_id, public=False, payer=payer)
    payment_id = json.loads(made.body)["id"]
    state = _settled(payment_id)
    if state == State.FAILED:
        return 400, _failure(payment_id, order.id)
    if state in LIVE:
        return 202, {"razorpay_payment_id": payment_id, "razorpay_order_id": order.id}
    key = call.caller.key or accounts.find(call.merchant_id).api_key or ""
    return results.result(call.merchant_id, key, payment_id)


class NewPayer(Struct, frozen=True):
    vpa: Text


@routes.on(
    "POST",
    "/api/v1/sandbox/razorpay/subscriptions/{subscription_id}/payer",
    body=NewPayer,
    scope=Scope.PAYMENTS_WRITE,
    test_only=True,
)
def set_payer(call: Call, subscription_id: str, wanted: NewPayer) -> Any:
    """Makes another VPA the one that the charges ask, such as failure@razorpay."""
    found = changing.set_payer(call.merchant_id, subscription_id, check_vpa(wanted.vpa), call.request_id)
    return {"id": found.id, "vpa": found.payer_vpa}


class PayCode(Struct, frozen=True):
    """amount: for a code without a fixed amount. action: what the payer does; null leaves it to the bank's page."""

    amount: Annotated[int, Meta(ge=MIN_AMOUNT, le=MAX_AMOUNT)] | None = None
    action: Annotated[str, Meta(max_length=64)] | None = "approve"


@routes.on(
    "POST", "/api/v1/sandbox/razorpay/qr_codes/{code_id}/pay", body=PayCode, scope=Scope.PAYMENTS_WRITE, test_only=True
)
def pay_code(call: Call, code_id: str, asked: PayCode) -> Any:
    """Scans a QR code and pays it. Answers 202 with the address of the bank's page if the payer has not acted yet."""
    code = qr_codes.find(call.merchant_id, code_id)
    payment_id = json.loads(paying.pay(code, asked.amount, call.request_id).body)["id"]
    state = _settled(payment_id)
    if state == State.REQUIRES_ACTION and asked.action is not None:
        payments.act(payment_id, Act(asked.action), call)
        state = _settled(payment_id, awaited=LIVE)
    shown = {"razorpay_payment_id": payment_id, "razorpay_qr_code_id": code_id}
    if state == State.FAILED:
        return 400, _failure(payment_id, records.find(payment_id).order_id)
    if state in LIVE:
        return 202, shown | {"bank_page": f"{settings().checkout}/bank?{urlencode({'payment_id': payment_id})}"}
    return shown


def _settled(payment_id: str, awaited: Collection[str] = LIVE - {State.REQUIRES_ACTION}) -> str:
    """Returns the payment's state once it is none of `awaited`, or the state that it still has after WAIT_SECONDS."""
    end = time.monotonic() + WAIT_SECONDS
    while (state := str(records.find(payment_id).state)) in awaited and time.monotonic() < end:
        time.sleep(LOOK_SECONDS)
    return state


def _failure(payment_id: str, order_id: str) -> dict[str, Any]:
    payment = records.find(payment_id)
    return {"error": declines.told(payment.error_code, payment.method, payment_id, order_id)}
