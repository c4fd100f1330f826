"""Requests as typed classes. Other fields are ignored, so that a client may send the fields of another gateway too.

msgspec checks types strictly: 1.0, true and "100" are not integers. The OpenAPI document is made from these classes.
"""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import asdict, replace

from chalicelib.api import parsing
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.frames import MAX_ORIGIN, MAX_ORIGINS
from chalicelib.domain.money import CURRENCIES, DEFAULT_CURRENCY, MAX_AMOUNT, MIN_AMOUNT
from chalicelib.domain.orders import LONGEST_CAPTURE, MAX_RETURN_URL, SHORTEST_CAPTURE, CaptureMode, check_return_url
from chalicelib.domain.scopes import Scope
from chalicelib.domain.webhooks import DEFAULT_EVENTS, MAX_URL, Event, Format
from chalicelib.methods import NewPayment
from chalicelib.services.merchants.branding import Branding
from chalicelib.services.orders import Terms

Kind = parsing.Kind
parse = parsing.parse

OrderAmount = Annotated[
    int, Meta(ge=MIN_AMOUNT, le=MAX_AMOUNT, description="In the currency's minor unit.", examples=[50000])
]
Amount = Annotated[int, Meta(ge=1, le=MAX_AMOUNT, description="In the currency's minor unit.")]
Text = Annotated[str, Meta(max_length=255)]
Note = Annotated[str, Meta(max_length=256)]
CaptureWithin = Annotated[int, Meta(ge=SHORTEST_CAPTURE, le=LONGEST_CAPTURE, description="In seconds.")]
# PHP writes an empty map as an empty list.
NoNotes = Annotated[list[None], Meta(max_length=0)]
Notes = Annotated[dict[Annotated[str, Meta(max_length=256)], Note], Meta(max_length=15)] | NoNotes
Url = Annotated[str, Meta(max_length=MAX_URL)]
Events = Annotated[list[Event], Meta(min_length=1, max_length=len(Event))]
FrameOrigins = Annotated[
    list[Annotated[str, Meta(max_length=MAX_ORIGIN, examples=["https://shop.example"])]], Meta(max_length=MAX_ORIGINS)
]
Scopes = Annotated[list[Scope], Meta(min_length=1, max_length=len(Scope), examples=[["orders:write", "payments:read"]])]
Headers = Annotated[dict[Text, Annotated[str, Meta(max_length=8192)]], Meta(max_length=100)]
Message = Annotated[str, Meta(max_length=65536)]


def check_currency(code: str) -> str:
    """Returns the code if it is an ISO 4217 currency. Raises BadRequest."""
    if code not in CURRENCIES:
        raise BadRequest("currency must be an ISO 4217 code such as INR", field="currency")
    return code


class Customer(Struct, frozen=True):
    """The customer, as the merchant describes it."""

    name: Text | None = None
    email: Annotated[str, Meta(max_length=255, examples=["asha@example.com"])] | None = None
    contact: Annotated[str, Meta(max_length=32, examples=["+919876543210"])] | None = None


class NewOrder(Struct, frozen=True):
    """capture_within: the seconds for which money is held for a manual capture; without it there is no deadline."""

    amount: OrderAmount
    currency: Annotated[str, Meta(description="ISO 4217.")] = DEFAULT_CURRENCY
    receipt: Text | None = None
    notes: Notes | None = None
    capture: CaptureMode = CaptureMode.MANUAL
    capture_within: CaptureWithin | None = None
    expires_at: Annotated[str, Meta(max_length=64, description="ISO 8601, at most a year ahead.")] | None = None
    return_url: Annotated[str, Meta(max_length=MAX_RETURN_URL)] | None = None
    description: Text | None = None
    customer: Customer | None = None

    def terms(self, *, allow_http: bool) -> Terms:
        """Applies the rules that types cannot express. allow_http: return_url may be http. Raises BadRequest."""
        if self.capture_within is not None and self.capture != CaptureMode.MANUAL:
            raise BadRequest("capture_within is for manual capture only", field="capture_within")
        if self.return_url is not None:
            check_return_url(self.return_url, allow_http=allow_http)
        return Terms(
            self.amount,
            check_currency(self.currency),
            receipt=self.receipt,
            notes=self.notes if isinstance(self.notes, dict) else {},
            capture=self.capture,
            capture_within=self.capture_within,
            expires_at=_moment(self.expires_at),
            return_url=self.return_url,
            description=self.description,
            customer=asdict(self.customer) if self.customer else None,
        )

    def normalised(self) -> "NewOrder":
        """Returns the request for its fingerprint: `{}`, `[]` and null notes look equal."""
        return replace(self, notes=self.notes or None)


