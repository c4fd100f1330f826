from functools import cache

from chalicelib.acquirers.base import Acquirer
from chalicelib.config import settings


@cache
def acquirer() -> Acquirer:
    """The one this stage uses."""
    from chalicelib.acquirers.simulated import SimulatedAcquirer  # noqa: PLC0415  # only the one that is used is imported

    return SimulatedAcquirer(settings())
