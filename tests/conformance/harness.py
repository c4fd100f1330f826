"""What the kit needs of a bank under test. An adapter brings one class like this and registers it in banks.py."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import Protocol

from chalicelib.acquirers.base import Acquirer, Charge, DisputeNotice, RefundRequest


class Behaviour(StrEnum):
    """How the bank is to treat one payment."""

    APPROVE = "approves at once"
    DECLINE = "declines at once"
    LOSE = "approves, but no answer of it arrives before `recover`"
    CHALLENGE = "asks the payer to act"
    LATE = "declines, and approves after `recover`"
    HANG = "keeps every caller waiting for longer than a minute"


# A notification as it arrives: headers with names in lower case, and the body.
Arrived = tuple[dict[str, str], bytes]


class Harness(Protocol):
    """Makes the bank behave, and looks at it from behind."""

    bank: Acquirer

    def charge(self, behaviour: Behaviour) -> Charge:
        """A payment under a new id that the bank will treat so. The instrument is UPI."""
        ...

    def card_charge(self, behaviour: Behaviour) -> Charge:
        """The same with a card; APPROVE, DECLINE and CHALLENGE only."""
        ...

    def refund(self, payment_id: str, *, accepted: bool) -> RefundRequest:
        """A refund under a new id, of a payment that was taken."""
        ...

    def recover(self) -> None:
        """From here on lost answers arrive, and a late bank has changed its mind."""
        ...

    def payer(self, charge: Charge, *, consents: bool) -> Sequence[Arrived]:
        """The payer acts where the bank asked for it; returns what the bank sends because of that."""
        ...

    def sign(self, object_id: str, *, age: float = 0) -> Arrived:
        """A notification of the bank about this object, signed so many seconds ago."""
        ...

    def sign_dispute(self, notice: DisputeNotice, *, age: float = 0) -> Arrived:
        """The bank's notification of this dispute, in the bank's own form, signed so many seconds ago."""
        ...

    def movements(self, object_id: str) -> int:
        """How often money was held, taken, released or given back under this id of a payment or refund.

        A bank that holds, and then takes, moves money twice.
        """
        ...

    def no_network(self) -> AbstractContextManager[None]:
        """Inside it, no request of the adapter reaches the bank."""
        ...
