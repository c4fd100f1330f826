"""Posts an event to a developer's server with the body, the headers and the signatures of a webhook."""

import threading
import time
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from chalicelib.domain import webhooks

TIMEOUT = 5  # seconds, as for a webhook
LONGEST_PAUSE = 5.0  # seconds between two tries
_CONNECTIONS = {"http": HTTPConnection, "https": HTTPSConnection}


@dataclass(frozen=True, slots=True)
class Outcome:
    """status: the answer's, or 0 if none came. error: why none came."""

    status: int
    error: str = ""

    @property
    def succeeded(self) -> bool:
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


def body(event: dict[str, Any]) -> str:
    """Returns the webhook's body for a stored event."""
    moment = int(datetime.fromisoformat(event["created_at"]).timestamp())
    return webhooks.body(event["id"], event["type"], moment, event["sequence"], event["data"])


def post(url: str, event: dict[str, Any], secret: str) -> Outcome:
    """Posts the event once. webhook-id is the event's id, the same whenever the event is posted again."""
    text = body(event)
    headers = webhooks.headers(event["id"], int(time.time()), text, [secret]) | {"X-Event-Id": event["id"]}
    parts = urlsplit(url)
    connection = _CONNECTIONS[parts.scheme](parts.hostname or "", parts.port, timeout=TIMEOUT)
    try:
        # Not urllib.request, which changes the case of the headers' names.
        connection.request("POST", urlunsplit(("", "", parts.path or "/", parts.query, "")), text.encode(), headers)
        return Outcome(connection.getresponse().status)
    except (OSError, HTTPException) as error:
        return Outcome(0, str(error))
    finally:
        connection.close()


def deliver(url: str, event: dict[str, Any], secret: str, retries: int, stopping: threading.Event) -> Outcome | None:
    """Posts the event until the server takes it. Returns None if `stopping` was set before that.

    A server that does not answer is tried for ever: it is being restarted. An answer other than 2xx is tried `retries`
    times more.
    """
    pause, left = 0.5, retries
    while not stopping.is_set():
        outcome = post(url, event, secret)
        if outcome.succeeded or (outcome.status and left <= 0):
            return outcome
        left -= bool(outcome.status)
        stopping.wait(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
    return None
