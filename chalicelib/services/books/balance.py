"""Shows a merchant's balance from the running totals: two reads for ten payments as for ten million."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chalicelib.domain import business_days, clock
from chalicelib.domain.errors import NotFound
from chalicelib.domain.ledger import Account
from chalicelib.domain.settlements import Cut
from chalicelib.persistence import totals
from chalicelib.persistence.merchants import Merchant
from chalicelib.persistence.totals import ALL_TIME, Total
from chalicelib.services.books import terms


@dataclass(frozen=True, slots=True)
class Balance:
    """Amounts in minor units. available: matured money, negative if more was given back. pending: captured money that
    has not matured. reserved: money held back for open disputes.
    """

    available: int
    pending: int
    reserved: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A merchant's balances by currency at one moment.

    rows: what they were computed from, for balances.hold. first_pending: the UTC day of the earliest captures whose
    money is pending by the terms.
    """

    balances: dict[str, Balance]
    rows: list[Total]
    first_pending: str


def read(merchant: Merchant) -> Reading:
    """Reads the totals, and returns the balances.

    merchant: as it was read just now. A day that its last settlement covers is not pending, whatever the terms say now.
    """
    first = _first_pending(terms.of_record(merchant).settlement_delay)
    rows = totals.of_days(merchant.id, first, ALL_TIME)
    by_currency: dict[str, list[Total]] = defaultdict(list)
    for row in rows:
        by_currency[row.currency].append(row)
    found = {currency: _balance(mine, merchant.cut(currency)) for currency, mine in sorted(by_currency.items())}
    return Reading({currency: balance for currency, balance in found.items() if balance}, rows, first)


def _first_pending(delay: int) -> str:
    today = date.fromisoformat(clock.day(clock.iso(clock.now())))
    return business_days.first_pending(today, delay).isoformat()


def _balance(rows: Iterable[Total], cut: Cut) -> Balance | None:
    """Returns the balance of one currency; None if no money ever moved in it."""
    whole = [row for row in rows if row.day == ALL_TIME]
    if not any(row.acquirer_receivable_debits or row.merchant_payable_debits for row in whole):
        return None
    payable = -sum(row.balance(Account.MERCHANT_PAYABLE) for row in whole)
    pending = sum(int(row.earned) for row in rows if cut.matured_before <= row.day != ALL_TIME)
    reserved = -sum(row.balance(Account.DISPUTES_RESERVED) for row in whole)
    return Balance(payable - pending, pending, reserved)


def shown(merchant_id: str) -> dict[str, dict[str, int]]:
    """Shows the balance: {currency: {available, pending, reserved}}. Raises NotFound."""
    merchant = Merchant.find(merchant_id)
    if merchant is None:
        raise NotFound("Merchant")
    return {
        currency: {"available": one.available, "pending": one.pending, "reserved": one.reserved}
        for currency, one in read(merchant).balances.items()
    }
