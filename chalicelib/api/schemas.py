"""Requests as typed classes. What is not named here is ignored, so that a client may send what another gateway needs.

msgspec checks types strictly: 1.0, true and "100" are no integers. The OpenAPI document is made of these classes.
"""

import re
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from chalicelib.domain.cards import LAST, SEPARATORS, full_year
from chalicelib.domain.errors import BadRequest, ExpiredCard
from chalicelib.domain.money import CURRENCIES, DEFAULT_CURRENCY, MAX_AMOUNT, MIN_AMOUNT
from chalicelib.domain.scopes import Scope
from chalicelib.domain.webhooks import DEFAULT_EVENTS, MAX_URL, Event

T = TypeVar("T", bound=Struct)

OrderAmount = Annotated[
    int, Meta(ge=MIN_AMOUNT, le=MAX_AMOUNT, description="In the currency's minor unit.", examples=[50000])
]
Amount = Annotated[int, Meta(ge=1, le=MAX_AMOUNT, description="In the currency's minor unit.")]
Text = Annotated[str, Meta(max_length=255)]
Note = Annotated[str, Meta(max_length=256)]
Notes = Annotated[dict[Annotated[str, Meta(max_length=256)], Note], Meta(max_length=15)]
Url = Annotated[str, Meta(max_length=MAX_URL)]
Events = Annotated[list[Event], Meta(min_length=1, max_length=len(Event))]
Scopes = Annotated[list[Scope], Meta(min_length=1, max_length=len(Scope), examples=[["orders:write", "payments:read"]])]
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


class CardDetails(Struct, frozen=True):
    number: Annotated[Text, Meta(examples=["4111 1111 1111 1111"])]
    expiry_month: Annotated[int | Text, Meta(examples=["12"])]
    expiry_year: Annotated[int | Text, Meta(examples=["2030"])]
    cvv: Annotated[Text, Meta(examples=["123"])]
    holder_name: Annotated[Text, Meta(examples=["Asha Rao"])]

    def __repr__(self) -> str:
        """A card number must not get into a log by way of a traceback."""
        return "CardDetails(…)"

    def masked(self) -> "CardDetails":
        """What may be kept of it: a number and a code are few enough to be tried out against any hash."""
        return replace(self, number=self.number.translate(SEPARATORS)[-LAST:], cvv="")

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

    def masked(self) -> "NewPayment":
        return replace(self, card=self.card and self.card.masked())


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


class NewKey(Struct, frozen=True):
    """scopes: none given is everything, also what is added later."""

    name: Text = ""
    scopes: Scopes | None = None


class KeyChange(Struct, frozen=True):
    name: Text | None = None
    scopes: Scopes | None = None


class Rotation(Struct, frozen=True):
    """revoke_old: the pair before, and every one before that, stops at once instead of in a day."""

    revoke_old: bool = False


class SignIn(Struct, frozen=True):
    email: Text
    password: Annotated[str, Meta(max_length=1024)]


class NewMerchant(Struct, frozen=True):
    name: Annotated[str, Meta(min_length=1, max_length=255)]
    email: Annotated[str, Meta(max_length=255, pattern=r"^[^@\s]+@[^@\s]+$")]


class Redrive(Struct, frozen=True):
    queue: str


_PLACE = re.compile(r" - at `(?:key in )?\$\.?(?P<field>[^`]*)`$")


def _explain(error: msgspec.ValidationError) -> BadRequest:
    text = str(error)
    place = _PLACE.search(text)
    reason = text[: place.start()] if place else text
    name = (place["field"] if place else "") or None
    missing = re.fullmatch(r"Object missing required field `(?P<name>\w+)`", reason)
    if missing:
        name = f"{name}.{missing['name']}" if name else missing["name"]
        return BadRequest(f"{name} is required", field=name)
    reason = reason.replace("`", "")
    return BadRequest(f"{name}: {reason[0].lower()}{reason[1:]}" if name else reason, field=name)


def identity(asked: Struct) -> bytes:
    """What a request asks for: the same for two spellings of it, and without what a card must not leave behind."""
    return msgspec.json.encode(asked.masked() if isinstance(asked, NewPayment) else asked, order="sorted")


def parse(body: bytes, kind: type[T]) -> T:
    """An empty body is an empty object. Raises BadRequest naming the field."""
    try:
        # Decoded first, since msgspec does not look into strings that it skips.
        parsed = msgspec.json.decode(body.decode() or "{}", type=kind)
    except msgspec.ValidationError as error:
        raise _explain(error) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise BadRequest("Malformed JSON") from None
    return parsed
