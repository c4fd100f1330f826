"""Shows each object as the API and the webhooks have it. The contract sets the order of the keys."""

from typing import Any

from chalicelib import methods
from chalicelib.config import settings
from chalicelib.domain import clock, declines
from chalicelib.domain.orders import CaptureMode
from chalicelib.domain.payments import State, face, refund_status
from chalicelib.domain.upi import masked
from chalicelib.domain.webhooks import Format
from chalicelib.persistence.deliveries import Delivery
from chalicelib.persistence.disputes import Dispute
from chalicelib.persistence.orders import Order
from chalicelib.persistence.payments import Payment
from chalicelib.persistence.refunds import Refund
from chalicelib.persistence.webhook_endpoints import WebhookEndpoint

View = dict[str, Any]

CUSTOMER = ("name", "email", "contact")


def _fields(record: Any, *names: str) -> View:
    return {name: getattr(record, name) for name in names}


def order(record: Order) -> View:
    """Shows an order: the contract's first fields, then the fields that were added since."""
    shown = _fields(
        record, "id", "merchant_id", "amount", "currency", "receipt", "notes", "status", "amount_paid", "attempts",
        "created_at", "updated_at",
    )  # fmt: skip
    return {
        **shown,
        "amount_due": int(record.amount) - int(record.amount_paid),
        "capture": record.capture or CaptureMode.MANUAL,
        "capture_within": record.capture_within,
        "expires_at": _iso(record.expires_at),
        **_fields(record, "return_url", "description"),
        "customer": _customer(record.customer),
    }


def _customer(told: View | None) -> View | None:
    """Shows the contract's fields of a customer, whichever surface the order came in by; an empty one as null."""
    return {name: told.get(name) for name in CUSTOMER} if told else None


def public_order(record: Order, merchant: View) -> View:
    """Shows an order to its payer. merchant: what payers see of the merchant."""
    shown = _fields(record, "id", "amount", "currency", "status", "description")
    return {**shown, "merchant_name": merchant["name"], "merchant": merchant}


def new_payment(record: Payment) -> View:
    """Shows a payment as the answer to its creation has it."""
    return {**_core(record), **_added(record)}


def payment(record: Payment) -> View:
    return {
        **_core(record),
        "amount_refunded": record.amount_refunded,
        "refund_status": refund_status(int(record.amount), int(record.amount_refunded)),
        **_error(record.error_code),
        **_added(record),
    }


def _core(record: Payment) -> View:
    """Shows the contract's first fields of a payment."""
    shown = face(record.state)
    return {
        **_fields(record, "id", "order_id", "merchant_id", "amount", "currency", "method"),
        **methods.load(record.instrument).shown(),
        "status": shown.status,
        "captured": shown.captured,
        **_fields(record, "created_at", "updated_at"),
    }


def _added(record: Payment) -> View:
    """Shows the fields that were added since. fee and tax are null until the capture; the fee includes the tax."""
    return {
        "next_action": _next_action(record),
        **_fields(record, "fee", "tax"),
        "late": bool(record.late),
        **_fields(record, "captured_at", "voided_at"),
    }


def _next_action(record: Payment) -> View | None:
    """Returns what the payer has to do, while the bank waits for it."""
    action = record.next_action
    if record.state != State.REQUIRES_ACTION or not action:
        return None
    return {"type": action["type"], "url": action["url"], "expires_at": _iso(action["expires_at"])}


def _error(code: str | None) -> View:
    return {"error_code": code, "error_description": code and declines.merchant_text(code)}


def public(view: View) -> View:
    """Shows a payment to its payer: without the merchant's id and fee, and with an error's sentence for the payer."""
    shown = {name: value for name, value in view.items() if name != "merchant_id"} | {"fee": None, "tax": None}
    if code := shown.get("error_code"):
        shown["error_description"] = declines.payer_text(code)
    return shown if settings().is_test_stage else _discreet(shown)


def _discreet(shown: View) -> View:
    """Hides a card's decline code and most of the UPI address from strangers with the link (docs/adr/0017)."""
    if shown["method"] == "card" and shown.get("error_code"):
        code = declines.PAYMENT_FAILED
        shown |= {"error_code": code, "error_description": declines.payer_text(code)}
    if vpa := shown.get("vpa"):
        shown["vpa"] = masked(vpa)
    return shown


def facts(record: Payment) -> View:
    """Returns what the native view of a payment does not show and the view of another format may need."""
    kept = _fields(record, "instrument", "payer", "notes", "owner_id")
    return {
        **_fields(record, "bank_reference", "state"),
        **{name: value for name, value in kept.items() if value is not None},
    }


def refund_facts(record: Refund) -> View:
    """Returns what the native view of a refund does not show and the view of another format may need."""
    kept = _fields(record, "notes", "receipt", "speed")
    return {"refund": {name: value for name, value in kept.items() if value is not None}}


def new_refund(record: Refund) -> View:
    return _fields(record, "id", "payment_id", "amount", "reason", "status", "created_at")


def refund(record: Refund) -> View:
    """Shows a refund. currency: None for a refund from before the currency was kept with it."""
    shown = {**new_refund(record), "processed_at": record.processed_at, **_error(record.error_code)}
    return {**shown, "currency": record.currency}


def dispute(record: Dispute) -> View:
    return {
        **_fields(record, "id", "payment_id", "amount", "currency", "status", "phase", "reason"),
        "respond_by": _iso(record.respond_by),
        **_fields(record, "evidence", "submitted_at", "decided_at", "created_at", "updated_at"),
    }


def _iso(seconds: float | None) -> str | None:
    return None if seconds is None else clock.iso(float(seconds))


def delivery(record: Delivery) -> View:
    return {
        **_fields(record, "id", "event", "status", "attempts", "created_at", "last_attempt_at"),
        "next_retry_at": _iso(record.next_retry_at),
        **_fields(record, "response_code", "endpoint_id", "object_id"),
    }


def delivery_detail(record: Delivery, body: str | None) -> View:
    """Shows a delivery. body: what is sent; None if its event is gone."""
    return {
        **delivery(record),
        **_fields(record, "url", "response_body", "attempts_log"),
        "payload": body,
        "event_id": record.event_id,
    }


def endpoint(record: WebhookEndpoint) -> View:
    """Shows an endpoint. previous_secret_expires_at: null once the last previous secret has expired."""
    ends = [float(previous.expires_at) for previous in record.previous_secrets or ()]
    return {
        **_fields(record, "id", "url", "events", "enabled", "disabled_reason"),
        "previous_secret_expires_at": _iso(max((end for end in ends if end > clock.now()), default=None)),
        **_fields(record, "created_at", "updated_at"),
        "format": record.format or Format.NATIVE,
    }


def endpoint_with_secret(record: WebhookEndpoint, secret: str) -> View:
    """Shows an endpoint in the two answers that reveal its secret: of its creation and of a rotation."""
    return {**endpoint(record), "secret": secret}
