"""Defines a merchant's terms: prices, the settlement delay, and the rules for refunds."""

from dataclasses import dataclass, field

from chalicelib.domain.fees import PriceList
from chalicelib.domain.money import DEFAULT_CURRENCY

MAX_SETTLEMENT_DELAY = 30


@dataclass(frozen=True, slots=True)
class Terms:
    """What the operator agreed with a merchant.

    home_currency: a payment in another currency is international. settlement_delay: business days from the capture
    until the money is available. fees_come_back: a refund gives the fee back in proportion. refunds_within_balance: a
    refund beyond the merchant's balance is refused.
    """

    price_list: PriceList = field(default_factory=PriceList)
    home_currency: str = DEFAULT_CURRENCY
    settlement_delay: int = 2
    fees_come_back: bool = False
    refunds_within_balance: bool = False


DEFAULT_TERMS = Terms()
