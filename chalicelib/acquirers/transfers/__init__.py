"""The banks through which this gateway can pay its merchants. docs/books.md says what a bank must promise."""

from functools import cache

from chalicelib.acquirers.transfers.base import TransferBank
from chalicelib.acquirers.transfers.simulated import SimulatedTransfers


@cache
def transfer_bank() -> TransferBank:
    """Returns the bank that this stage pays through. Only the simulated one is known yet."""
    return SimulatedTransfers()
