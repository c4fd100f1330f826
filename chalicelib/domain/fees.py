"""Computes fees: a merchant's price list, the tax on a fee, and the part of a fee that comes back with a refund.

All arithmetic is on integers in minor units. The one rounding rule is half up: 0.5 becomes 1, as section 170 of India's
CGST act has it for tax.
"""

from dataclasses import dataclass

BASIS_POINTS = 10_000  # one whole


@dataclass(frozen=True, slots=True)
class Charge:
    """What a payment costs its merchant, in minor units. fee includes tax, as on the wire."""

    fee: int
    tax: int


FREE = Charge(0, 0)


@dataclass(frozen=True, slots=True)
class Sale:
    """What a price depends on. network: of a card, else None. international: see is_international."""

    amount: int
    currency: str
    method: str
    network: str | None = None
    international: bool = False


@dataclass(frozen=True, slots=True)
class Price:
    """One row of a price list. rate: basis points of the amount. fixed: minor units, added to the rate's part.

    The other fields say which payments the row is for; None means any.
    """

    rate: int
    fixed: int = 0
    method: str | None = None
    network: str | None = None
    international: bool | None = None
    currency: str | None = None

    def fits(self, sale: Sale) -> bool:
        return all(
            wanted in (None, had)
            for wanted, had in (
                (self.method, sale.method),
                (self.network, sale.network),
                (self.international, sale.international),
                (self.currency, sale.currency),
            )
        )


DEFAULT_PRICE = Price(rate=200)
DEFAULT_TAX_RATE = 1800


@dataclass(frozen=True, slots=True)
class PriceList:
    """The prices of a merchant. The first row that fits a payment applies; without one the default price applies.

    tax_rate: basis points of the fee.
    """

    prices: tuple[Price, ...] = ()
    tax_rate: int = DEFAULT_TAX_RATE

    def charge(self, sale: Sale) -> Charge:
        """Returns the charge for a payment. A charge is never more than the payment's amount."""
        price = next((row for row in self.prices if row.fits(sale)), DEFAULT_PRICE)
        net = share(sale.amount, price.rate, BASIS_POINTS) + price.fixed
        tax = share(net, self.tax_rate, BASIS_POINTS)
        if net + tax <= sale.amount:
            return Charge(net + tax, tax)
        return Charge(sale.amount, share(sale.amount, self.tax_rate, BASIS_POINTS + self.tax_rate))


def is_international(currency: str, home: str) -> bool:
    """Returns whether a payment is international: it is in another currency than the merchant's own."""
    return currency != home


def share(amount: int, part: int, whole: int) -> int:
    """Returns amount * part / whole, rounded half up. No argument is negative, and whole is positive."""
    return (2 * amount * part + whole) // (2 * whole)


def returned(charge: Charge, before: Charge, amount: int, refunded: int) -> Charge:
    """Returns the part of a payment's charge that comes back with one more refund.

    amount: of the payment. refunded: the sum of its refunds, the new one included. before: what came back with the
    earlier refunds. The parts of any split sum to the whole charge when the whole amount is refunded, because each part
    is the difference to what is due so far. A refund that failed may leave more returned than is due; then nothing
    comes back until the sum is due again.
    """
    tax = max(share(charge.tax, refunded, amount) - before.tax, 0)
    net = max(share(charge.fee - charge.tax, refunded, amount) - (before.fee - before.tax), 0)
    return Charge(net + tax, tax)
