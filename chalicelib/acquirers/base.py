"""Defines what the gateway asks of a bank network, and the answers that a bank may give.

docs/acquirers.md says how to add a bank. A bank's adapter lies in its own folder beside `simulated/` and passes the
conformance kit (tests/conformance/).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from chalicelib.domain.cards import Card
from chalicelib.domain.disputes import Phase
from chalicelib.methods import Instrument

ActionType = Literal["redirect", "upi_intent", "upi_qr"]


@dataclass(frozen=True, slots=True)
class Approved:
    """The bank holds the money, or has taken it if the charge asked for that. reference: the bank's own id, if any."""

    reference: str = ""


@dataclass(frozen=True, slots=True)
class Declined:
    """The bank refuses. code: one of domain/declines.py.

    ask_again_in: seconds after which the network may reverse its decision (a reversed decline is a late success); None
    if the refusal is final.
    """

    code: str
    ask_again_in: float | None = None


@dataclass(frozen=True, slots=True)
class ActionNeeded:
    """The payer must act: open url (an https page, or a upi:// link to open or to show as a QR code).

    expires_at: Unix seconds; None stands for the gateway's own CHALLENGE_SECONDS.
    """

    type: ActionType
    url: str
    expires_at: float | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Working:
    """The bank has the request and no outcome yet. ask_again_in: seconds, if the bank names a time."""

    ask_again_in: float | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The bank gave no answer in time, so it may or may not have acted. The gateway asks again under the same id."""


@dataclass(frozen=True, slots=True)
class NotFound:
    """The bank does not know this id: the request never reached it."""


Answer = Approved | Declined | ActionNeeded | Working | Unknown | NotFound
# The possible answers to an instruction (capture, void) or a refund.
Outcome = Approved | Declined | Working | Unknown


@dataclass(frozen=True, slots=True)
class Payee:
    """The merchant, as the payer's bank shows it to the payer."""

    merchant_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Charge:
    """A payment to start. amount: minor units. capture: take the money at once instead of holding it.

    card: in clear if the instrument is a card; the adapter must not keep it, log it or put it into an exception.
    expires_at: Unix seconds after which the gateway stops waiting for the payer.
    script: what a simulated bank does with this payment (test stages only; a real bank ignores it).
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
    """The question what became of a payment. reference: the bank's reference from the start, if its answer arrived."""

    payment_id: str
    amount: int
    currency: str
    instrument: Instrument
    capture: bool
    reference: str = ""
    script: str = ""


@dataclass(frozen=True, slots=True)
class Instruction:
    """A payment whose held money the bank has to take or release. amount: minor units, always the payment's amount."""

    payment_id: str
    amount: int
    currency: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """A refund to make. amount: minor units."""

    refund_id: str
    payment_id: str
    amount: int
    currency: str
    reference: str = ""
    script: str = ""


@dataclass(frozen=True, slots=True)
class Notification:
    """The bank's notice that a payment or refund has changed. The notice is a reason to ask, not a proof.

    object_id: the gateway's id of the payment or refund.
    """

    object_id: str


class Verdict(StrEnum):
    """How far a dispute is at the payer's bank. WON and LOST are the merchant's."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class DisputeNotice:
    """The bank's notice of a payer's claim on a captured payment. Each notice holds the whole dispute.

    So notices may come twice and in any order. The gateway asks nothing, so the signature is the proof.
    reference: the bank's id of the dispute. payment_id: the gateway's. amount: minor units. respond_by: Unix seconds.
    """

    reference: str
    payment_id: str
    amount: int
    reason: str
    phase: Phase
    respond_by: float
    verdict: Verdict


class InvalidNotification(ValueError):
    """The notification is not the bank's: its signature is wrong or missing, or it cannot be read."""


class Acquirer(Protocol):
    """A bank network.

    Every call is idempotent by the gateway's id: a repeated call gets the same answer, and money moves only once. Every
    call returns within `timeout` seconds, with Unknown if the bank did not answer. No call raises because of the bank
    or the network.
    """

    def start(self, charge: Charge, timeout: float) -> Answer:
        """Asks the bank to hold (or take) the money."""
        ...

    def inquire(self, inquiry: Inquiry, timeout: float) -> Answer:
        """Asks what became of a payment; its answer agrees with start's."""
        ...

    def capture(self, instruction: Instruction, timeout: float) -> Outcome:
        """Takes held money. Declined if the bank holds none (the payment was voided or never approved)."""
        ...

    def void(self, instruction: Instruction, timeout: float) -> Outcome:
        """Releases held money. Declined if the money was taken already."""
        ...

    def refund(self, request: RefundRequest, timeout: float) -> Outcome:
        """Gives back money that was taken."""
        ...

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification | DisputeNotice:
        """Checks and reads what the bank sent. headers: names in lower case. Raises InvalidNotification."""
        ...

    def processing_delay(self, object_id: str, instrument: Instrument | None = None) -> float:
        """Returns the seconds after which to ask for an answer. instrument: None for a refund."""
        ...
