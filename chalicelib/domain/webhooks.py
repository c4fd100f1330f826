"""Defines a webhook: its events, its retry ladder, its exact bytes and its signatures.

Sources: the public contract (docs/webhooks.md) and the Standard Webhooks specification 1.0.0.
"""

import base64
import hashlib
import hmac
import json
import math
import re
import secrets as random_source
from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

MAX_SAFE_INTEGER = 2**53 - 1  # a larger number changes when JavaScript parses it
JITTER = 0.1  # a production step grows by up to this share, so that retries after an outage spread out
SECRET_PREFIX = "whsec_"
MAX_URL = 2048  # characters

_DELIVERY_IDS = UUID("6f1d3b5e-2f0c-5b63-9a0e-7f6a51e3c0de")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,9}")
_LAST_ARRAY_INDEX = 2**32 - 2
_SURROGATE = re.compile("[\ud800-\udfff]")


class Event(StrEnum):
    PAYMENT_CREATED = "payment.created"
    PAYMENT_PENDING = "payment.pending"
    PAYMENT_SUCCESS = "payment.success"
    PAYMENT_FAILED = "payment.failed"
    PAYMENT_CAPTURED = "payment.captured"
    PAYMENT_VOIDED = "payment.voided"
    PAYMENT_EXPIRED = "payment.expired"
    ORDER_PAID = "order.paid"
    ORDER_EXPIRED = "order.expired"
    ORDER_CANCELLED = "order.cancelled"
    REFUND_CREATED = "refund.created"
    REFUND_PROCESSED = "refund.processed"
    REFUND_FAILED = "refund.failed"
    DISPUTE_CREATED = "dispute.created"
    DISPUTE_UNDER_REVIEW = "dispute.under_review"
    DISPUTE_WON = "dispute.won"
    DISPUTE_LOST = "dispute.lost"
    SETTLEMENT_PROCESSED = "settlement.processed"
    TEST = "webhook.test"


class SurfaceEvent(StrEnum):
    """The events of objects that only the Razorpay-compatible surface has. Only endpoints of its format get them."""

    QR_CREATED = "qr_code.created"
    QR_CREDITED = "qr_code.credited"
    QR_CLOSED = "qr_code.closed"
    SUB_AUTHENTICATED = "subscription.authenticated"
    SUB_ACTIVATED = "subscription.activated"
    SUB_CHARGED = "subscription.charged"
    SUB_PENDING = "subscription.pending"
    SUB_HALTED = "subscription.halted"
    SUB_PAUSED = "subscription.paused"
    SUB_RESUMED = "subscription.resumed"
    SUB_UPDATED = "subscription.updated"
    SUB_CANCELLED = "subscription.cancelled"
    SUB_COMPLETED = "subscription.completed"


class Format(StrEnum):
    """The form in which an endpoint gets its events. services/webhooks/formats.py makes each form."""

    NATIVE = "native"
    RAZORPAY = "razorpay"


class DeliveryStatus(StrEnum):
    """A delivery's life: pending -> success | failed. A delivery that is sent again is pending again."""

    PENDING = "pending"
    SUCCESS = "success"
    FAILED = "failed"


ALL_EVENTS = tuple(Event)
DEFAULT_EVENTS = (
    Event.PAYMENT_SUCCESS,
    Event.PAYMENT_FAILED,
    Event.REFUND_CREATED,
    Event.REFUND_PROCESSED,
    Event.REFUND_FAILED,
)

# Seconds before attempt 1, 2, … counted from the previous failure.
RETRY_SCHEDULE = (0, 60, 300, 1800, 7200)
TEST_RETRY_SCHEDULE = (0, 5, 10, 15, 20)
MAX_ATTEMPTS = len(RETRY_SCHEDULE)


def _jitter(delivery_id: str, attempt: int) -> float:
    """Returns a share in [0, JITTER): even over deliveries, and equal whenever the same attempt is planned again."""
    digest = hashlib.sha256(f"{delivery_id}:{attempt}".encode()).digest()
    return JITTER * int.from_bytes(digest[:4]) / 2**32


def delay_before(
    attempt: int, delivery_id: str, *, test_intervals: bool = False, retry_after: int | None = None
) -> int:
    """Returns the seconds to wait before attempt 1…MAX_ATTEMPTS, counted from the previous failure.

    retry_after: the seconds that the receiver asked for. They lengthen the wait up to the ladder's next step and never
    shorten it, because the header names the earliest moment, not an appointment.
    """
    schedule = TEST_RETRY_SCHEDULE if test_intervals else RETRY_SCHEDULE
    step = schedule[attempt - 1]
    longest = schedule[min(attempt, MAX_ATTEMPTS - 1)]
    stretched = step if test_intervals else step + int(step * _jitter(delivery_id, attempt))
    return max(stretched, min(retry_after or 0, longest))


