"""Pays by netbanking: the payer signs in at a bank's own page."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from chalicelib.domain.errors import BadRequest
from chalicelib.domain.money import DEFAULT_CURRENCY
from chalicelib.methods.base import Checked, NewPayment, PayerDetails

# The length limits refuse the newline that a pattern's $ lets through.
Bank = Annotated[str, Meta(pattern="^[A-Z]{4}$", min_length=4, max_length=4, examples=["HDFC"])]


class PayByNetbanking(NewPayment, frozen=True, tag="netbanking"):
    """bank: the four letters that the bank's IFSC codes begin with."""

    bank: Bank

    def check(self, now: float, currency: str) -> Checked:  # noqa: ARG002  # no rule of it depends on the time
        """Checks the request. Raises BadRequest for any currency but rupees: IFSC codes exist for rupees only."""
        if currency != DEFAULT_CURRENCY:
            raise BadRequest(f"method netbanking is for orders in {DEFAULT_CURRENCY}", field="method")
        return Checked(Netbanking(self.bank))


class PublicPayByNetbanking(PayByNetbanking, frozen=True, kw_only=True, tag="netbanking"):
    """key: the merchant's API key, which a payer's page knows."""

    key: str
    payer: PayerDetails | None = None


class Netbanking(msgspec.Struct, frozen=True, tag_field="method", tag="netbanking"):
    """bank: the four letters that the bank's IFSC codes begin with, e.g. HDFC."""

    bank: str

    def shown(self) -> dict[str, Any]:
        """Returns the contract's fields of the payment."""
        return {"bank": self.bank}
