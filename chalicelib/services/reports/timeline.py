"""Lists what happened to a payment, in order."""

from collections.abc import Sequence
from typing import Any

from chalicelib.domain.declines import merchant_text
from chalicelib.domain.lists import ListQuery
from chalicelib.domain.payments import PaymentStatus, State
from chalicelib.domain.webhooks import delivery_id
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.services import lists
from chalicelib.services.events import early
from chalicelib.services.payments import records
from chalicelib.services.webhooks import endpoints

MAX_REFUNDS = 100

Entry = dict[str, Any]


def of_payment(merchant_id: str, payment_id: str) -> dict[str, Any]:
    payment = records.find(payment_id, merchant_id)
    refunds = lists.REFUNDS_OF_PAYMENT.page(ListQuery(payment.id, MAX_REFUNDS)).rows
    entries = _of_payment(payment)
    entries += [entry for refund in refunds for entry in _of_refund(refund)]
    entries += [entry for delivery in _deliveries(payment, refunds) for entry in _of_delivery(delivery)]
    return {"data": sorted(entries, key=lambda entry: str(entry["at"]))}


def _entry(at: str | None, what: str, detail: str | None, object_id: str) -> Entry:
    return {"at": at, "what": what, "detail": detail, "object_id": object_id}


def _of_payment(payment: Payment) -> list[Entry]:
    entries = [_entry(payment.created_at, "created", None, payment.id)]
    if payment.settled_at:
        what = PaymentStatus.FAILED if payment.state == State.FAILED else PaymentStatus.SUCCESS
        detail = merchant_text(payment.error_code) if payment.error_code else None
        entries.append(_entry(payment.settled_at, str(what), detail, payment.id))
    if payment.captured_at:
        entries.append(_entry(payment.captured_at, "captured", None, payment.id))
    if payment.voided_at:
        entries.append(_entry(payment.voided_at, "voided", None, payment.id))
    return entries


def _of_refund(refund: Refund) -> list[Entry]:
    entries = [_entry(refund.created_at, "refund created", refund.reason, refund.id)]
    if refund.updated_at != refund.created_at:
        entries.append(
            _entry(
                refund.updated_at,
                f"refund {refund.status}",
                refund.error_code and merchant_text(refund.error_code),
                refund.id,
            )
        )
    return entries


def _deliveries(payment: Payment, refunds: Sequence[Refund]) -> list[Delivery]:
    """Reads the deliveries. A delivery id follows from object, sequence and endpoint, so no index is needed.

    The payment's record does not name the deliveries of its early events.
    """
    receivers = endpoints.current(payment.merchant_id)
    sequences = early.SEQUENCES.values()
    ids = [delivery_id(payment.id, sequence, endpoint.id) for sequence in sequences for endpoint in receivers]
    ids += payment.delivery_ids or ()
    for refund in refunds:
        ids += refund.delivery_ids or ()
    return list(Delivery.find_many(ids).values())


def _of_delivery(delivery: Delivery) -> list[Entry]:
    made = [
        _entry(a["at"], f"webhook {delivery.event}", a["error_detail"] or f"HTTP {a['status']}", delivery.id)
        for a in delivery.attempts_log
    ]
    return made or [_entry(delivery.created_at, f"webhook {delivery.event}", delivery.status, delivery.id)]
