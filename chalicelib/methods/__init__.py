"""Collects the payment methods: one file for each, with its request, its check, its view and the bank's data.

docs/architecture.md says how to add a method.
"""

from typing import Any, get_args

import msgspec

from chalicelib.methods.base import Checked, NewPayment
from chalicelib.methods.card import CardOnFile, PayByCard, PublicPayByCard
from chalicelib.methods.netbanking import Netbanking, PayByNetbanking, PublicPayByNetbanking
from chalicelib.methods.upi import PayByUpi, PublicPayByUpi, Upi

__all__ = ["METHODS", "AnyPayment", "AnyPublicPayment", "Checked", "Instrument", "NewPayment", "load", "stored"]

# The part of an instrument that its payment keeps, told apart by `method`.
Instrument = Upi | CardOnFile | Netbanking
# The bodies of POST /payments and /payments/public, told apart by `method`.
AnyPayment = PayByUpi | PayByCard | PayByNetbanking
AnyPublicPayment = PublicPayByUpi | PublicPayByCard | PublicPayByNetbanking


METHODS: tuple[str, ...] = tuple(str(kind.__struct_config__.tag) for kind in get_args(Instrument))


def stored(instrument: Instrument) -> dict[str, Any]:
    """Turns an instrument into the map that the payment's record holds."""
    record: dict[str, Any] = msgspec.to_builtins(instrument)
    return record


def load(record: dict[str, Any]) -> Instrument:
    """Reads an instrument from its payment's record."""
    instrument: Instrument = msgspec.convert(record, Instrument)
    return instrument
