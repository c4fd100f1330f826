"""What the gateway asks of a bank network, and what a bank may answer.

docs/acquirers.md says how to add one. A bank's adapter lies in its own folder beside `simulated/` and passes the
conformance kit (tests/conformance/).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from chalicelib.domain.cards import Card
from chalicelib.methods import Instrument

ActionType = Literal["redirect", "upi_intent", "upi_qr"]


@dataclass(frozen=True, slots=True)
class Approved:
    """The bank holds the money, or has taken it where it was asked to. reference: the bank's own id of it, if any."""

    reference: str = ""


@dataclass(frozen=True, slots=True)
class Declined:
    """The bank refuses. code: one of domain/declines.py.

    ask_again_in: seconds after which the network may have changed its mind (a reversed decline is a late success);
    None where the refusal is final.
    """

    code: str
    ask_again_in: float | None = None


@dataclass(frozen=True, slots=True)
class ActionNeeded:
    """The payer must act: open url (an https page, or a upi:// link to open or to show as a QR code).

    expires_at: Unix seconds; None for the gateway's own CHALLENGE_SECONDS.
    """

    type: ActionType
    url: str
    expires_at: float | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Working:
    """The bank has the request and no outcome yet. ask_again_in: seconds, where the bank says when."""

    ask_again_in: float | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer in time: it may or may not have happened. The bank is asked again under the same id."""


@dataclass(frozen=True, slots=True)
class NotFound:
    """The bank has never heard of this id: the request did not reach it."""


Answer = Approved | Declined | ActionNeeded | Working | Unknown | NotFound
# What an instruction (capture, void) or a refund may be answered.
Outcome = Approved | Declined | Working | Unknown


@dataclass(frozen=True, slots=True)
class Payee:
    """The merchant, as the payer's bank shows it."""

    merchant_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Charge:
    """A payment to start. amount: minor units. capture: take the money at once instead of holding it.

    card: in clear where the instrument is a card; it must not be kept, logged or put into an exception.
    expires_at: Unix seconds after which nobody waits for the payer any more.
    script: what a simulated bank is to do with this payment (test stages only; a real one ignores it).
    """

    payment_id: str
    amount: int
    currency: str
    instrument: Instrument
    card: Card | None
    payee: Payee
    capture: bool
    expires_at: float
    script: str = ""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """The question what became of a payment. reference: what the bank gave us at the start, if its answer arrived."""

    payment_id: str
    amount: int
    currency: str
    instrument: Instrument
    capture: bool
    reference: str = ""
    script: str = ""


@dataclass(frozen=True, slots=True)
class Instruction:
    """A payment whose held money is to be taken or released. amount: minor units, always the payment's."""

    payment_id: str
    amount: int
    currency: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """amount: minor units."""

    refund_id: str
    payment_id: str
    amount: int
    currency: str
    reference: str = ""
    script: str = ""


@dataclass(frozen=True, slots=True)
class Notification:
    """The bank says by itself that something became of a payment or a refund. It is a reason to ask, not a proof.

    object_id: our id of the payment or refund.
    """

    object_id: str


class InvalidNotification(ValueError):
    """It is not the bank's: its signature is wrong or missing, or it cannot be read."""


class Acquirer(Protocol):
    """A bank network.

    Every call is idempotent by our id: asked again it says the same, and money moves once. Every call returns within
    `timeout` seconds, with Unknown where the bank did not answer; none raises because of the bank or the network.
    """

    def start(self, charge: Charge, timeout: float) -> Answer:
        """Asks the bank to hold (or take) the money."""
        ...

    def inquire(self, inquiry: Inquiry, timeout: float) -> Answer:
        """Asks what became of a payment; agrees with start."""
        ...

    def capture(self, instruction: Instruction, timeout: float) -> Outcome:
        """Takes held money. Declined where the bank holds none (it was voided or never approved)."""
        ...

    def void(self, instruction: Instruction, timeout: float) -> Outcome:
        """Releases held money. Declined where it was taken already."""
        ...

    def refund(self, request: RefundRequest, timeout: float) -> Outcome:
        """Gives back money that was taken."""
        ...

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification:
        """Checks and reads what the bank sent. headers: names in lower case. Raises InvalidNotification."""
        ...

    def processing_delay(self, object_id: str, instrument: Instrument | None = None) -> float:
        """Seconds after which an answer may be asked for. instrument: None for a refund."""
        ...
