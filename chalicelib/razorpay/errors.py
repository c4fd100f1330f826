"""The errors of the surface: their shape, and their sentences, which applications compare.

The clients know the three codes below and no others, and some clients fail on a fourth.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from chalicelib.domain.errors import (
    AuthenticationFailed,
    BadRequest,
    Forbidden,
    GatewayError,
    IdempotencyMismatch,
    NotFound,
    Reason,
    TooManyRequests,
)

BAD_REQUEST = "BAD_REQUEST_ERROR"
GATEWAY = "GATEWAY_ERROR"
SERVER = "SERVER_ERROR"


class Where(NamedTuple):
    """Where an error arose."""

    source: str
    step: str
    reason: str


# For requests that break a rule, and for all others.
VALIDATION = Where("business", "payment_initiation", "input_validation_failed")
NOT_AVAILABLE = Where("NA", "NA", "NA")

UNKNOWN_URL = "The requested URL was not found on the server."
UNKNOWN_ID = "The id provided does not exist"
OUTAGE = "We are facing some trouble completing your request at the moment. Please try again shortly."
IN_PROGRESS = "Request failed because another payment operation is in progress."
ALREADY_PAID = "Your payment has been declined as the order is already paid."
REUSED_KEY = "Different request with the same idempotency key has already been processed."


class Refusal(Exception):  # not only an error: also the answer of a rule
    """An error as the surface answers it."""

    def __init__(  # the parts of one answer
        self,
        description: str,
        field: str | None = None,
        *,
        status: int = 400,
        code: str = BAD_REQUEST,
        where: Where = VALIDATION,
    ) -> None:
        super().__init__(description)
        self.answer = Answer(description, field, status, code, where)


@dataclass(frozen=True, slots=True)
class Answer:
    """The parts of an error's answer."""

    description: str
    field: str | None = None
    status: int = 400
    code: str = BAD_REQUEST
    where: Where = VALIDATION

    def body(self, *, plain: bool = False) -> dict[str, Any]:
        """Returns the body. plain: as payment links answer, without a field, and with nulls and a list for the rest."""
        error: dict[str, Any] = {"code": self.code, "description": self.description}
        if plain:
            return {"error": {**error, "metadata": [], "reason": None, "source": None, "step": None}}
        error |= {**self.where._asdict(), "metadata": {}}
        return {"error": {**error, "field": self.field} if self.field else error}


# The native reason -> the sentence.
_OF_REASON = {
    Reason.ORDER_PAID: ALREADY_PAID,
    Reason.PAYMENT_IN_PROGRESS: IN_PROGRESS,
    Reason.AMOUNT_MISMATCH: "Capture amount must be equal to the amount authorized",
    Reason.NOT_CAPTURABLE: "Only payments which have been authorized and not yet captured can be captured",
    Reason.NOT_REFUNDABLE: "The payment status should be captured for action to be taken",
    Reason.REFUND_EXCEEDS_AVAILABLE: "The refund amount provided is greater than amount captured.",
}
_OF_KIND: tuple[tuple[type[GatewayError], Answer], ...] = (
    (NotFound, Answer(UNKNOWN_ID)),
    (AuthenticationFailed, Answer("Authentication failed", status=401, where=NOT_AVAILABLE)),
    (TooManyRequests, Answer("Too many requests", status=429, where=NOT_AVAILABLE)),
    (IdempotencyMismatch, Answer(REUSED_KEY, status=409)),
)


def translated(error: GatewayError) -> Answer:
    """Returns the surface's answer for an error of the services."""
    for kind, answer in _OF_KIND:
        if isinstance(error, kind):
            return answer
    if isinstance(error, BadRequest):
        sentence = _OF_REASON.get(error.reason, error.description) if error.reason else error.description
        return Answer(sentence, error.field, status=error.status)
    if isinstance(error, Forbidden):
        return Answer(error.description, status=error.status, where=NOT_AVAILABLE)
    return Answer(OUTAGE, status=error.status, code=SERVER, where=NOT_AVAILABLE)
