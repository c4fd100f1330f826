"""Pays by card. The number and the code are sealed in another table; the payment keeps what may be shown."""

import re
from contextlib import suppress
from typing import Annotated, Any, Self

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from chalicelib.domain import cards
from chalicelib.domain.cards import LAST, SEPARATORS, full_year
from chalicelib.domain.errors import ExpiredCard, InvalidCard
from chalicelib.methods.base import Checked, NewPayment, PayerDetails

Text = Annotated[str, Meta(max_length=255)]


class CardDetails(msgspec.Struct, frozen=True):
    """A card as the payer typed it."""

    number: Annotated[Text, Meta(examples=["4111 1111 1111 1111"])]
    expiry_month: Annotated[int | Text, Meta(examples=["12"])]
    expiry_year: Annotated[int | Text, Meta(examples=["2030"])]
    cvv: Annotated[Text, Meta(examples=["123"])]
    holder_name: Annotated[Text, Meta(examples=["Asha Rao"])]

    def __repr__(self) -> str:
        """Hides the card, so that no traceback writes its number to a log."""
        return "CardDetails(…)"

    def normalised(self) -> "CardDetails":
        """Returns the parts of a card that may be kept.

        Card numbers and codes are few enough that all of them could be tried against any hash.
        """
        month, year = self.expiry_month, self.expiry_year
        with suppress(ExpiredCard):
            month, year = self.expiry()
        number, holder_name = self.number.translate(SEPARATORS)[-LAST:], self.holder_name.strip()
        return CardDetails(number, month, year, cvv="", holder_name=holder_name)

    def expiry(self) -> tuple[int, int]:
        """Returns (month, year). Raises ExpiredCard."""
        month, year = str(self.expiry_month).strip(), str(self.expiry_year).strip()
        if not re.fullmatch(r"[0-9]{1,2}", month) or not re.fullmatch(r"[0-9]{2}|[0-9]{4}", year):
            raise ExpiredCard
        return int(month), full_year(year)

    def check(self, now: float) -> cards.Card:
        """Checks the card. now: Unix seconds. Raises InvalidCard or ExpiredCard."""
        month, year = self.expiry()
        return cards.check(self.number, month, year, self.cvv, self.holder_name, now)


class PayByCard(NewPayment, frozen=True, tag="card"):
    card: CardDetails | None = None

    def check(self, now: float, currency: str) -> Checked:  # noqa: ARG002  # every currency is paid by card
        """Checks the card. Raises InvalidCard or ExpiredCard."""
        if self.card is None:
            raise InvalidCard("card")
        card = self.card.check(now)
        return Checked(CardOnFile(card.network, card.last4, card.international), card)

    def normalised(self) -> Self:
        """Returns the request with only the end of the card's number and without its code."""
        return replace(self, card=self.card and self.card.normalised())


class PublicPayByCard(PayByCard, frozen=True, kw_only=True, tag="card"):
    """key: the merchant's API key, which a payer's page knows."""

    key: str
    payer: PayerDetails | None = None


class CardOnFile(msgspec.Struct, frozen=True, tag_field="method", tag="card", omit_defaults=True):
    """The part of a card that the payment keeps. international: issued outside India, as far as is known."""

    network: str
    last4: str
    international: bool = False

    def shown(self) -> dict[str, Any]:
        """Returns the contract's fields of the payment."""
        return {"card_network": self.network, "card_last4": self.last4}
