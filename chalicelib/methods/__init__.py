"""How a payment is made: one file a method, with its check, its view and what the bank needs of it, side by side."""

from typing import Any

import msgspec

from chalicelib.methods.card import CardOnFile
from chalicelib.methods.netbanking import Netbanking
from chalicelib.methods.upi import Upi

# What is kept of an instrument on its payment, told apart by `method`.
Instrument = Upi | CardOnFile | Netbanking


def stored(instrument: Instrument) -> dict[str, Any]:
    """Turns an instrument into the map that the payment's record holds."""
    record: dict[str, Any] = msgspec.to_builtins(instrument)
    return record


def load(record: dict[str, Any]) -> Instrument:
    """Reads an instrument from its payment's record."""
    return msgspec.convert(record, Instrument)
