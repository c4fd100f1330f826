"""The answers of the books as types, for the OpenAPI document and tests."""

from typing import Annotated

from msgspec import Meta

from chalicelib.api.shapes.fields import Answer, Currency, Day, PaymentId, Sum, Time
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
