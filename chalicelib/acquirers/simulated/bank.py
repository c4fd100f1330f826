"""Answers the gateway as a bank network would."""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from chalicelib.acquirers.base import (
    Answer,
    Approved,
    Charge,
    Declined,
    DisputeNotice,
    Inquiry,
    Instruction,
    NotFound,
    Notification,
    Outcome,
    RefundRequest,
    Unknown,
    Working,
)
from chalicelib.acquirers.simulated import choice, links, memory, notifications
from chalicelib.acquirers.simulated.chance import reference, share
from chalicelib.acquirers.simulated.memory import Remembered
from chalicelib.acquirers.simulated.scripts import APPROVE, Script, parse
from chalicelib.config import Settings
from chalicelib.domain import clock
from chalicelib.domain.errors import Unavailable
from chalicelib.methods import Instrument
from chalicelib.methods.upi import Upi

# Seconds of its timeout that a call leaves for the way back.
MARGIN = 0.05
LOST_ANSWERS = 1 / 3

T = TypeVar("T")


class SimulatedBank:
    """Implements chalicelib.acquirers.base.Acquirer."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def start(self, charge: Charge, timeout: float) -> Answer:
        script = choice.of_payment(charge, charge.card, self._settings)
        if script.ends_within(timeout - MARGIN):
            return _at_once(charge.payment_id, script)
        action = links.action_for(charge, self._settings) if script.challenge else None
        first = partial(memory.remember, charge.payment_id, str(script), action, holds_after(script))
        return _unless_unavailable(lambda: _answer(first(), timeout))

    def inquire(self, inquiry: Inquiry, timeout: float) -> Answer:
        """Looks up what became of a payment.

        A UPI payment that ends at once is decided anew. The bank knows nothing of a card payment that ends at once.
        """
        known = choice.of_payment(inquiry, None, self._settings) if isinstance(inquiry.instrument, Upi) else None
        if known and known.ends_within(MARGIN):
            return _at_once(inquiry.payment_id, known)
        return _unless_unavailable(lambda: self._look_up(inquiry, known, timeout))

    def _look_up(self, inquiry: Inquiry, known: Script | None, timeout: float) -> Answer:
        remembered = memory.ask(inquiry.payment_id)
        if remembered:
            return _answer(remembered, timeout)
        if known and known.ends_within(timeout - MARGIN):
            return _at_once(inquiry.payment_id, known)
        return NotFound()

    def capture(self, instruction: Instruction, timeout: float) -> Outcome:  # noqa: ARG002  # it never waits
        return _moved(instruction, "captured", "CAPTURE_FAILED")

    def void(self, instruction: Instruction, timeout: float) -> Outcome:  # noqa: ARG002  # it never waits
        return _moved(instruction, "voided", "VOID_FAILED")

    def refund(self, request: RefundRequest, timeout: float) -> Outcome:
        script = choice.of_refund(request, self._settings)
        if script.ends_within(timeout - MARGIN):
            return _at_once(request.refund_id, script)
        first = partial(memory.remember, request.refund_id, str(script), None, None)
        return _unless_unavailable(lambda: _outcome(first(), timeout))

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification | DisputeNotice:
        return notifications.read(headers, body, self._settings.bank_notification_secret)

    def processing_delay(self, object_id: str, instrument: Instrument | None = None) -> float:
        """Returns the settings' delay in seconds; 0 if the payer waits for the link or code that the bank gives."""
        if choice.payer_leads(instrument):
            return 0
        if self._settings.test_mode:
            return self._settings.test_processing_delay / 1000
        low, high = self._settings.processing_delay_min, self._settings.processing_delay_max
        return (low + (high - low) * share(f"delay {object_id}")) / 1000


def holds_after(script: Script) -> float | None:
    """Returns the seconds after which the bank holds the money; None if it never does, or the payer must act first."""
    if script.challenge:
        return None
    return 0 if script.outcome == APPROVE else script.turns_after


def _at_once(object_id: str, script: Script) -> Approved | Declined:
    time.sleep(script.wait)
    return Approved(reference(object_id)) if script.outcome == APPROVE else Declined(script.outcome)


def _unless_unavailable(ask: Callable[[], T]) -> T | Unknown:
    try:
        return ask()
    except Unavailable:
        return Unknown()


def _moved(instruction: Instruction, movement: memory.Movement, code: str) -> Outcome:
    def ask() -> Approved | Declined:
        done = memory.move(instruction.payment_id, movement)
        return Approved(reference(f"{movement} {instruction.payment_id}")) if done else Declined(code)

    return _unless_unavailable(ask)


def _answer(remembered: Remembered, timeout: float) -> Answer:
    """Returns what the bank now answers about a remembered payment."""
    if remembered.script and _is_lost(remembered):
        return Unknown()
    if remembered.action and not remembered.decision:
        return remembered.action
    return _outcome(remembered, timeout)


def _is_lost(remembered: Remembered) -> bool:
    return parse(remembered.script).flaky and share(f"{remembered.object_id} {remembered.asks}") < LOST_ANSWERS


def _outcome(remembered: Remembered, timeout: float) -> Outcome:
    script = parse(remembered.script)
    elapsed = clock.now() - remembered.since
    if elapsed < script.silence or not _waits(script.wait - elapsed, timeout):
        return Unknown()
    if elapsed < script.working:
        return Working(script.working - elapsed)
    if remembered.decision not in {"", APPROVE}:
        return Declined(remembered.decision)
    return _ending(remembered.object_id, script, elapsed)


def _ending(object_id: str, script: Script, elapsed: float) -> Approved | Declined:
    """Returns the final answer.

    A remembered payment without a script was approved at once; the bank remembers only its capture or void.
    """
    left = None if script.turns_after is None else script.turns_after - elapsed
    if script.outcome in {"", APPROVE} or (left is not None and left <= 0):
        return Approved(reference(object_id))
    return Declined(script.outcome, left)


def _waits(seconds: float, timeout: float) -> bool:
    """Waits as long as the bank takes, or as long as the caller has time. Returns False if the caller has less time."""
    limit = max(0.0, timeout - MARGIN)
    time.sleep(max(0.0, min(seconds, limit)))
    return seconds <= limit
