"""Pays an order without a browser, and answers what the checkout hands to its page."""

import json
import time
from typing import Annotated, Any

from msgspec import Meta, Struct, convert

from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.domain.payments import LIVE, State
from chalicelib.domain.scopes import Scope
from chalicelib.methods import AnyPayment
from chalicelib.methods.card import CardDetails
from chalicelib.services import orders
from chalicelib.services.entities import declines
from chalicelib.services.merchants import accounts
from chalicelib.services.payments import accept, records, signatures
from chalicelib.services.payments.accept import Payer

routes = Routes(__name__)
Text = Annotated[str, Meta(max_length=255)]
# How long an answer waits for the bank. API Gateway ends a request after 29 seconds.
WAIT_SECONDS, LOOK_SECONDS = 20, 0.05
CARD = CardDetails("4111 1111 1111 1111", 12, 2040, "123", "Asha Rao")


class PayOrder(Struct, frozen=True):
    """method: upi with a vpa, card, or netbanking with a bank. Without a card the usual test card pays."""

    order_id: Text
    method: Text = "upi"
    vpa: Text | None = None
    card: CardDetails | None = None
    bank: Text = "HDFC"
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
    order = orders.find(asked.order_id, call.merchant_id)
    payer = Payer(asked.email, asked.contact, notes=asked.notes)
    made = accept.create(order, asked.payment(), None, call.request_id, public=False, payer=payer)
    payment_id = json.loads(made.body)["id"]
    state = _settled(payment_id)
    if state == State.FAILED:
        return 400, _failure(payment_id, order.id)
    if state in LIVE:
        return 202, {"razorpay_payment_id": payment_id, "razorpay_order_id": order.id}
    key = call.caller.key or accounts.find(call.merchant_id).api_key or ""
    return {
        "razorpay_payment_id": payment_id,
        "razorpay_order_id": order.id,
        "razorpay_signature": signatures.of_payment(call.merchant_id, key, order.id, payment_id),
    }


def _settled(payment_id: str) -> str:
    """Returns the payment's state as soon as it is settled, or the state that it still has after WAIT_SECONDS."""
    end = time.monotonic() + WAIT_SECONDS
    while (state := str(records.find(payment_id).state)) in LIVE and time.monotonic() < end:
        if state == State.REQUIRES_ACTION:
            break
        time.sleep(LOOK_SECONDS)
    return state


def _failure(payment_id: str, order_id: str) -> dict[str, Any]:
    payment = records.find(payment_id)
    return {"error": declines.told(payment.error_code, payment.method, payment_id, order_id)}
