"""Each object as the API and the webhooks show it; the order of keys is the contract's."""

from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.payments import Method, refund_status
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint

View = dict[str, Any]


def _fields(record: Any, *names: str) -> View:
    return {name: getattr(record, name) for name in names}


def order(record: Order) -> View:
    return _fields(
        record, "id", "merchant_id", "amount", "currency", "receipt", "notes", "status", "amount_paid", "attempts",
        "created_at", "updated_at",
    )  # fmt: skip


def public_order(record: Order, merchant_name: str) -> View:
    return {**_fields(record, "id", "amount", "currency", "status"), "merchant_name": merchant_name}


def new_payment(record: Payment) -> View:
    """As the answer to its creation shows it."""
    instrument = ("vpa",) if record.method == Method.UPI else ("card_network", "card_last4")
    return _fields(
        record, "id", "order_id", "merchant_id", "amount", "currency", "method", *instrument, "status", "captured",
        "created_at", "updated_at",
    )  # fmt: skip


def payment(record: Payment) -> View:
    return {
        **new_payment(record),
        "amount_refunded": record.amount_refunded,
        "refund_status": refund_status(int(record.amount), int(record.amount_refunded)),
        "error_code": record.error_code,
        "error_description": record.error_description,
    }


def public(view: View) -> View:
    """Less what the payer should not see."""
    return {name: value for name, value in view.items() if name != "merchant_id"}


def new_refund(record: Refund) -> View:
    return _fields(record, "id", "payment_id", "amount", "reason", "status", "created_at")


def refund(record: Refund) -> View:
    return {**new_refund(record), **_fields(record, "processed_at", "error_code", "error_description")}


def _iso(seconds: float | None) -> str | None:
    return None if seconds is None else clock.iso(float(seconds))


def delivery(record: Delivery) -> View:
    return {
        **_fields(record, "id", "event", "status", "attempts", "created_at", "last_attempt_at"),
        "next_retry_at": _iso(record.next_retry_at),
        **_fields(record, "response_code", "endpoint_id", "object_id"),
    }


def delivery_detail(record: Delivery) -> View:
    return {
        **delivery(record),
        **_fields(record, "url", "response_body", "attempts_log"),
        "payload": record.body,
    }


def endpoint(record: WebhookEndpoint) -> View:
    """previous_secret_expires_at: null once the last one has."""
    ends = [float(previous.expires_at) for previous in record.previous_secrets or ()]
    return {
        **_fields(record, "id", "url", "events", "enabled", "disabled_reason"),
        "previous_secret_expires_at": _iso(max((end for end in ends if end > clock.now()), default=None)),
        **_fields(record, "created_at", "updated_at"),
    }
