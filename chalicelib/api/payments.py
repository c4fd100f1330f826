from typing import Any

from msgspec.structs import asdict

from chalicelib.api.call import Call
from chalicelib.api.paging import list_query
from chalicelib.api.routing import Routes
from chalicelib.api.schemas import Capture, NewRefund, Nothing
from chalicelib.domain.payments import PaymentStatus
from chalicelib.domain.refunds import RefundStatus
from chalicelib.domain.scopes import Scope
from chalicelib.methods import METHODS, AnyPayment, AnyPublicPayment, NewPayment
from chalicelib.services import lists, orders, views
from chalicelib.services.merchants import credentials
from chalicelib.services.payments import accept, decide, notifications, records, returning
from chalicelib.services.payments.accept import NOBODY, Payer
from chalicelib.services.refunds import accept as accept_refund
from chalicelib.services.refunds import records as refund_records
from chalicelib.services.reports import timeline

routes = Routes(__name__)


@routes.on("POST", "/api/v1/payments", scope=Scope.PAYMENTS_WRITE, body=AnyPayment)
def create_payment(call: Call, payment: NewPayment) -> Any:
    return _pay(call, payment, public=False)


@routes.on("POST", "/api/v1/payments/public", body=AnyPublicPayment, public=True)
def create_public_payment(call: Call, payment: AnyPublicPayment) -> Any:
    call.merchant_id = credentials.merchant_of(payment.key)
    told = payment.payer and Payer(**asdict(payment.payer))
    return _pay(call, payment, public=True, payer=told or NOBODY)


def _pay(call: Call, payment: NewPayment, *, public: bool, payer: Payer = NOBODY) -> Any:
    """Accepts a payment.

    The service looks for a replay before it checks the instrument: a card may have expired since.
    """
    order = orders.find(payment.order_id, call.merchant_id)
    once = call.once(payment)
    return accept.create(order, payment, once, call.request_id, public=public, address=call.address, payer=payer)


@routes.on(
    "GET",
    "/api/v1/payments",
    scope=Scope.PAYMENTS_READ,
    filters={"status": tuple(PaymentStatus), "method": METHODS, "order_id": ()},
)
def list_payments(call: Call) -> Any:
    return lists.list_payments(list_query(call))


@routes.on("GET", "/api/v1/payments/{payment_id}", scope=Scope.PAYMENTS_READ)
def get_payment(call: Call, payment_id: str) -> Any:
    return views.payment(records.find(payment_id, call.merchant_id))


@routes.on("GET", "/api/v1/payments/{payment_id}/public", public=True)
def get_public_payment(_: Call, payment_id: str) -> Any:
    return views.public(views.payment(records.find(payment_id)))


@routes.on("GET", "/api/v1/payments/{payment_id}/public/return", public=True, query=("key",))
def get_return(call: Call, payment_id: str) -> Any:
    return returning.link(payment_id, call.query.get("key", ""))


@routes.on("POST", "/api/v1/payments/{payment_id}/public/cancel", public=True)
def cancel_public_payment(call: Call, payment_id: str) -> Any:
    return decide.give_up(payment_id, call.request_id)


@routes.on("GET", "/api/v1/payments/{payment_id}/timeline", scope=Scope.PAYMENTS_READ)
def get_timeline(call: Call, payment_id: str) -> Any:
    return timeline.of_payment(call.merchant_id, payment_id)


@routes.on("POST", "/api/v1/payments/{payment_id}/capture", scope=Scope.PAYMENTS_WRITE, body=Capture)
def capture_payment(call: Call, payment_id: str, capture: Capture) -> Any:
    once = call.once(capture)
    return decide.capture(call.merchant_id, payment_id, capture.amount, once, call.request_id)


@routes.on("POST", "/api/v1/payments/{payment_id}/void", scope=Scope.REFUNDS_WRITE)
def void_payment(call: Call, payment_id: str) -> Any:
    return decide.void(call.merchant_id, payment_id, call.once(Nothing()), call.request_id)


@routes.on("POST", "/api/v1/payments/{payment_id}/refunds", scope=Scope.REFUNDS_WRITE, body=NewRefund)
def create_refund(call: Call, payment_id: str, refund: NewRefund) -> Any:
    once = call.once(refund)
    return accept_refund.create(call.merchant_id, payment_id, refund.amount, refund.reason, once, call.request_id)


@routes.on(
    "GET", "/api/v1/refunds", scope=Scope.REFUNDS_READ, filters={"status": tuple(RefundStatus), "payment_id": ()}
)
def list_refunds(call: Call) -> Any:
    return lists.list_refunds(list_query(call))


@routes.on("GET", "/api/v1/refunds/{refund_id}", scope=Scope.REFUNDS_READ)
def get_refund(call: Call, refund_id: str) -> Any:
    return views.refund(refund_records.find(refund_id, call.merchant_id))


@routes.on("POST", "/api/v1/bank/notifications", public=True)
def receive_notification(call: Call) -> Any:
    """Receives a notification, also of a dispute. The bank proves its identity by a signature over the exact bytes."""
    headers = {name.lower(): str(value) for name, value in call.raw.headers.items()}
    notifications.receive(headers, call.body, call.request_id)
    return {"received": True}
