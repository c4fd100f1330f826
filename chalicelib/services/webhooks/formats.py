"""Makes what an endpoint gets of an event, in the form that the endpoint asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.domain import counterparts, webhooks
from chalicelib.domain.events import StoredEvent
from chalicelib.domain.webhooks import Format
from chalicelib.services.entities import happened


@dataclass(frozen=True, slots=True)
class Sending:
    """One attempt. timestamp: Unix seconds of the attempt. secrets: the current secret first, then earlier ones.

    name: the event's name in the format; None in the native one.
    """

    event: StoredEvent
    delivery_id: str
    timestamp: int
    body: str
    secrets: Sequence[str]
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A format. body: the exact text to send of an event under this name. headers: of one attempt, with its signatures."""

    body: Callable[[StoredEvent, str | None], str]
    headers: Callable[[Sending], dict[str, str]]


def _native_body(event: StoredEvent, _name: str | None) -> str:
    return webhooks.body(event.id, event.event, event.timestamp, event.sequence, event.data)


def _native_headers(sending: Sending) -> dict[str, str]:
    signed = webhooks.headers(sending.delivery_id, sending.timestamp, sending.body, sending.secrets)
    return {**signed, "X-Event-Id": sending.event.id}


def _razorpay_body(event: StoredEvent, name: str | None) -> str:
    return webhooks.compact_json(happened.webhook(event, name or ""))


def _razorpay_headers(sending: Sending) -> dict[str, str]:
    """Returns the headers. Their one signature has the current secret, exactly as the merchant gave it, as its key."""
    return {
        "Content-Type": "application/json",
        "X-Razorpay-Signature": webhooks.sign(sending.body, sending.secrets[0]),
        "x-razorpay-event-id": counterparts.event_id(sending.event, sending.name or ""),
    }


FORMS: Mapping[str, Form] = {
    Format.NATIVE: Form(_native_body, _native_headers),
    Format.RAZORPAY: Form(_razorpay_body, _razorpay_headers),
}


def form(name: str | None) -> Form:
    """Returns a format. name: as a delivery or an endpoint keeps it; None is the native format."""
    return FORMS[name or Format.NATIVE]
