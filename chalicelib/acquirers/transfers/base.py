"""Defines what the gateway asks of the bank that pays its merchants, and the answers that the bank may give."""

from dataclasses import dataclass
from typing import Protocol

from chalicelib.acquirers.base import Unknown, Working


@dataclass(frozen=True, slots=True)
class Paid:
    """The money arrived at the merchant's bank. utr: the unique transaction reference of the transfer."""

    utr: str


@dataclass(frozen=True, slots=True)
class Returned:
    """The merchant's bank sent the money back. reason: for people."""

    reason: str


# Working and Unknown mean: ask again. The bank may or may not have paid.
TransferOutcome = Paid | Returned | Working | Unknown


@dataclass(frozen=True, slots=True)
class Transfer:
    """A payout. amount: minor units. script: what a simulated bank does (test stages only; a real bank ignores it)."""

    settlement_id: str
    merchant_id: str
    amount: int
    currency: str
    script: str = ""


class TransferBank(Protocol):
    """A bank that pays merchants."""

    def transfer(self, transfer: Transfer, timeout: float) -> TransferOutcome:
        """Pays the money out, or tells what became of it.

        Idempotent by settlement_id: a repeated call moves no money. Returns within `timeout` seconds, with Unknown if
        the bank did not answer, and never raises because of the bank or the network.
        """
        ...
