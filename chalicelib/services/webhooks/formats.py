"""Makes what an endpoint gets of an event, in the form that the endpoint asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.domain import webhooks
from chalicelib.domain.events import StoredEvent
from chalicelib.domain.webhooks import Format


@dataclass(frozen=True, slots=True)
class Sending:
    """One attempt. timestamp: Unix seconds of the attempt. secrets: the current secret first, then earlier ones."""

    event: StoredEvent
    delivery_id: str
    timestamp: int
    body: str
    secrets: Sequence[str]


@dataclass(frozen=True, slots=True)
class Form:
    """A format. body: the exact text to send. headers: of one attempt, its signatures included."""

    body: Callable[[StoredEvent], str]
    headers: Callable[[Sending], dict[str, str]]


def _native_body(event: StoredEvent) -> str:
    return webhooks.body(event.id, event.event, event.timestamp, event.sequence, event.data)


def _native_headers(sending: Sending) -> dict[str, str]:
    signed = webhooks.headers(sending.delivery_id, sending.timestamp, sending.body, sending.secrets)
    return {**signed, "X-Event-Id": sending.event.id}


FORMS: Mapping[str, Form] = {Format.NATIVE: Form(_native_body, _native_headers)}


def form(name: str | None) -> Form:
    """Returns a format. name: as a delivery or an endpoint keeps it; None is the native format."""
    return FORMS[name or Format.NATIVE]
