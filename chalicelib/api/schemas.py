"""Requests as typed classes. What is not named here is ignored, so that a client may send what another gateway needs.

msgspec checks types strictly: 1.0, true and "100" are no integers. The OpenAPI document is made of these classes.
"""

import re
from contextlib import suppress
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from chalicelib.api import parsing
from chalicelib.domain.cards import LAST, SEPARATORS, full_year
from chalicelib.domain.errors import BadRequest, ExpiredCard
from chalicelib.domain.money import CURRENCIES, DEFAULT_CURRENCY, MAX_AMOUNT, MIN_AMOUNT
from chalicelib.domain.webhooks import DEFAULT_EVENTS, MAX_URL, Event

parse = parsing.parse

OrderAmount = Annotated[
    int, Meta(ge=MIN_AMOUNT, le=MAX_AMOUNT, description="In the currency's minor unit.", examples=[50000])
]
Amount = Annotated[int, Meta(ge=1, le=MAX_AMOUNT, description="In the currency's minor unit.")]
Text = Annotated[str, Meta(max_length=255)]
Note = Annotated[str, Meta(max_length=256)]
# PHP writes an empty map as an empty list.
NoNotes = Annotated[list[None], Meta(max_length=0)]
Notes = Annotated[dict[Annotated[str, Meta(max_length=256)], Note], Meta(max_length=15)] | NoNotes
Url = Annotated[str, Meta(max_length=MAX_URL)]
Events = Annotated[list[Event], Meta(min_length=1, max_length=len(Event))]
Headers = Annotated[dict[Text, Annotated[str, Meta(max_length=8192)]], Meta(max_length=100)]
Message = Annotated[str, Meta(max_length=65536)]


def check_currency(code: str) -> str:
    """Raises BadRequest."""
    if code not in CURRENCIES:
        raise BadRequest("currency must be an ISO 4217 code such as INR", field="currency")
    return code


class NewOrder(Struct, frozen=True):
    amount: OrderAmount
    currency: Annotated[str, Meta(description="ISO 4217.")] = DEFAULT_CURRENCY
    receipt: Text | None = None
    notes: Notes | None = None

    def check(self) -> None:
        check_currency(self.currency)

    def normalised(self) -> "NewOrder":
        return replace(self, notes=self.notes or None)


class CardDetails(Struct, frozen=True):
    number: Annotated[Text, Meta(examples=["4111 1111 1111 1111"])]
    expiry_month: Annotated[int | Text, Meta(examples=["12"])]
    expiry_year: Annotated[int | Text, Meta(examples=["2030"])]
    cvv: Annotated[Text, Meta(examples=["123"])]
    holder_name: Annotated[Text, Meta(examples=["Asha Rao"])]

    def __repr__(self) -> str:
        """A card number must not get into a log by way of a traceback."""
        return "CardDetails(…)"

    def normalised(self) -> "CardDetails":
        """What may be kept of it: a number and a code are few enough to be tried out against any hash."""
        month, year = self.expiry_month, self.expiry_year
        with suppress(ExpiredCard):
            month, year = self.expiry()
        number, holder_name = self.number.translate(SEPARATORS)[-LAST:], self.holder_name.strip()
        return CardDetails(number, month, year, cvv="", holder_name=holder_name)

    def expiry(self) -> tuple[int, int]:
        """(month, year). Raises ExpiredCard."""
        month, year = str(self.expiry_month).strip(), str(self.expiry_year).strip()
        if not re.fullmatch(r"[0-9]{1,2}", month) or not re.fullmatch(r"[0-9]{2}|[0-9]{4}", year):
            raise ExpiredCard
        return int(month), full_year(year)


class NewPayment(Struct, frozen=True):
    """With vpa for upi, with card for card."""

    order_id: str
    method: Annotated[str, Meta(examples=["upi"], extra_json_schema={"enum": ["upi", "card"]})]
    vpa: Annotated[str | None, Meta(examples=["user@paytm"])] = None
    card: CardDetails | None = None

    def normalised(self) -> "NewPayment":
        return replace(self, card=self.card and self.card.normalised())


class NewPublicPayment(NewPayment, frozen=True, kw_only=True):
    key: str


class Capture(Struct, frozen=True):
    amount: Amount


class NewRefund(Struct, frozen=True):
    amount: Amount | None = None
    reason: Text | None = None


class NewEndpoint(Struct, frozen=True):
    url: Url
    events: Events = msgspec.field(default_factory=lambda: list(DEFAULT_EVENTS))
    enabled: bool = True


class EndpointChange(Struct, frozen=True):
    url: Url | None = None
    events: Events | None = None
    enabled: bool | None = None


class WebhookUrl(Struct, frozen=True):
    webhook_url: Url | None


class Replay(Struct, frozen=True, rename={"start": "from", "end": "to"}):
    start: str | None = None
    end: str | None = None


class SignatureQuestion(Struct, frozen=True):
    """body: the text received; headers: as received. endpoint_id: the endpoint that ought to have signed."""

    body: Message
    headers: Headers
    endpoint_id: Text | None = None


class SignIn(Struct, frozen=True):
    email: Text
    password: Annotated[str, Meta(max_length=1024)]


class NewMerchant(Struct, frozen=True):
    name: Annotated[str, Meta(min_length=1, max_length=255)]
    email: Annotated[str, Meta(max_length=255, pattern=r"^[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+(?!\n)$")]


class Redrive(Struct, frozen=True):
    queue: str


def identity(asked: Struct) -> bytes:
    """What a request asks for: the same for two spellings of it, and without what a card must not leave behind."""
    normal = asked.normalised() if isinstance(asked, NewOrder | NewPayment) else asked
    return msgspec.json.encode(normal, order="sorted")
