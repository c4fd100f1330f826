"""Banks that each break one promise, with the check that must find it. They show that the kit can fail."""

import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from itertools import count

import pytest

from chalicelib.acquirers.base import (
    Answer,
    Approved,
    Charge,
    Declined,
    DisputeNotice,
    Inquiry,
    Instruction,
    InvalidNotification,
    NotFound,
    Notification,
    Outcome,
    RefundRequest,
    Unknown,
    Verdict,
)
from chalicelib.acquirers.simulated import notifications
from chalicelib.acquirers.simulated.bank import SimulatedBank
from chalicelib.acquirers.simulated.scripts import parse

_numbers = count()
BROKEN: dict[type[SimulatedBank], str] = {}


def fails(check: str):
    """Names the one check that must find what is wrong with the bank."""

    def register(kind: type[SimulatedBank]) -> type[SimulatedBank]:
        BROKEN[kind] = check
        return kind

    return register


def _kept(bank: SimulatedBank, name: str) -> set[str]:
    """Payment ids that a broken bank keeps in mind."""
    kept: set[str] = bank.__dict__.setdefault(name, set())
    return kept


def _once_more(answer: Answer) -> Answer:
    """The same with a reference of its own: the money has moved anew."""
    return Approved(f"movement {next(_numbers)}") if isinstance(answer, Approved) else answer


@fails("a_payment_started_twice_moves_money_once")
class ChargesTwice(SimulatedBank):
    def start(self, charge: Charge, timeout: float) -> Answer:
        return _once_more(super().start(charge, timeout))


@fails("a_declined_payment_started_again_is_declined_again")
class ChangesItsMind(SimulatedBank):
    """A decline that is asked for again goes through."""

    def start(self, charge: Charge, timeout: float) -> Answer:
        answer = super().start(charge, timeout)
        declined = _kept(self, "declined")
        if not isinstance(answer, Declined) or answer.ask_again_in is not None:
            return answer
        again = charge.payment_id in declined
        declined.add(charge.payment_id)
        return Approved("late") if again and charge.card is None else answer


@fails("money_captured_twice_is_taken_once")
class TakesTwice(SimulatedBank):
    def capture(self, instruction: Instruction, timeout: float) -> Outcome:
        return _once_more(super().capture(instruction, timeout))


@fails("money_voided_twice_is_released_once")
class RefusesToReleaseAgain(SimulatedBank):
    """What a bank without idempotency says to a repeated void."""

    def void(self, instruction: Instruction, timeout: float) -> Outcome:
        released = _kept(self, "released")
        if instruction.payment_id in released:
            return Declined("VOID_FAILED")
        released.add(instruction.payment_id)
        return super().void(instruction, timeout)


@fails("a_refund_asked_for_twice_gives_back_once")
class RefundsTwice(SimulatedBank):
    def refund(self, request: RefundRequest, timeout: float) -> Outcome:
        return _once_more(super().refund(request, timeout))


@fails("an_inquiry_agrees_with_the_start")
class SaysAnotherReason(SimulatedBank):
    def inquire(self, inquiry: Inquiry, timeout: float) -> Answer:
        answer = super().inquire(inquiry, timeout)
        return replace(answer, code="PROCESSING_ERROR") if isinstance(answer, Declined) else answer


@fails("a_lost_answer_becomes_known")
class StaysSilent(SimulatedBank):
    def inquire(self, inquiry: Inquiry, timeout: float) -> Answer:
        return Unknown() if parse(inquiry.script).silence else super().inquire(inquiry, timeout)


@fails("a_reversed_decline_says_that_it_may_be_one_and_turns_into_a_success")
class HidesReversals(SimulatedBank):
    def start(self, charge: Charge, timeout: float) -> Answer:
        answer = super().start(charge, timeout)
        return replace(answer, ask_again_in=None) if isinstance(answer, Declined) else answer


@fails("a_payment_that_the_bank_never_received_is_not_found")
class InventsPayments(SimulatedBank):
    def inquire(self, inquiry: Inquiry, timeout: float) -> Answer:
        answer = super().inquire(inquiry, timeout)
        known = inquiry.payment_id in _kept(self, "started")
        return Approved("invented") if isinstance(answer, NotFound) and not known else answer

    def start(self, charge: Charge, timeout: float) -> Answer:
        _kept(self, "started").add(charge.payment_id)
        return super().start(charge, timeout)


