"""Shows orders as entities."""

from collections.abc import Sequence

from chalicelib.domain.orders import CaptureMode, OrderStatus
from chalicelib.domain.payments import State
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.services.entities import payments as payment_entities
from chalicelib.services.entities.common import Entity, collection, epoch, notes
from chalicelib.services.payments import records


def order(record: Order, *, captured: bool) -> Entity:
    """Shows an order. captured: whether a payment of it is captured; only then the entity is paid.

    Parts are captured at once, so the record of an order with parts tells how much is captured.
    """
    in_parts = record.first_part_min is not None
    paid = int(record.amount_paid) if captured or in_parts else 0
    return {
        "id": record.id,
        "entity": "order",
        "amount": record.amount,
        "amount_paid": paid,
        "amount_due": int(record.amount) - paid,
        "currency": record.currency,
        "receipt": record.receipt,
        "offer_id": None,
        "status": _status(record, captured=captured and paid == record.amount),
        "attempts": record.attempts,
        "notes": notes(record.notes),
        "created_at": epoch(record.created_at),
    }


def _status(record: Order, *, captured: bool) -> str:
    if captured:
        return OrderStatus.PAID
    return OrderStatus.ATTEMPTED if record.attempts else OrderStatus.CREATED


def shown(found: Sequence[Order]) -> list[Entity]:
    """Shows orders. Reads the payments of those paid orders whose record does not tell that the money was taken."""
    doubtful = [each for each in found if each.status == OrderStatus.PAID and each.capture != CaptureMode.AUTOMATIC]
    paying = records.of_orders(doubtful)
    return [order(each, captured=_is_captured(each, paying.get(each.id))) for each in found]


def with_payments(found: Sequence[Order], *, card_shown: bool = False) -> list[Entity]:
    """Shows orders, each with its payments. card_shown: and those with their cards."""
    mine = records.of_orders(found)
    return [
        {
            **order(each, captured=any(payment.state == State.CAPTURED for payment in mine[each.id])),
            "payments": collection(
                [payment_entities.payment(payment, each, card_shown=card_shown) for payment in mine[each.id]]
            ),
        }
        for each in found
    ]


def payments_of(record: Order) -> list[Entity]:
    """Shows an order's payments."""
    mine = records.of_orders([record])[record.id]
    return [payment_entities.payment(payment, record, card_shown=True) for payment in mine]


def _is_captured(record: Order, payments: Sequence[Payment] | None) -> bool:
    if payments is None:
        return bool(record.status == OrderStatus.PAID)
    return any(payment.state == State.CAPTURED for payment in payments)
