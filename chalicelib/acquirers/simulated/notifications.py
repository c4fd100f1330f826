"""Signs and reads the bank's notifications: dated, and with nothing but the id of the changed object."""

import hashlib
import hmac
import json
from collections.abc import Mapping

from chalicelib.acquirers.base import InvalidNotification, Notification
from chalicelib.domain import clock

SIGNATURE = "x-bank-signature"
TIMESTAMP = "x-bank-timestamp"
TOLERANCE_SECONDS = 300

# A header's name in lower case to its value, and the body: the parts of the request to post.
Signed = tuple[dict[str, str], bytes]


def signed(object_id: str, notification_id: str, secret: str) -> Signed:
    """Returns a notification that read() accepts for the next five minutes."""
    body = json.dumps({"id": notification_id, "object_id": object_id}, separators=(",", ":")).encode()
    timestamp = str(int(clock.wall()))
    return {TIMESTAMP: timestamp, SIGNATURE: _signature(timestamp, body, secret)}, body


def _signature(timestamp: str, body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def read(headers: Mapping[str, str], body: bytes, secret: str) -> Notification:
    """Checks and reads a notification. headers: names in lower case. Raises InvalidNotification."""
    timestamp = headers.get(TIMESTAMP, "")
    expected = _signature(timestamp, body, secret)
    if not secret or not hmac.compare_digest(expected.encode(), headers.get(SIGNATURE, "").encode()):
        raise InvalidNotification("The signature is wrong or missing")
    _check_age(timestamp)
    try:
        object_id = json.loads(body)["object_id"]
    except (ValueError, TypeError, KeyError) as error:
        raise InvalidNotification("The body is not a notification's") from error
    if not isinstance(object_id, str) or not object_id:
        raise InvalidNotification("The body names no object")
    return Notification(object_id)


def _check_age(timestamp: str) -> None:
    if not (timestamp.isascii() and timestamp.isdecimal()) or abs(clock.wall() - int(timestamp)) > TOLERANCE_SECONDS:
        raise InvalidNotification("The notification is too old, or from the future")
