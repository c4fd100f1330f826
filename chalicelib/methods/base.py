"""Defines what every payment method has: its request, the check of the request, and the result of the check."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Self

import msgspec
from msgspec import Meta

from chalicelib.domain.cards import Card

if TYPE_CHECKING:
    from chalicelib.methods import Instrument


@dataclass(frozen=True, slots=True)
class Checked:
    """A request that has passed its check. instrument: kept on the payment; card: in clear, to be sealed at once."""

    instrument: "Instrument"
    card: Card | None = None


Text = Annotated[str, Meta(max_length=255)]
Note = Annotated[str, Meta(max_length=256)]


class PayerDetails(msgspec.Struct, frozen=True):
    """What the payer's page tells of the payer. notes: the payment's own; without them the order's are shown.

    amount: what the payer pays of an order that may be paid in parts; null for all that is due. Other orders ignore it.
    """

    email: Text | None = None
    contact: Annotated[str, Meta(max_length=32)] | None = None
    description: Text | None = None
    notes: Annotated[dict[Note, Note], Meta(max_length=15)] | None = None
    amount: Annotated[int, Meta(ge=1)] | None = None


class NewPayment(msgspec.Struct, frozen=True, tag_field="method"):
    """The body of POST /payments; the request of each method adds its own fields to it."""

    order_id: str

    def check(self, now: float, currency: str) -> Checked:
        """Applies the method's rules. now: Unix seconds; currency: the order's. Raises BadRequest.

        A request that passes now may fail later (a card expires). So a replay is looked for before the check.
        """
        raise NotImplementedError

    def normalised(self) -> Self:
        """Returns the request as its fingerprint keeps it: equal for two spellings, and with nothing to guess."""
        return self
