"""Signs and reads the bank's notifications: dated, with the id of the changed object, or with a whole dispute."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from chalicelib.acquirers.base import DisputeNotice, InvalidNotification, Notification, Verdict
from chalicelib.domain import clock
from chalicelib.domain.disputes import Phase
from chalicelib.secret_store import reveal

SIGNATURE = "x-bank-signature"
TIMESTAMP = "x-bank-timestamp"
TOLERANCE_SECONDS = 300

# A header's name in lower case to its value, and the body: the parts of the request to post.
Signed = tuple[dict[str, str], bytes]


Named = Annotated[str, Meta(min_length=1, max_length=255)]


class _Claim(msgspec.Struct, frozen=True):
    """The dispute in a notification's body. amount: minor units. respond_by: Unix seconds."""

    reference: Named
    amount: Annotated[int, Meta(ge=1)]
    reason: Named
    phase: Phase
    respond_by: Annotated[float, Meta(ge=0)]  # no NaN, which the json module reads
    verdict: Verdict


def signed(object_id: str, notification_id: str, secret: str) -> Signed:
    """Returns a notification that read() accepts for the next five minutes. secret: as the setting has it."""
    return _signed({"id": notification_id, "object_id": object_id}, secret)


def signed_dispute(notice: DisputeNotice, notification_id: str, secret: str) -> Signed:
    """Returns the notification of a dispute, which read() accepts for the next five minutes."""
    claim = {name: getattr(notice, name) for name in _Claim.__struct_fields__}
    return _signed({"id": notification_id, "object_id": notice.payment_id, "dispute": claim}, secret)


def _signed(content: Mapping[str, Any], secret: str) -> Signed:
    body = json.dumps(content, separators=(",", ":")).encode()
    timestamp = str(int(clock.wall()))
    return {TIMESTAMP: timestamp, SIGNATURE: _signature(timestamp, body, _revealed(secret))}, body


def _revealed(secret: str) -> str:
    return reveal("BANK_NOTIFICATION_SECRET", secret)


def _signature(timestamp: str, body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def read(headers: Mapping[str, str], body: bytes, secret: str) -> Notification | DisputeNotice:
    """Checks and reads a notification. headers: names in lower case. Raises InvalidNotification or Unavailable."""
    timestamp, key = headers.get(TIMESTAMP, ""), _revealed(secret)
    expected = _signature(timestamp, body, key)
    if not key or not hmac.compare_digest(expected.encode(), headers.get(SIGNATURE, "").encode()):
        raise InvalidNotification("The signature is wrong or missing")
    _check_age(timestamp)
    try:
        content = json.loads(body)
        object_id = content["object_id"]
    except (ValueError, TypeError, KeyError) as error:
        raise InvalidNotification("The body is not a notification's") from error
    if not isinstance(object_id, str) or not object_id:
        raise InvalidNotification("The body names no object")
    return _dispute(object_id, content["dispute"]) if "dispute" in content else Notification(object_id)


def _dispute(payment_id: str, content: Any) -> DisputeNotice:
    try:
        claim = msgspec.convert(content, _Claim)
    except msgspec.ValidationError as error:
        raise InvalidNotification(f"The dispute cannot be read: {error}") from error
    return DisputeNotice(payment_id=payment_id, **msgspec.structs.asdict(claim))


def _check_age(timestamp: str) -> None:
    if not (timestamp.isascii() and timestamp.isdecimal()) or abs(clock.wall() - int(timestamp)) > TOLERANCE_SECONDS:
        raise InvalidNotification("The notification is too old, or from the future")
