"""The simulated bank under test. It keeps no books, so that money which moves is told by the references it gives."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib import aws
from chalicelib.acquirers.base import Approved, Charge, DisputeNotice, RefundRequest
from chalicelib.acquirers.simulated import notifications, payer
from chalicelib.acquirers.simulated.bank import SimulatedBank
from chalicelib.acquirers.simulated.instruments import REFUSED_REFUND_AMOUNT
from chalicelib.config import settings
from chalicelib.domain import clock
from chalicelib.methods.upi import Upi
from tests.conformance.harness import Arrived, Behaviour
from tests.support.banks import MovableClock, bank_with_a_memory, card_of, charge

SCRIPTS = {
    Behaviour.APPROVE: "approve",
    Behaviour.DECLINE: "decline INSUFFICIENT_FUNDS",
    Behaviour.LOSE: "silence 1h, approve",
    Behaviour.CHALLENGE: "challenge, approve",
    Behaviour.LATE: "decline PAYMENT_TIMED_OUT, then approve after 1h",
    Behaviour.HANG: "wait 2m, approve",
}


class SimulatedHarness:
    """kind: the class of the bank, which broken.py varies."""

    def __init__(self, clock: MovableClock, kind: type[SimulatedBank] = SimulatedBank) -> None:
        self._clock = clock
        self._references: dict[str, set[str]] = {}
        self.bank = self._watched(kind(settings()))

    def _watched(self, bank: SimulatedBank) -> SimulatedBank:
        for name in ("start", "inquire", "capture", "void", "refund"):
            setattr(bank, name, self._watching(getattr(bank, name)))
        return bank

    def _watching(self, call: Any) -> Any:
        def watched(asked: Any, timeout: float) -> Any:
            answer = call(asked, timeout)
            if isinstance(answer, Approved):
                object_id = getattr(asked, "refund_id", asked.payment_id)
                self._references.setdefault(object_id, set()).add(answer.reference)
            return answer

        return watched

    def charge(self, behaviour: Behaviour) -> Charge:
        return charge(Upi(vpa="payer@upi"), script=SCRIPTS[behaviour])

    def card_charge(self, behaviour: Behaviour) -> Charge:
        return charge(card=card_of("4000056655665556"), script=SCRIPTS[behaviour])

    def refund(self, payment_id: str, *, accepted: bool) -> RefundRequest:
        amount = 100 if accepted else REFUSED_REFUND_AMOUNT
        return RefundRequest(charge().payment_id.replace("pay_", "rfnd_"), payment_id, amount, "INR")

    def recover(self) -> None:
        self._clock.advance(3600)

    def payer(self, charge: Charge, *, consents: bool) -> Sequence[Arrived]:
        return payer.act(charge.payment_id, "approve" if consents else "decline")

    def sign(self, object_id: str, *, age: float = 0) -> Arrived:
        with _ago(age):
            return notifications.signed(object_id, "ntf_1", settings().bank_notification_secret)

    def sign_dispute(self, notice: DisputeNotice, *, age: float = 0) -> Arrived:
        with _ago(age):
            return notifications.signed_dispute(notice, "ntf_1", settings().bank_notification_secret)

    def movements(self, object_id: str) -> int:
        return len(self._references.get(object_id, ()))

    @contextmanager
    def no_network(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(aws, "client", lambda _: _Away())
            yield


@contextmanager
def _ago(seconds: float) -> Iterator[None]:
    then = clock.wall() - seconds
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "wall", lambda: then)
        yield


class _Away:
    """A client that reaches nobody."""

    def __getattr__(self, name: str) -> Any:
        def call(**_: Any) -> None:
            raise EndpointConnectionError(endpoint_url="https://bank.example")

        return call


@contextmanager
def simulated(kind: type[SimulatedBank] = SimulatedBank) -> Iterator[SimulatedHarness]:
    with bank_with_a_memory() as clock:
        yield SimulatedHarness(clock, kind)
