"""Shows a merchant's balance from the running totals: two reads for ten payments as for ten million."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chalicelib.domain import business_days, clock
from chalicelib.domain.ledger import Account
from chalicelib.persistence import totals
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


def read(merchant_id: str) -> tuple[dict[str, Balance], list[Total]]:
    """Returns the balance of each currency, and the rows that it was computed from, for balances.hold."""
    rows = totals.of_days(merchant_id, first_pending(merchant_id).isoformat(), ALL_TIME)
    by_currency: dict[str, list[Total]] = defaultdict(list)
    for row in rows:
        by_currency[row.currency].append(row)
    found = {currency: _balance(mine) for currency, mine in sorted(by_currency.items())}
    return {currency: balance for currency, balance in found.items() if balance}, rows


def first_pending(merchant_id: str) -> date:
    """Returns the UTC day of the earliest captures whose money is pending today."""
    today = date.fromisoformat(clock.day(clock.iso(clock.now())))
    return business_days.first_pending(today, terms.of(merchant_id).settlement_delay)


def _balance(rows: Iterable[Total]) -> Balance | None:
    """Returns the balance of one currency; None if no money ever moved in it."""
    whole = [row for row in rows if row.period.startswith(ALL_TIME)]
    if not any(row.acquirer_receivable_debits or row.merchant_payable_debits for row in whole):
        return None
    payable = -sum(row.balance(Account.MERCHANT_PAYABLE) for row in whole)
    pending = sum(int(row.earned) for row in rows if not row.period.startswith(ALL_TIME))
    reserved = -sum(row.balance(Account.DISPUTES_RESERVED) for row in whole)
    return Balance(payable - pending, pending, reserved)


def shown(merchant_id: str) -> dict[str, dict[str, int]]:
    """Shows the balance: {currency: {available, pending, reserved}}."""
    balances, _ = read(merchant_id)
    return {
        currency: {"available": one.available, "pending": one.pending, "reserved": one.reserved}
        for currency, one in balances.items()
    }
