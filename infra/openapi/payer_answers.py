"""The API's answers that only the payer's page asks for, as types; see answers.py."""

from msgspec import UNSET, UnsetType

from chalicelib.domain.orders import OrderStatus
from infra.openapi.fields import Answer, Currency, Money, OrderId


class PublicOrder(Answer):
    """frame_allowed: present only if the request has frame_origins."""

    id: OrderId
    amount: Money
    currency: Currency
    status: OrderStatus
    description: str | None
    merchant_name: str
    frame_allowed: bool | UnsetType = UNSET


class PaymentReturn(Answer):
    """url: the order's return_url with order_id, payment_id, status and signature; null until the payment is settled."""

    url: str | None
