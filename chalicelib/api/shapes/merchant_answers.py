"""The API's answers about the merchant itself: profile, keys, figures, sessions and search."""

from typing import Annotated, Literal

from msgspec import Meta

from chalicelib.api.shapes.fields import (
    Answer,
    Count,
    Currency,
    Day,
    EndpointId,
    Money,
    Page,
    Sum,
    Time,
    Uuid,
    WebhookSecret,
)
from chalicelib.domain.scopes import Scope


class Profile(Answer):
    """webhook_secret: only its end; /merchants/reveal shows all. api_key: null if the primary pair is revoked."""

    id: Uuid
    name: str
    email: str
    api_key: str | None
    webhook_url: str | None
    webhook_secret: WebhookSecret
    webhook_enabled: bool
    webhook_endpoint_id: EndpointId
    allowed_frame_origins: list[str]
    logo_url: str | None
    color: str | None
    time_zone: str | None
    created_at: Time


class Secrets(Answer):
    """api_key and api_secret: null if the primary pair is revoked."""

    api_key: str | None
    api_secret: str | None
    webhook_secret: WebhookSecret


class KeyPair(Answer):
    api_key: str
    api_secret: str


class Key(Answer):
    """scopes: in force now. primary: rotate-key replaces it. last_used_at: to the minute. expires_at: after rotation."""

    id: str
    name: str
    scopes: list[Scope]
    primary: bool
    created_at: Time
    last_used_at: Time | None
    expires_at: Time | None


class NewKeyPair(Key):
    """api_key: the same text as id."""

    api_key: str
    api_secret: str


class KeyRevoked(Answer):
    id: str
    deleted: Literal[True]


class WebhookSettings(Answer):
    webhook_url: str | None
    webhook_enabled: bool


class NewWebhookSecret(Answer):
    webhook_secret: WebhookSecret


class Figures(Answer):
    """success_rate: a percentage with two decimals."""

    total_transactions: Count
    total_amount: Sum
    success_rate: Annotated[float, Meta(ge=0, le=100)]
    successful: Count
    failed: Count
    refunded_amount: Sum


class DayFigures(Figures):
    date: Day


class CurrencyFigures(Answer):
    """net_amount: total_amount less refunded_amount, without fees."""

    currency: Currency
    total_amount: Sum
    refunded_amount: Sum
    net_amount: int
    successful: Count
    failed: Count


class Stats(Figures):
    currency: Currency
    by_currency: list[CurrencyFigures]
    series: list[DayFigures]


class SessionMerchant(Answer):
    id: Uuid
    name: str
    email: str


class Session(Answer):
    token: str
    expires_at: Time
    merchant: SessionMerchant


class SignedOut(Answer):
    signed_out: Literal[True]


class Keys(Page):
    data: list[Key]


class Found(Answer):
    """matched: the field that matches. label: a receipt, a UPI address, the end of a card's number or a reason.

    currency: null for a refund that is older than this field. refund_status: of payments only.
    """

    type: Literal["payment", "order", "refund"]
    id: str
    matched: Literal["id", "receipt", "name", "email", "contact", "description", "vpa", "last4", "amount"]
    amount: Money
    currency: Currency | None
    status: str
    refund_status: Literal["partial", "full"] | None
    label: str | None
    created_at: Time


class SearchResults(Answer):
    """looked_at: the number of newest payments and orders that were compared. complete: there are no older ones."""

    data: list[Found]
    looked_at: Count
    complete: bool