@fails("forged_and_altered_notifications_are_refused")
class BelievesAnyone(SimulatedBank):
    """It looks at the age, and at no signature."""

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification | DisputeNotice:
        timestamp = headers.get(notifications.TIMESTAMP, "")
        signature = notifications._signature(timestamp, body, self._settings.bank_notification_secret)
        return super().read_notification({**headers, notifications.SIGNATURE: signature}, body)


@fails("forged_and_altered_notifications_are_refused")
class BelievesAnyDispute(SimulatedBank):
    """It checks the signature of everything but the notice of a dispute."""

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification | DisputeNotice:
        if b'"dispute"' not in body:
            return super().read_notification(headers, body)
        timestamp = headers.get(notifications.TIMESTAMP, "")
        signature = notifications._signature(timestamp, body, self._settings.bank_notification_secret)
        return super().read_notification({**headers, notifications.SIGNATURE: signature}, body)


@fails("a_notice_of_a_dispute_is_whole_comes_twice_and_in_any_order")
class ExpectsTheOpeningFirst(SimulatedBank):
    """A verdict means nothing to it before it has read the opening."""

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification | DisputeNotice:
        notice = super().read_notification(headers, body)
        opened = _kept(self, "opened")
        if isinstance(notice, DisputeNotice):
            if notice.verdict != Verdict.OPEN and notice.reference not in opened:
                raise InvalidNotification("nobody has opened this dispute")
            opened.add(notice.reference)
        return notice


@fails("a_notice_of_a_dispute_is_whole_comes_twice_and_in_any_order")
class TellsTheVerdictOnly(SimulatedBank):
    """The claim is in its first notice, and the verdict comes without one."""

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification | DisputeNotice:
        notice = super().read_notification(headers, body)
        told = isinstance(notice, DisputeNotice) and notice.verdict != Verdict.OPEN
        return replace(notice, amount=0) if told else notice


@fails("an_old_notification_is_refused")
class ForgetsTheTime(SimulatedBank):
    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification | DisputeNotice:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(notifications, "TOLERANCE_SECONDS", 10**9)
            return super().read_notification(headers, body)


@fails("released_money_is_not_captured")
class TakesWhatItReleased(SimulatedBank):
    def void(self, instruction: Instruction, timeout: float) -> Outcome:
        _kept(self, "released").add(instruction.payment_id)
        return super().void(instruction, timeout)

    def capture(self, instruction: Instruction, timeout: float) -> Outcome:
        released = instruction.payment_id in _kept(self, "released")
        return Approved("taken") if released else super().capture(instruction, timeout)


@fails("captured_money_is_not_released")
class ReleasesWhatItTook(SimulatedBank):
    def capture(self, instruction: Instruction, timeout: float) -> Outcome:
        _kept(self, "taken").add(instruction.payment_id)
        return super().capture(instruction, timeout)

    def void(self, instruction: Instruction, timeout: float) -> Outcome:
        taken = instruction.payment_id in _kept(self, "taken")
        return Approved("released") if taken else super().void(instruction, timeout)


@fails("a_bank_that_hangs_keeps_nobody_longer_than_the_timeout")
class KeepsItsCaller(SimulatedBank):
    def inquire(self, inquiry: Inquiry, timeout: float) -> Answer:
        time.sleep(1.0 if parse(inquiry.script).wait else 0)
        return super().inquire(inquiry, timeout)


@fails("a_network_that_fails_raises_nothing_and_decides_nothing")
class RaisesWhatItMeets(SimulatedBank):
    def void(self, instruction: Instruction, timeout: float) -> Outcome:
        answer = super().void(instruction, timeout)
        if isinstance(answer, Unknown):
            raise ConnectionError("the bank did not answer")
        return answer


@fails("declines_have_codes_of_the_gateway")
class SpeaksItsOwnCodes(SimulatedBank):
    def start(self, charge: Charge, timeout: float) -> Answer:
        return self._in_its_words(super().start(charge, timeout))

    def inquire(self, inquiry: Inquiry, timeout: float) -> Answer:
        return self._in_its_words(super().inquire(inquiry, timeout))

    @staticmethod
    def _in_its_words(answer: Answer) -> Answer:
        return replace(answer, code="51") if isinstance(answer, Declined) else answer


@fails("no_card_number_is_shown_logged_or_raised")
class LogsTheCard(SimulatedBank):
    def start(self, charge: Charge, timeout: float) -> Answer:
        if charge.card:
            logging.getLogger("bank").warning("card %s", charge.card.number)
        return super().start(charge, timeout)
