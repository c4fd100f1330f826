"""Takes a payer's payment of a QR code, and counts the money when it is there."""

from chalicelib import queues
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest, Reason
from chalicelib.domain.money import DEFAULT_CURRENCY
from chalicelib.domain.orders import CaptureMode, OrderStatus
from chalicelib.domain.payments import State
from chalicelib.domain.webhooks import SurfaceEvent
from chalicelib.methods.upi import Flow, PayByUpi
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.qr_codes import QrCode
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.queues import Job
from chalicelib.services import orders
from chalicelib.services.entities.qr_codes import qr_code as shown
from chalicelib.services.events import announcing, telling
from chalicelib.services.idempotency import Answer
from chalicelib.services.orders import Terms
from chalicelib.services.payments import accept, records
from chalicelib.services.qr_codes import CLOSED, MOST_TRIES, CloseReason, Status, Usage, as_read, end, find

WRONG_AMOUNT = "The amount must be the amount of the QR code"
NO_AMOUNT = "The amount field is required."


def pay(code: QrCode, amount: int | None, request_id: str) -> Answer:
    """Makes a payment of the code, which its payer then approves. amount: minor units; None for the code's own.

    Returns the payment as the API shows it. Raises BadRequest for a closed code, a wrong amount, and a code for single
    use whose payment is under way or has succeeded.
    """
    if code.status != Status.ACTIVE or (code.deadline_at and code.deadline_at <= clock.now()):
        raise BadRequest(CLOSED)
    order = _make_order(code, _amount(code, amount), request_id)
    asked = PayByUpi(order_id=order.id, flow=Flow.QR)
    return accept.create(order, asked, None, request_id, public=False)


def _amount(code: QrCode, wanted: int | None) -> int:
    if code.payment_amount is None and wanted is None:
        raise BadRequest(NO_AMOUNT, "amount")
    if code.payment_amount is not None and wanted not in {None, code.payment_amount}:
        raise BadRequest(WRONG_AMOUNT, "amount")
    return int(wanted or code.payment_amount or 0)


def _make_order(code: QrCode, amount: int, request_id: str) -> Order:
    """Makes the order of one payment. The condition is that the code is still active.

    A code for single use names its order in the same transaction, and only one order at a time: an earlier order was
    cancelled before, which an order with a payment under way and a paid order refuse.
    """
    if code.order_id:
        _cancel(code, request_id)
    plan = orders.plan(code.merchant_id, _terms(code, amount), request_id)
    plan.order.owner_id = code.id
    actions, condition = [QrCode.updated_at.set(plan.order.created_at)], QrCode.status == Status.ACTIVE
    if code.usage == Usage.SINGLE:
        actions.append(QrCode.order_id.set(plan.order.id))
        condition &= QrCode.order_id == code.order_id if code.order_id else QrCode.order_id.does_not_exist()
    plan.transaction.update("QR code", code, actions, condition)
    queues.send(*plan.jobs)
    try:
        plan.transaction.commit()
    except Refused:
        raise BadRequest(CLOSED, reason=Reason.PAYMENT_IN_PROGRESS) from None
    return plan.order


def _cancel(code: QrCode, request_id: str) -> None:
    if orders.find(code.order_id).status != OrderStatus.CANCELLED:
        orders.cancel(code.merchant_id, code.order_id, None, request_id)


def _terms(code: QrCode, amount: int) -> Terms:
    return Terms(
        amount,
        DEFAULT_CURRENCY,
        receipt=None,
        notes=code.notes or {},
        capture=CaptureMode.AUTOMATIC,
        capture_within=None,
        expires_at=None,
        return_url=None,
        description=code.description,
        customer={"id": code.customer_id} if code.customer_id else None,
    )


def count(order: Order, work: Job) -> bool:
    """Counts the money of a paid order in its code, once. Returns False if SQS has to hand the job out again.

    An order that was counted may have webhooks that its worker did not send before it died.
    """
    for _ in range(MOST_TRIES):
        if order.counted_at:
            queues.send(*announcing.jobs_of(order.delivery_ids or (), work.request_id, order.merchant_id))
            return True
        paying = [payment for payment in records.of_orders([order])[order.id] if payment.state == State.CAPTURED]
        if not paying or _count(order, paying[0], work.request_id):
            return True
        order = orders.find(order.id)
    return False


def _count(order: Order, payment: Payment, request_id: str) -> bool:
    """Counts a payment. Returns False if another step came first.

    The conditions are that nobody counted the order before, and that nobody changed the code since it was read.
    """
    code = find(order.merchant_id, order.owner_id)
    unchanged, transaction = as_read(code), Transaction()
    code.amount_received, code.payments_count = code.amount_received + payment.amount, code.payments_count + 1
    closes = code.usage == Usage.SINGLE and code.status == Status.ACTIVE
    if closes:
        end(code, CloseReason.PAID)
    part = {"qr_code": shown(code)}
    happened = [(SurfaceEvent.QR_CREDITED, part), *([(SurfaceEvent.QR_CLOSED, part)] if closes else [])]
    work = telling.tell(transaction, code, happened, (payment, order), request_id)
    transaction.put("QR code", code, unchanged)
    counted = [Order.counted_at.set(clock.iso(clock.now())), Order.delivery_ids.set(code.delivery_ids)]
    transaction.update("order", order, counted, Order.counted_at.does_not_exist())
    try:
        transaction.commit()
    except Refused:
        return False
    queues.send(*work)
    return True