def parse_retry_after(value: str | None, now: float) -> int | None:
    """Returns the seconds that a Retry-After header asks for: a number or an HTTP date. None for any other text.

    now: Unix seconds.
    """
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return int(text)
    try:
        moment = parsedate_to_datetime(text)
        return max(0, math.ceil(moment.timestamp() - now))
    except (ValueError, OverflowError):
        return None


def _key_order(key: str) -> tuple[bool, int]:
    """Returns the sort key of V8: keys that are array indexes first, ascending, then the others as inserted."""
    is_index = _DECIMAL.fullmatch(key) is not None and int(key) <= _LAST_ARRAY_INDEX
    return (False, int(key)) if is_index else (True, 0)


def _as_javascript_keeps_it(value: Any) -> Any:
    """Orders keys as JSON.parse does, and refuses values that JSON.parse would change.

    Raises ValueError for a float or an integer beyond 2^53: money is an int in minor units, and a float has several
    spellings.
    """
    match value:
        case dict():
            return {key: _as_javascript_keeps_it(value[key]) for key in sorted(value, key=_key_order)}
        case list() | tuple():
            return [_as_javascript_keeps_it(item) for item in value]
        case float():
            raise ValueError("a float has no place in a webhook body")
        case int() if abs(value) > MAX_SAFE_INTEGER:
            raise ValueError("an integer beyond 2^53 does not survive JSON.parse")
    return value


def _escape_lone_surrogates(text: str) -> str:
    """Escapes lone surrogates as JSON.stringify does since ES2019. Halves that make a pair are joined."""
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", joined)


def compact_json(value: Any) -> str:
    """Returns JSON that JSON.stringify(JSON.parse(…)) in Node leaves unchanged, byte for byte."""
    text = json.dumps(_as_javascript_keeps_it(value), ensure_ascii=False, separators=(",", ":"))
    return text if text.isascii() else _escape_lone_surrogates(text)


def body(event_id: str, event: str, timestamp: int, sequence: int, data: dict[str, Any]) -> str:
    """Returns the text to send and sign; the caller encodes it as UTF-8. timestamp: Unix seconds of the event."""
    shown = {"id": event_id, "event": str(event), "timestamp": timestamp, "sequence": sequence, "data": data}
    return compact_json(shown)


def delivery_id(object_id: str, sequence: int, endpoint_id: str, name: str | None = None) -> str:
    """Returns a UUID, the same for every try to announce one event of one object to one endpoint.

    sequence: the object's own number of the event. name: the event's name in a format in which one event may be several.
    """
    named = f"\n{name}" if name else ""
    return str(uuid5(_DELIVERY_IDS, f"{object_id}\n{sequence}\n{endpoint_id}{named}"))


def new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(random_source.token_bytes(24)).decode()


def _sha256(key: bytes, message: str) -> bytes:
    return hmac.digest(key, message.encode(), hashlib.sha256)


def sign(message: str, secret: str) -> str:
    """Returns X-Webhook-Signature: lower-case hex. The key is the whole secret string, including `whsec_`."""
    return _sha256(secret.encode(), message).hex()


def standard_key(secret: str) -> bytes:
    """Returns the key as the standardwebhooks package takes it: base64 after the prefix, without illegal characters.

    So `whsec_test_abc123` has the seven bytes of "testabc123". Raises ValueError if nothing can be decoded.
    """
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX) + "==")
    if not key:
        raise ValueError("the secret holds no key")
    return key


def standard_signature(secret: str, message_id: str, timestamp: int, message: str) -> str:
    """Returns one entry of the webhook-signature header. timestamp: Unix seconds of this attempt."""
    digest = _sha256(standard_key(secret), f"{message_id}.{timestamp}.{message}")
    return f"v1,{base64.b64encode(digest).decode()}"


def headers(message_id: str, timestamp: int, message: str, secrets: Sequence[str]) -> dict[str, str]:
    """Returns the headers of one attempt. timestamp: Unix seconds of this attempt, not of the event.

    secrets: the current secret first, then secrets in their grace period. X-Webhook-Signature has room for one
    signature, made with the current secret: a merchant who has just copied a new secret expects it to work. A receiver
    that still has an older secret finds the older signatures in X-Webhook-Signature-Previous, separated by spaces.
    """
    current, *older = [sign(message, secret) for secret in secrets]
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(standard_signature(secret, message_id, timestamp, message) for secret in secrets),
        "X-Webhook-Signature": current,
        **({"X-Webhook-Signature-Previous": " ".join(older)} if older else {}),
    }
