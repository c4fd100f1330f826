"""Pays by UPI: a request to a payer's address (collect), a link to the payer's app (intent), or a code to scan (qr)."""

from enum import StrEnum
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from chalicelib.domain.errors import BadRequest, InvalidVpa
from chalicelib.domain.money import DEFAULT_CURRENCY
from chalicelib.domain.upi import check_vpa
from chalicelib.methods.base import Checked, NewPayment, PayerDetails


class Flow(StrEnum):
    COLLECT = "collect"
    INTENT = "intent"
    QR = "qr"


class PayByUpi(NewPayment, frozen=True, tag="upi"):
    """vpa: required for flow collect and refused for the other flows, in which the payer's app knows the address."""

    vpa: Annotated[str | None, Meta(examples=["user@paytm"])] = None
    flow: Flow = Flow.COLLECT

    def check(self, now: float, currency: str) -> Checked:  # noqa: ARG002  # no rule of it depends on the time
        """Checks the request.

        Raises InvalidVpa, or BadRequest for a flow that does not fit the request or the order.
        """
        if self.flow == Flow.COLLECT:
            if self.vpa is None:
                raise InvalidVpa
            return Checked(Upi(vpa=check_vpa(self.vpa)))
        if self.vpa is not None:
            raise BadRequest(f"vpa is for flow {Flow.COLLECT} only", field="vpa")
        if currency != DEFAULT_CURRENCY:
            raise BadRequest(f"flow {self.flow} is for orders in {DEFAULT_CURRENCY}", field="flow")
        return Checked(Upi(self.flow))


class PublicPayByUpi(PayByUpi, frozen=True, kw_only=True, tag="upi"):
    """key: the merchant's API key, which a payer's page knows."""

    key: str
    payer: PayerDetails | None = None


class Upi(msgspec.Struct, frozen=True, tag_field="method", tag="upi"):
    """The part of a UPI request that the payment keeps. vpa: the payer's address; only a collect request has it."""

    flow: Flow = Flow.COLLECT
    vpa: str | None = None

    def shown(self) -> dict[str, Any]:
        """Returns the contract's fields of the payment."""
        return {"vpa": self.vpa, "flow": self.flow}
