"""The API's answers that only the payer's page asks for, as types; see answers.py."""

from msgspec import UNSET, UnsetType

from chalicelib.api.shapes.answers import PublicPayment
from chalicelib.api.shapes.fields import Answer, Currency, Money, OrderId
from chalicelib.domain.orders import OrderStatus


class PublicMerchant(Answer):
    """What payers see of the merchant. color: #rrggbb."""

    name: str
    logo_url: str | None
    color: str | None


class PublicOrder(Answer):
    """frame_allowed: present only if the request has frame_origins."""

    id: OrderId
    amount: Money
    currency: Currency
    status: OrderStatus
    description: str | None
    merchant_name: str
    merchant: PublicMerchant
    frame_allowed: bool | UnsetType = UNSET


class PaymentReturn(Answer):
    """url: the order's return_url with order_id, payment_id, status and signature; null until the payment is settled."""

    url: str | None


class GivenUp(PublicPayment):
    """A payment that waited for its payer has failed with PAYMENT_CANCELLED; any other payment is as it was."""
