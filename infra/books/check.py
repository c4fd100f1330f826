"""Compares the gateway's balances with the balances that beancount computes from the exported journal."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from chalicelib.domain.ledger import Account
from chalicelib.domain.money import in_major_unit
from infra.audit.snapshot import Item
from infra.books import account_name
from infra.usage import UsageError

Key = tuple[str, str]


def beancounts(journal: str) -> dict[Key, Decimal]:
    """Returns (account, currency) -> balance in the major unit.

    Raises ValueError if beancount refuses the journal, and UsageError where beancount is not installed.
    """
    try:
        from beancount import loader  # noqa: PLC0415  # only a developer's machine has beancount
        from beancount.core import data  # noqa: PLC0415
    except ImportError:
        raise UsageError("The check of the books needs beancount: pip install beancount") from None

    entries, errors, _ = loader.load_string(journal)
    if errors:
        raise ValueError("; ".join(str(error.message) for error in errors[:5]))
    balances: dict[Key, Decimal] = {}
    for entry in data.filter_txns(entries):
        for line in entry.postings:
            units = line.units
            if units is None or units.number is None:
                raise ValueError(f"beancount completed a line of {line.account}, and no line lacks its amount")
            key = (line.account, units.currency)
            balances[key] = balances.get(key, Decimal(0)) + units.number
    return balances


def gateways(totals: Iterable[Item]) -> dict[Key, Decimal]:
    """Returns (account, currency) -> balance in the major unit, from the running totals."""
    minor: Counter[tuple[str, str, str]] = Counter()
    for total in totals:
        period, _, rest = str(total["period"]).partition("#")
        if period == "all":
            for account in Account:
                amount = int(total.get(f"{account}_debits") or 0) - int(total.get(f"{account}_credits") or 0)
                minor[account, total["merchant_id"], rest.partition("#")[0]] += amount
    return {
        (account_name(account, merchant), currency): _major(amount, currency)
        for (account, merchant, currency), amount in minor.items()
    }


def _major(amount: int, currency: str) -> Decimal:
    return Decimal(in_major_unit(abs(amount), currency)) * (-1 if amount < 0 else 1)


def differences(ours: Mapping[Key, Decimal], theirs: Mapping[Key, Decimal]) -> Iterator[str]:
    """Yields a sentence for each balance on which the two ledgers differ."""
    for account, currency in sorted({*ours, *theirs}):
        mine, other = (side.get((account, currency), Decimal(0)) for side in (ours, theirs))
        if mine != other:
            yield f"{account}: the gateway has {mine} {currency}, beancount has {other} {currency}"
