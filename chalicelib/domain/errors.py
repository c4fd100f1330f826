"""Defines every error that a caller of the gateway can see.

The contract sets the codes and texts; the reasons are ours.
"""

from enum import StrEnum


class Reason(StrEnum):
    """Why money does not move. Programs decide by it: several rules share one code, and descriptions may change."""

    ORDER_PAID = "order_paid"
    ORDER_CANCELLED = "order_cancelled"
    ORDER_EXPIRED = "order_expired"
    PAYMENT_IN_PROGRESS = "payment_in_progress"
    TOO_MANY_ATTEMPTS = "too_many_attempts"
    NOT_CAPTURABLE = "not_capturable"
    NOT_VOIDABLE = "not_voidable"
    NOT_REFUNDABLE = "not_refundable"
    AMOUNT_MISMATCH = "amount_mismatch"
    REFUND_EXCEEDS_AVAILABLE = "refund_exceeds_available"
    REFUND_EXCEEDS_BALANCE = "refund_exceeds_balance"
    NOT_DISPUTABLE = "not_disputable"
    DISPUTE_EXCEEDS_AVAILABLE = "dispute_exceeds_available"
    DISPUTE_NOT_OPEN = "dispute_not_open"


class GatewayError(Exception):
    """An error with a code, an HTTP status and a sentence for the caller."""

    status = 500
    code = "SERVER_ERROR"

    def __init__(self, description: str, field: str | None = None, reason: Reason | None = None) -> None:
        super().__init__(description)
        self.description = description
        self.field = field
        self.reason = reason


class BadRequest(GatewayError):
    status = 400
    code = "BAD_REQUEST_ERROR"


class InvalidVpa(BadRequest):
    code = "INVALID_VPA"

    def __init__(self) -> None:
        super().__init__("VPA format invalid", field="vpa")


class InvalidCard(BadRequest):
    code = "INVALID_CARD"

    def __init__(self, field: str) -> None:
        super().__init__("Card validation failed", field=field)


class ExpiredCard(BadRequest):
    code = "EXPIRED_CARD"

    def __init__(self) -> None:
        super().__init__("Card expiry date invalid", field="card.expiry_month")


class AuthenticationFailed(GatewayError):
    status = 401
    code = "AUTHENTICATION_ERROR"

    def __init__(self, description: str = "Invalid API credentials") -> None:
        super().__init__(description)


class Forbidden(GatewayError):
    """The caller is known, and may not do this."""

    status = 403
    code = "AUTHENTICATION_ERROR"


class NotFound(GatewayError):
    status = 404
    code = "NOT_FOUND_ERROR"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} not found")


class IdempotencyMismatch(GatewayError):
    """The Idempotency-Key was used before, for a different request."""

    status = 422
    code = "IDEMPOTENCY_ERROR"

    def __init__(self) -> None:
        super().__init__("Idempotency-Key was already used for a different request")


class TooManyRequests(GatewayError):
    """The caller has to wait. retry_after: whole seconds."""

    status = 429
    code = "RATE_LIMIT_ERROR"

    def __init__(self, retry_after: int, description: str = "Too many requests", reason: Reason | None = None) -> None:
        super().__init__(description, reason=reason)
        self.retry_after = retry_after


class TooManyAttempts(TooManyRequests):
    """A payer has to wait before the next try to pay. retry_after: whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after, "Too many attempts to pay; try again later", Reason.TOO_MANY_ATTEMPTS)


class Unavailable(GatewayError):
    """A dependency did not answer, or a conflict did not end in time. The caller may try again."""

    status = 503
    code = "SERVER_ERROR"
