"""The bank networks that this gateway can use. docs/acquirers.md says how to add one."""

from functools import cache
from importlib import import_module

from chalicelib.acquirers.base import Acquirer
from chalicelib.config import settings

# The legal values of ACQUIRER, and the place of each class. Only the class in use is imported.
ACQUIRERS = {
    "simulated": "chalicelib.acquirers.simulated.bank:SimulatedBank",
}


def place_of(name: str) -> tuple[str, str]:
    """Returns the module and class of a bank network. Raises ValueError with the known names for an unknown name."""
    if name not in ACQUIRERS:
        raise ValueError(f"ACQUIRER must be one of {', '.join(sorted(ACQUIRERS))}, not {name!r}")
    module, _, kind = ACQUIRERS[name].partition(":")
    return module, kind


@cache
def acquirer() -> Acquirer:
    """Makes the bank network that this stage uses. Raises ValueError for an unknown ACQUIRER."""
    module, kind = place_of(settings().acquirer)
    bank: Acquirer = getattr(import_module(module), kind)(settings())
    return bank
