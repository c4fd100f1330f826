"""What the gateway asks of a bank network. A real one goes into this folder, beside the simulated one, and nowhere else."""

from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.cards import Card


@dataclass(frozen=True, slots=True)
class Approved:
    pass


@dataclass(frozen=True, slots=True)
class Declined:
    code: str
    description: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer: it may or may not have happened. Ask again under the same id."""


Outcome = Approved | Declined | Unknown


@dataclass(frozen=True, slots=True)
class Authorisation:
    """amount: minor units. Exactly one of vpa and card is set."""

    payment_id: str
    amount: int
    currency: str
    vpa: str | None
    card: Card | None


@dataclass(frozen=True, slots=True)
class RefundRequest:
    refund_id: str
    payment_id: str
    amount: int
    currency: str


class Acquirer(Protocol):
    """Both calls are idempotent by the id: asked again, they say the same and move no money twice."""

    def authorise(self, request: Authorisation) -> Outcome: ...

    def refund(self, request: RefundRequest) -> Outcome: ...

    def processing_delay(self, object_id: str) -> float:
        """Seconds after which an answer about this payment or refund may be asked for."""
        ...
