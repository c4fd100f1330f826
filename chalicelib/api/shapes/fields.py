"""The types of the answers' fields."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from chalicelib.domain.money import MAX_AMOUNT
from chalicelib.methods import METHODS

Money = Annotated[int, Meta(ge=0, le=MAX_AMOUNT, description="In the currency's minor unit.")]
# A sum of money may exceed the limit of one amount.
Sum = Annotated[int, Meta(ge=0, description="In the currency's minor unit.")]
Count = Annotated[int, Meta(ge=0)]
Time = Annotated[
    str,
    Meta(
        pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$",
        description="ISO 8601, UTC.",
        extra_json_schema={"format": "date-time", "examples": ["2026-01-31T09:30:00.123456Z"]},
    ),
]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d$", extra_json_schema={"format": "date"})]
OrderId = Annotated[str, Meta(pattern="^order_[A-Za-z0-9]{16}$")]
PaymentId = Annotated[str, Meta(pattern="^pay_[A-Za-z0-9]{16}$")]
RefundId = Annotated[str, Meta(pattern="^rfnd_[A-Za-z0-9]{16}$")]
DisputeId = Annotated[str, Meta(pattern="^disp_[A-Za-z0-9]{16}$")]
SettlementId = Annotated[str, Meta(pattern="^setl_[A-Za-z0-9]{16}$")]
EndpointId = Annotated[str, Meta(pattern="^we_[A-Za-z0-9]{16}$")]
EventId = Annotated[str, Meta(pattern="^evt_[0-9A-Za-z]{20}$")]
Uuid = Annotated[str, Meta(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", extra_json_schema={"format": "uuid"})]
Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$", description="ISO 4217.", examples=["INR"])]
Method = Annotated[str, Meta(pattern=f"^({'|'.join(METHODS)})$", extra_json_schema={"enum": [*METHODS]})]
WebhookSecret = Annotated[str, Meta(pattern="^whsec_")]
HttpStatus = Annotated[int, Meta(ge=100, le=999)]
DeliveryStatus = Literal["pending", "success", "failed"]
Queue = Literal["payments", "refunds", "settlements", "deliveries"]


class Answer(Struct, forbid_unknown_fields=True):
    """An answer has exactly the fields of its class."""


class Page(Answer):
    total: Annotated[
        Count | None,
        Meta(description="How many rows match. Null if the API would have to read very many rows to count."),
    ]
    limit: Annotated[int, Meta(ge=1, le=100)]
    offset: Count
    next_cursor: Annotated[
        str | None,
        Meta(
            description="The next page's cursor; null at the end. A filtered page may be short or empty before the end."
        ),
    ]
