"""Runs the simulated bank for tests: its table in moto, a clock that can be moved, and payments to ask it about."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from chalicelib import aws
from chalicelib.acquirers.base import Charge, Inquiry, Payee
from chalicelib.acquirers.simulated import memory
from chalicelib.domain import cards, clock
from chalicelib.domain.cards import Card
from chalicelib.methods import Instrument
from chalicelib.methods.card import CardOnFile
from chalicelib.methods.upi import Upi
from tests.support.mocked import empty_aws

PAYEE = Payee("550e8400-e29b-41d4-a716-446655440000", "Test Merchant")
NOW = 1_790_000_000.0
_numbers = count(1)


class MovableClock:
    def __init__(self, now: float = NOW) -> None:
        self.time = now

    def __call__(self) -> float:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += seconds


@contextmanager
def bank_with_a_memory() -> Iterator[MovableClock]:
    """Yields the clock that the bank reads. DynamoDB runs inside this process, with the bank's table only."""
    moved = MovableClock()
    with pytest.MonkeyPatch.context() as patch, empty_aws():
        patch.setattr(clock, "source", moved)
        aws.client("dynamodb").create_table(
            TableName=memory.table(),
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield moved


def charge(instrument: Instrument | None = None, card: Card | None = None, **changes: Any) -> Charge:
    """Returns a charge of five hundred rupees with a new id."""
    kept: Instrument = CardOnFile(card.network, card.last4) if card else instrument or Upi(vpa="success@upi")
    whole = Charge(f"pay_{next(_numbers):016}", 50000, "INR", kept, card, PAYEE, capture=False, expires_at=NOW + 86400)
    return replace(whole, **changes)


def card_of(number: str) -> Card:
    cvv = "1234" if cards.network(number) == "amex" else "123"
    return cards.check(number, 12, 2040, cvv, "A Payer", NOW)


def inquiry(of: Charge, reference: str = "") -> Inquiry:
    return Inquiry(of.payment_id, of.amount, of.currency, of.instrument, of.capture, reference, of.script)
