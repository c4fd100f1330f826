"""The bank networks that this gateway can use. docs/acquirers.md says how to add one."""

from functools import cache
from importlib import import_module

from chalicelib.acquirers.base import Acquirer
from chalicelib.config import settings

# What ACQUIRER may say, and where the class is; only the one in use is imported.
ACQUIRERS = {
    "simulated": "chalicelib.acquirers.simulated.bank:SimulatedBank",
}


@cache
def acquirer() -> Acquirer:
    """The one that ACQUIRER names. Raises ValueError naming the known ones where it names none of them."""
    name = settings().acquirer
    if name not in ACQUIRERS:
        raise ValueError(f"ACQUIRER must be one of {', '.join(sorted(ACQUIRERS))}, not {name!r}")
    module, _, kind = ACQUIRERS[name].partition(":")
    bank: Acquirer = getattr(import_module(module), kind)(settings())
    return bank
