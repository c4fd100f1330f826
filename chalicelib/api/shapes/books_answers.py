"""The answers of the books as types, for the OpenAPI document and tests."""

from typing import Annotated, Any, Literal

from msgspec import Meta, field

from chalicelib.api.shapes.fields import (
    Answer,
    Currency,
    Day,
    DisputeId,
    Money,
    OrderId,
    Page,
    PaymentId,
    SettlementId,
    Sum,
    Time,
)  # fmt: skip
from chalicelib.domain.disputes import DisputeStatus, Phase
from chalicelib.domain.ledger import Account, Movement
from chalicelib.domain.settlements import SettlementStatus


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


class Settlement(Answer):
    """Amounts in the currency's minor unit; fees include the tax. from: the end of the settlement before it."""

    id: SettlementId
    amount: Sum
    fees: int
    tax: int
    currency: Currency
    status: SettlementStatus
    utr: Annotated[str | None, Meta(description="The bank's reference of the transfer, once it is paid.")]
    reason: Annotated[str | None, Meta(description="Why the bank returned the money.")]
    from_: Annotated[Time | None, Meta(description="The end of the settlement before it; null for the first.")] = field(
        name="from"
    )
    to: Time
    created_at: Time
    processed_at: Time | None


class Settlements(Page):
    data: list[Settlement]


class SettlementRow(Answer):
    """A movement that the settlement pays out. debit and credit: what it takes from, or adds to, the merchant's money."""

    entity_id: str
    type: Literal["payment", "refund", "dispute", "adjustment"]
    debit: Sum
    credit: Sum
    amount: Sum
    currency: Currency
    fee: int
    tax: int
    on_hold: bool
    settled: bool
    created_at: Time
    settled_at: Time | None
    settlement_id: SettlementId
    description: str
    payment_id: PaymentId | None
    order_id: OrderId | None
    order_receipt: Annotated[str | None, Meta(description="Always null: the ledger does not hold it.")]
    method: str | None
    card_network: str | None
    settlement_utr: str | None
    dispute_id: str | None


class SettlementReport(Answer):
    settlement_id: SettlementId
    data: list[SettlementRow]


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
