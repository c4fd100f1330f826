"""The means of the checks. A check is a function of a harness, named as the promise that it holds a bank to."""

from collections.abc import Callable
from typing import Any

from chalicelib.acquirers.base import Approved, Charge, DisputeNotice, Instruction, Verdict
from chalicelib.domain.disputes import Phase
from tests.conformance.harness import Behaviour, Harness

TIMEOUT = 5.0

Check = Callable[[Harness], None]


def checks() -> tuple[dict[str, Check], Callable[[Check], Check]]:
    """A module's checks by their names, and the decorator that adds one."""
    found: dict[str, Check] = {}

    def check(function: Check) -> Check:
        found[function.__name__] = function
        return function

    return found, check


def instruction(charge: Charge) -> Instruction:
    return Instruction(charge.payment_id, charge.amount, charge.currency)


def gist(answer: Any) -> tuple[type, str]:
    """What two answers must share to mean the same: their kind, and the code or the place where the payer must go."""
    return type(answer), getattr(answer, "code", "") or getattr(answer, "url", "")


def held(harness: Harness) -> Charge:
    """A payment whose money the bank holds."""
    charge = harness.charge(Behaviour.APPROVE)
    assert isinstance(harness.bank.start(charge, TIMEOUT), Approved)
    return charge


def dispute(verdict: Verdict = Verdict.OPEN, reference: str = "case-17") -> DisputeNotice:
    about = ("pay_of_somebody", 25_000, "goods_not_received", Phase.CHARGEBACK)
    return DisputeNotice(reference, *about, 1_790_600_000.0, verdict)
