"""The answers of the books as types, for the OpenAPI document and tests."""

from typing import Annotated, Any

from msgspec import Meta

from chalicelib.api.shapes.fields import Answer, Currency, Day, DisputeId, Money, Page, PaymentId, Sum, Time
from chalicelib.domain.disputes import DisputeStatus, Phase
from chalicelib.domain.ledger import Account, Movement


class CurrencyBalance(Answer):
    """In the currency's minor unit. available may be negative: more was given back than had matured."""

    available: int
    pending: int
    reserved: Sum


Balance = dict[Currency, CurrencyBalance]


class LedgerLine(Answer):
    account: Account
    amount: Annotated[int, Meta(description="In the currency's minor unit. A debit is positive, a credit negative.")]


class LedgerPosting(Answer):
    """The lines sum to zero. earned_on: the UTC day of the payment's capture, from which the settlement delay counts."""

    id: str
    movement: Movement
    object_id: str
    currency: Currency
    lines: list[LedgerLine]
    earned_on: Day | None
    payment_id: PaymentId | None
    created_at: Time


class Ledger(Answer):
    data: list[LedgerPosting]
    limit: Annotated[int, Meta(ge=1, le=100)]
    next_cursor: Annotated[str | None, Meta(description="The next page's cursor; null at the end.")]


class Dispute(Answer):
    """respond_by: until then the merchant may accept or contest. submitted_at: of the evidence. decided_at: of the end."""

    id: DisputeId
    payment_id: PaymentId
    amount: Money
    currency: Currency
    status: DisputeStatus
    phase: Phase
    reason: str
    respond_by: Time
    evidence: dict[str, Any] | None
    submitted_at: Time | None
    decided_at: Time | None
    created_at: Time
    updated_at: Time


class Disputes(Page):
    data: list[Dispute]
