"""The API's answers as types; webhook_answers.py has the rest."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from chalicelib.api.shapes.fields import (
    Answer,
    Count,
    Currency,
    Method,
    Money,
    OrderId,
    Page,
    PaymentId,
    RefundId,
    Time,
    Uuid,
)
from chalicelib.domain.errors import Reason
from chalicelib.domain.orders import LONGEST_CAPTURE, SHORTEST_CAPTURE, CaptureMode, OrderStatus
from chalicelib.domain.payments import PaymentStatus
from chalicelib.domain.refunds import RefundStatus
from chalicelib.methods.upi import Flow


class ErrorDetail(Answer, kw_only=True):
    """field: the part of the request at fault, if any. reason: the rule that keeps money from moving, for programs."""

    code: Literal[
        "AUTHENTICATION_ERROR", "BAD_REQUEST_ERROR", "NOT_FOUND_ERROR", "INVALID_VPA", "INVALID_CARD", "EXPIRED_CARD",
        "IDEMPOTENCY_ERROR", "RATE_LIMIT_ERROR", "SERVER_ERROR",
    ]  # fmt: skip
    description: str
    field: str | UnsetType = UNSET
    reason: Reason | UnsetType = UNSET
    request_id: str


class Error(Answer):
    """Every error has this shape."""

    error: ErrorDetail


class Health(Answer):
    status: Literal["healthy", "unhealthy"]
    database: Literal["connected", "disconnected"]
    queue: Literal["connected", "disconnected"]
    timestamp: Time


class TestMerchant(Answer):
    id: Uuid
    email: str
    api_key: str | None
    seeded: Literal[True]


class JobsStatus(Answer):
    pending: Count
    processing: Count
    completed: Count
    failed: Count
    worker_status: Literal["running", "stopped"]


class OrderCustomer(Answer):
    """The customer as the merchant gave it. The gateway does not check who pays."""

    name: str | None
    email: str | None
    contact: str | None


class Order(Answer):
    id: OrderId
    merchant_id: Uuid
    amount: Money
    currency: Currency
    receipt: str | None
    notes: dict[str, str]
    status: OrderStatus
    amount_paid: Money
    attempts: Count
    created_at: Time
    updated_at: Time
    amount_due: Money
    capture: CaptureMode
    capture_within: Annotated[int, Meta(ge=SHORTEST_CAPTURE, le=LONGEST_CAPTURE)] | None
    expires_at: Time | None
    return_url: str | None
    description: str | None
    customer: OrderCustomer | None


class NextAction(Answer):
    """What the payer must do with url: open the page (redirect), open the upi:// link, or scan it as a QR code."""

    type: Literal["redirect", "upi_intent", "upi_qr"]
    url: str
    expires_at: Time


class PendingPublicPayment(Answer, kw_only=True):
    """The method decides the fields: upi has vpa and flow, card has card_network and card_last4, netbanking has bank.

    late: the bank approved the payment after it had failed.
    """

    id: PaymentId
    order_id: OrderId
    amount: Money
    currency: Currency
    method: Method
    vpa: str | UnsetType | None = UNSET
    flow: Flow | UnsetType = UNSET
    card_network: Literal["visa", "mastercard", "amex", "rupay", "unknown"] | UnsetType = UNSET
    card_last4: Annotated[str, Meta(pattern=r"^\d{4}$")] | UnsetType = UNSET
    bank: Annotated[str, Meta(pattern="^[A-Z]{4}$")] | UnsetType = UNSET
    status: PaymentStatus
    captured: bool
    created_at: Time
    updated_at: Time
    next_action: NextAction | None
    fee: Money | None
    tax: Money | None
    late: bool
    captured_at: Time | None
    voided_at: Time | None


class PendingPayment(PendingPublicPayment):
    merchant_id: Uuid


class PublicPayment(PendingPublicPayment):
    amount_refunded: Money
    refund_status: Literal["partial", "full"] | None
    error_code: str | None
    error_description: str | None


class Payment(PublicPayment):
    merchant_id: Uuid


class PendingRefund(Answer):
    id: RefundId
    payment_id: PaymentId
    amount: Money
    reason: str | None
    status: RefundStatus
    created_at: Time


class Refund(PendingRefund):
    """currency: null for a refund that is older than this field."""

    processed_at: Time | None
    error_code: str | None
    error_description: str | None
    currency: Currency | None


class TimelineEntry(Answer):
    at: Time
    what: str
    detail: str | None
    object_id: str


class Timeline(Answer):
    data: list[TimelineEntry]


class Orders(Page):
    data: list[Order]


class Payments(Page):
    data: list[Payment]


class Refunds(Page):
    data: list[Refund]
