"""Pays merchants on paper, for test stages. The transfer's script decides, so a repeated question has the same answer."""

from collections.abc import Callable, Mapping

from chalicelib.acquirers.base import Working
from chalicelib.acquirers.simulated.chance import reference
from chalicelib.acquirers.transfers.base import Paid, Returned, Transfer, TransferOutcome

PAID, RETURNED, LATE = "paid", "returned", "late"
_ANSWERS: Mapping[str, Callable[[Transfer], TransferOutcome]] = {
    PAID: lambda transfer: Paid(utr_of(transfer.settlement_id)),
    RETURNED: lambda _: Returned("ACCOUNT_CLOSED"),
    LATE: lambda _: Working(),
}
SCRIPTS = tuple(_ANSWERS)


class SimulatedTransfers:
    """Implements chalicelib.acquirers.transfers.base.TransferBank. A late transfer stays so until its script changes."""

    def transfer(self, transfer: Transfer, timeout: float) -> TransferOutcome:  # noqa: ARG002  # it never waits
        return _ANSWERS[transfer.script or PAID](transfer)


def utr_of(settlement_id: str) -> str:
    """Returns sixteen characters fixed by the id, in the form of a UTR of India's NEFT."""
    return f"SIMB{reference(f'utr {settlement_id}')}"
