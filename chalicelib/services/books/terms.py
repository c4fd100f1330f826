"""Keeps each merchant's terms (domain/terms.py)."""

from typing import Any

import msgspec

from chalicelib.domain.fees import Charge, Sale, is_international
from chalicelib.domain.terms import DEFAULT_TERMS, Terms
from chalicelib.persistence.merchants import Merchant
from chalicelib.persistence.ownership import existing
from chalicelib.persistence.payments import Payment
from chalicelib.services.books.settlements import schedule
from chalicelib.services.caching import TimedCache
from chalicelib.telemetry import logger

# How long another process may apply the old terms after a change, in seconds.
MEMORY_SECONDS = 60

_known: TimedCache[Terms] = TimedCache(MEMORY_SECONDS)


def of(merchant_id: str) -> Terms:
    """Returns the merchant's terms, at most MEMORY_SECONDS old. Raises Unavailable."""
    return _known.get(merchant_id) or _known.fill(merchant_id, lambda: _first(merchant_id))


def forget() -> None:
    _known.clear()


def _first(merchant_id: str) -> Terms:
    """Reads the terms, and arms the merchant's settlements.

    Whoever takes money asks for the terms first. So every merchant with money is settled, also one from before there
    were settlements.
    """
    merchant = Merchant.find(merchant_id)
    if merchant and merchant.settle_at is None:
        schedule.arm(merchant)
    return of_record(merchant)


def of_record(merchant: Merchant | None) -> Terms:
    """Returns the terms that the merchant's record holds."""
    if merchant is None or merchant.terms is None:
        return DEFAULT_TERMS
    return msgspec.convert(merchant.terms, Terms)


def agree(merchant_id: str, terms: Terms) -> dict[str, Any]:
    """Replaces the merchant's terms and shows them. Payments that are captured later have the new prices.

    Raises NotFound.
    """
    kept: dict[str, Any] = msgspec.to_builtins(terms)
    Merchant.alter(merchant_id, [Merchant.terms.set(kept)])
    _known.forget(merchant_id)
    logger.info("terms changed", merchant_id=merchant_id, terms=kept)
    return kept


def shown(merchant_id: str) -> dict[str, Any]:
    """Shows the terms as they are stored now. Raises NotFound."""
    merchant = existing(Merchant.find(merchant_id), "Merchant")
    found: dict[str, Any] = msgspec.to_builtins(of_record(merchant))
    return found


def charge(terms: Terms, payment: Payment) -> Charge:
    """Returns what a payment costs its merchant."""
    currency = str(payment.currency)
    return terms.price_list.charge(
        Sale(
            int(payment.amount),
            currency,
            str(payment.method),
            payment.instrument.get("network"),
            is_international(currency, terms.home_currency),
        )
    )
