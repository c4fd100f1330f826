"""The API's answers about webhooks, endpoints and dead letters, as types; see answers.py."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType

from chalicelib.api.shapes.fields import (
    Answer,
    Count,
    DeliveryStatus,
    EndpointId,
    EventId,
    HttpStatus,
    Page,
    Queue,
    Time,
    Uuid,
    WebhookSecret,
)
from chalicelib.domain.webhooks import Event, Format


class Webhook(Answer):
    """One event for one endpoint, with the state of its delivery."""

    id: Uuid
    event: Event
    status: DeliveryStatus
    attempts: Count
    created_at: Time
    last_attempt_at: Time | None
    next_retry_at: Time | None
    response_code: HttpStatus | None
    endpoint_id: EndpointId
    object_id: str


class Attempt(Answer):
    at: Time
    duration_ms: Count
    status: HttpStatus | None
    error_class: str | None
    error_detail: str | None
    response_body: str | None


class WebhookDetail(Webhook):
    """payload: the exact text that is signed and sent; null when its event has expired.

    response_body: the first KiB of the receiver's last answer.
    """

    url: str
    response_body: str | None
    attempts_log: list[Attempt]
    payload: str | None
    event_id: EventId


class StoredEvent(Answer):
    """data: what the API showed at the moment of the event. sequence: the object's own number of the event.

    resent_as: in the list with resent=true, the id of a repetition, which only `after` takes.
    """

    id: EventId
    type: Event
    object_id: str
    sequence: Annotated[int, Meta(ge=1)]
    created_at: Time
    data: dict[str, Any]
    resent_as: EventId | UnsetType = UNSET


class Events(Page):
    data: list[StoredEvent]


class ResentDelivery(Answer):
    id: Uuid
    endpoint_id: EndpointId


class Resent(Answer):
    id: EventId
    deliveries: list[ResentDelivery]


class WebhookScheduled(Answer):
    id: Uuid
    status: Literal["pending"]
    message: str


class TestScheduled(WebhookScheduled):
    event: Event


class SignatureCheck(Answer):
    name: str
    passed: bool
    explanation: str


class SignatureAnswer(Answer):
    valid: bool
    checks: list[SignatureCheck]


class Endpoint(Answer):
    id: EndpointId
    url: str | None
    events: list[Event]
    enabled: bool
    disabled_reason: str | None
    previous_secret_expires_at: Time | None
    created_at: Time
    updated_at: Time
    format: Format


class EndpointWithSecret(Endpoint):
    secret: WebhookSecret


class EndpointSecret(Answer):
    id: EndpointId
    secret: WebhookSecret


class EndpointDeleted(Answer):
    id: EndpointId
    deleted: Literal[True]


class Replayed(Answer):
    id: EndpointId
    replayed: Count
    more: bool


class DeadLetter(Answer):
    queue: Queue
    id: str
    object_id: str
    received: Count
    sent_at: Time


class DeadLetters(Answer):
    data: list[DeadLetter]
    total: Count


class Redriven(Answer):
    queue: Queue
    redriven: Count


class Webhooks(Page):
    data: list[Webhook]


class Endpoints(Page):
    data: list[Endpoint]