def _moment(text: str | None) -> float | None:
    """Returns the Unix seconds of an ISO time or date. Raises BadRequest."""
    if text is None:
        return None
    try:
        return clock.seconds(text)
    except (ValueError, OverflowError):
        raise BadRequest("expires_at must be an ISO 8601 date or time", field="expires_at") from None


class Nothing(Struct, frozen=True):
    """The body of a request that needs no fields."""


class Capture(Struct, frozen=True):
    amount: Amount


class NewRefund(Struct, frozen=True):
    amount: Amount | None = None
    reason: Text | None = None


class Contest(Struct, frozen=True):
    """evidence: any fields, at most 16 KiB as JSON."""

    evidence: Annotated[
        dict[str, Any],
        Meta(min_length=1, max_length=100, examples=[{"summary": "Delivered on 3 May", "tracking_number": "AB123"}]),
    ]


class NewEndpoint(Struct, frozen=True):
    url: Url
    events: Events = msgspec.field(default_factory=lambda: list(DEFAULT_EVENTS))
    enabled: bool = True
    format: Format = Format.NATIVE


class EndpointChange(Struct, frozen=True):
    url: Url | None = None
    events: Events | None = None
    enabled: bool | None = None
    format: Format | None = None


class WebhookUrl(Struct, frozen=True):
    webhook_url: Url | None


class ProfileChange(Struct, frozen=True):
    """Only the fields that are sent are changed; null removes a value.

    allowed_frame_origins: of the pages that may show the checkout in a frame; an empty list allows any page.
    name, logo_url (https) and color (#rrggbb): shown to payers. time_zone: an IANA name, for the dashboard.
    """

    allowed_frame_origins: FrameOrigins | None = None
    name: Annotated[str, Meta(min_length=1, max_length=255)] | UnsetType = UNSET
    logo_url: Annotated[str, Meta(min_length=1, max_length=MAX_RETURN_URL)] | UnsetType | None = UNSET
    color: Annotated[str, Meta(min_length=1, max_length=7, examples=["#4f46e5"])] | UnsetType | None = UNSET
    time_zone: Annotated[str, Meta(min_length=1, max_length=100, examples=["Asia/Kolkata"])] | UnsetType | None = UNSET

    def branding(self) -> Branding:
        given = {name: getattr(self, name) for name in ("name", "logo_url", "color", "time_zone")}
        return Branding(**{name: value for name, value in given.items() if value is not UNSET})


class Replay(Struct, frozen=True, rename={"start": "from", "end": "to"}):
    start: str | None = None
    end: str | None = None


class Resend(Struct, frozen=True):
    """endpoint_id: the endpoint that gets the event, subscribed or not; none means every subscribed endpoint."""

    endpoint_id: Text | None = None


class SignatureQuestion(Struct, frozen=True):
    """body and headers: exactly as received. endpoint_id: the endpoint whose secret should have signed."""

    body: Message
    headers: Headers
    endpoint_id: Text | None = None


class NewKey(Struct, frozen=True):
    """scopes: a key without scopes may do everything, including what later versions add."""

    name: Text = ""
    scopes: Scopes | None = None


class KeyChange(Struct, frozen=True):
    name: Text | None = None
    scopes: Scopes | None = None


class Rotation(Struct, frozen=True):
    """revoke_old: the previous pair and every older pair stop within 5 seconds instead of after 24 hours."""

    revoke_old: bool = False


class SignIn(Struct, frozen=True):
    email: Text
    password: Annotated[str, Meta(max_length=1024)]


class NewMerchant(Struct, frozen=True):
    name: Annotated[str, Meta(min_length=1, max_length=255)]
    email: Annotated[str, Meta(max_length=255, pattern=r"^[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+(?!\n)$")]


class Redrive(Struct, frozen=True):
    queue: str


def identity(asked: Struct) -> bytes:
    """Returns what a request asks for. Two spellings give the same bytes, and the bytes contain no card secrets."""
    normal = asked.normalised() if isinstance(asked, NewOrder | NewPayment) else asked
    return msgspec.json.encode(normal, order="sorted")
