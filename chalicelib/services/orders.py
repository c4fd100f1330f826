"""Orders: what a merchant wants to be paid for."""

from chalicelib.domain import clock
from chalicelib.domain.errors import NotFound
from chalicelib.domain.ids import new_id
from chalicelib.domain.orders import OrderStatus
from chalicelib.persistence.orders import Order
from chalicelib.persistence.transactions import Transaction
from chalicelib.services import idempotency, views
from chalicelib.services.idempotency import CREATED, Answer, Once


def create(
    merchant_id: str,
    amount: int,
    currency: str,
    receipt: str | None,
    notes: dict[str, str],
    once: Once | None,
) -> Answer:
    """amount: minor units."""
    if replay := idempotency.recorded(once):
        return replay
    now = clock.iso(clock.now())
    order = Order(
        new_id("order"),
        merchant_id=merchant_id,
        amount=amount,
        currency=currency,
        receipt=receipt,
        notes=notes,
        status=OrderStatus.CREATED,
        amount_paid=0,
        attempts=0,
        payment_ids=[],
        created_at=now,
        updated_at=now,
    )
    transaction = Transaction()
    transaction.put("order", order)
    return idempotency.commit(transaction, once, idempotency.answer(CREATED, views.order(order)))


def find(order_id: str, merchant_id: str | None = None) -> Order:
    """merchant_id None: any merchant's. Raises NotFound."""
    order = Order.find(order_id)
    if order is None or merchant_id not in {None, order.merchant_id}:
        raise NotFound("Order")
    return order
