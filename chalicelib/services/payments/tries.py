"""Limits how often payers may try to pay: pauses of an order, tries of an address and of a card (docs/adr/0017).

The limits apply to the public endpoint only. A merchant answers for the requests that carry the merchant's secret.
"""

import hashlib
import hmac
import math
from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib import vault
from chalicelib.config import settings
from chalicelib.domain import clock
from chalicelib.domain.addresses import network
from chalicelib.domain.cards import Card
from chalicelib.domain.errors import TooManyAttempts
from chalicelib.domain.orders import pause_after
from chalicelib.persistence.card_tries import CardTries
from chalicelib.persistence.orders import Order
from chalicelib.persistence.transactions import Refused, Transaction
from chalicelib.services.caching import TimedCache

WINDOW_SECONDS = 600
# Hex digits of a card's mark. Few enough that a thousand times as many cards share one mark, and enough that two payers
# in one window hardly ever share it.
MARK_DIGITS = 5
ADDRESS_DIGITS = 32

_full: TimedCache[bool] = TimedCache(WINDOW_SECONDS)


@dataclass(frozen=True, slots=True)
class Count:
    """A limited number of tries in a window. ends_at: Unix seconds. name: of the write in the transaction."""

    name: str
    key: str
    most: int
    ends_at: int


def check_pause(order: Order) -> None:
    """Raises TooManyAttempts while the order's payer has to wait."""
    ends_at = float(order.failed_at or 0) + pause_after(int(order.failures or 0))
    if (left := ends_at - clock.now()) > 0:
        raise TooManyAttempts(math.ceil(left))


def counts(card: Card | None, address: str) -> list[Count]:
    """Returns the counts that a try with a card adds to.

    Tries with other methods are not counted, because nobody learns anything by trying an account's name. Raises
    TooManyAttempts where this process knows that a count is full, or Unavailable.
    """
    most = {"address": settings().card_tries_per_address, "card": settings().card_tries_per_card}
    if card is None or not any(most.values()):
        return []
    window = int(clock.now()) // WINDOW_SECONDS
    key, ends_at = vault.TRIES.key(f"card tries {window}"), (window + 1) * WINDOW_SECONDS
    marks = {
        "address": _mark(key, f"address {network(address)}", ADDRESS_DIGITS),
        "card": _mark(key, f"card {card.number}", MARK_DIGITS),
    }
    wanted = [
        Count(f"tries of the {name}", f"{name} {window} {marks[name]}", number, ends_at)
        for name, number in most.items()
        if number
    ]
    if any(_full.get(count.key) for count in wanted):
        raise _wait(wanted)
    return wanted


def _mark(key: bytes, what: str, digits: int) -> str:
    return hmac.digest(key, what.encode(), hashlib.sha256).hex()[:digits]


def put(transaction: Transaction, counted: Sequence[Count]) -> None:
    """Counts the try in the payment's own transaction. The limit is the condition of the write."""
    for count in counted:
        actions = [CardTries.tries.add(1), CardTries.expires_at.set(count.ends_at + WINDOW_SECONDS)]
        within = CardTries.tries.does_not_exist() | (CardTries.tries < count.most)
        transaction.update(count.name, CardTries(count.key), actions, within)


def explain(refusal: Refused, counted: Sequence[Count]) -> None:
    """Raises TooManyAttempts if a count was full. The process remembers the full count.

    So the next such try sends no message and writes nothing.
    """
    full = [count for count in counted if count.name in refusal.names]
    for count in full:
        _full.put(count.key, value=True)
    if full:
        raise _wait(full)


def _wait(counted: Sequence[Count]) -> TooManyAttempts:
    return TooManyAttempts(max(1, math.ceil(counted[0].ends_at - clock.now())))
