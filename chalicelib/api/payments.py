from typing import Any

from chalicelib.api.blueprint import Call, Routes
from chalicelib.api.paging import wanted
from chalicelib.api.schemas import Capture, NewPayment, NewPublicPayment, NewRefund
from chalicelib.domain import cards, clock, upi
from chalicelib.domain.errors import BadRequest, ExpiredCard, InvalidCard, InvalidVpa
from chalicelib.domain.payments import Method, PaymentStatus
from chalicelib.domain.refunds import RefundStatus
from chalicelib.domain.scopes import Scope
from chalicelib.services import credentials, idempotency, lists, orders, payments, refunds, timeline, views
from chalicelib.services.payments import Instrument

routes = Routes(__name__)


@routes.on("POST", "/api/v1/payments", scope=Scope.PAYMENTS_WRITE, body=NewPayment)
def create_payment(call: Call, payment: NewPayment) -> Any:
    return _pay(call, payment, public=False)


@routes.on("POST", "/api/v1/payments/public", body=NewPublicPayment, public=True)
def create_public_payment(call: Call, payment: NewPublicPayment) -> Any:
    call.merchant_id = credentials.merchant_of(payment.key)
    return _pay(call, payment, public=True)


def _pay(call: Call, payment: NewPayment, *, public: bool) -> Any:
    once = call.once(payment)
    try:
        instrument = _instrument(payment)
    except ExpiredCard:  # perhaps not yet when this request came first
        if replay := idempotency.recorded(once):
            return replay
        raise
    order = orders.find(payment.order_id, call.merchant_id)
    return payments.create(order, instrument, once, call.request_id, public=public)


def _instrument(payment: NewPayment) -> Instrument:
    if payment.method == Method.UPI:
        if payment.vpa is None:
            raise InvalidVpa
        return Instrument(vpa=upi.check_vpa(payment.vpa))
    if payment.method == Method.CARD:
        card = payment.card
        if card is None:
            raise InvalidCard("card")
        month, year = card.expiry()
        return Instrument(card=cards.check(card.number, month, year, card.cvv, card.holder_name, clock.now()))
    raise BadRequest("method must be upi or card", field="method")


@routes.on(
    "GET",
    "/api/v1/payments",
    scope=Scope.PAYMENTS_READ,
    filters={"status": tuple(PaymentStatus), "method": tuple(Method), "order_id": ()},
)
def list_payments(call: Call) -> Any:
    return lists.list_payments(wanted(call))


@routes.on("GET", "/api/v1/payments/{payment_id}", scope=Scope.PAYMENTS_READ)
def get_payment(call: Call, payment_id: str) -> Any:
    return views.payment(payments.find(payment_id, call.merchant_id))


@routes.on("GET", "/api/v1/payments/{payment_id}/public", public=True)
def get_public_payment(_: Call, payment_id: str) -> Any:
    return views.public(views.payment(payments.find(payment_id)))


@routes.on("GET", "/api/v1/payments/{payment_id}/timeline", scope=Scope.PAYMENTS_READ)
def get_timeline(call: Call, payment_id: str) -> Any:
    return timeline.of_payment(call.merchant_id, payment_id)


@routes.on("POST", "/api/v1/payments/{payment_id}/capture", scope=Scope.PAYMENTS_WRITE, body=Capture)
def capture_payment(call: Call, payment_id: str, capture: Capture) -> Any:
    once = call.once(capture)
    return payments.capture(call.merchant_id, payment_id, capture.amount, once, call.request_id)


@routes.on("POST", "/api/v1/payments/{payment_id}/refunds", scope=Scope.REFUNDS_WRITE, body=NewRefund)
def create_refund(call: Call, payment_id: str, refund: NewRefund) -> Any:
    once = call.once(refund)
    return refunds.create(call.merchant_id, payment_id, refund.amount, refund.reason, once, call.request_id)


@routes.on(
    "GET", "/api/v1/refunds", scope=Scope.REFUNDS_READ, filters={"status": tuple(RefundStatus), "payment_id": ()}
)
def list_refunds(call: Call) -> Any:
    return lists.list_refunds(wanted(call))


@routes.on("GET", "/api/v1/refunds/{refund_id}", scope=Scope.REFUNDS_READ)
def get_refund(call: Call, refund_id: str) -> Any:
    return views.refund(refunds.find(refund_id, call.merchant_id))
