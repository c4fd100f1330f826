"""What a bank must do: move money once, agree with itself, let the payer act, and tell the gateway."""

from collections.abc import Callable
from itertools import permutations
from typing import Any

from chalicelib.acquirers.base import (
    ActionNeeded,
    Approved,
    Charge,
    Declined,
    Instruction,
    NotFound,
    Notification,
    Outcome,
    Unknown,
    Verdict,
    Working,
)
from tests.conformance.harness import Behaviour, Harness
from tests.conformance.kit import TIMEOUT, checks, dispute, gist, held, instruction
from tests.support.banks import inquiry

CHECKS, check = checks()


@check
def a_payment_started_twice_moves_money_once(harness: Harness) -> None:
    charge = harness.charge(Behaviour.APPROVE)
    first, second = (harness.bank.start(charge, TIMEOUT) for _ in range(2))
    assert gist(first) == gist(second) == (Approved, "")
    assert harness.movements(charge.payment_id) == 1


@check
def a_declined_payment_started_again_is_declined_again(harness: Harness) -> None:
    for charge in (harness.charge(Behaviour.DECLINE), harness.card_charge(Behaviour.DECLINE)):
        answers = [harness.bank.start(charge, TIMEOUT) for _ in range(2)]
        assert all(isinstance(answer, Declined) for answer in answers)
        assert harness.movements(charge.payment_id) == 0


def _twice(harness: Harness, charge: Charge, instruct: Callable[[Instruction, float], Outcome]) -> None:
    before = harness.movements(charge.payment_id)
    for _ in range(2):
        assert isinstance(instruct(instruction(charge), TIMEOUT), Approved)
    assert harness.movements(charge.payment_id) == before + 1


@check
def money_captured_twice_is_taken_once(harness: Harness) -> None:
    _twice(harness, held(harness), harness.bank.capture)


@check
def money_voided_twice_is_released_once(harness: Harness) -> None:
    _twice(harness, held(harness), harness.bank.void)


@check
def a_refund_asked_for_twice_gives_back_once(harness: Harness) -> None:
    charge = held(harness)
    harness.bank.capture(instruction(charge), TIMEOUT)
    request = harness.refund(charge.payment_id, accepted=True)
    for _ in range(2):
        assert isinstance(harness.bank.refund(request, TIMEOUT), Approved)
    assert harness.movements(request.refund_id) == 1


@check
def a_refused_refund_gives_nothing_back(harness: Harness) -> None:
    charge = held(harness)
    harness.bank.capture(instruction(charge), TIMEOUT)
    request = harness.refund(charge.payment_id, accepted=False)
    for _ in range(2):
        assert isinstance(harness.bank.refund(request, TIMEOUT), Declined)
    assert harness.movements(request.refund_id) == 0


@check
def an_inquiry_agrees_with_the_start(harness: Harness) -> None:
    """A bank that says NotFound invites us to start again, which must then say the same."""
    outcomes = (Behaviour.APPROVE, Behaviour.DECLINE, Behaviour.CHALLENGE)
    charges = [make(outcome) for outcome in outcomes for make in (harness.charge, harness.card_charge)]
    for charge in charges:
        started = harness.bank.start(charge, TIMEOUT)
        found = harness.bank.inquire(inquiry(charge), TIMEOUT)
        if isinstance(found, NotFound):
            found = harness.bank.start(charge, TIMEOUT)
        assert gist(found) == gist(started)


@check
def a_lost_answer_becomes_known(harness: Harness) -> None:
    charge = harness.charge(Behaviour.LOSE)
    assert isinstance(harness.bank.start(charge, TIMEOUT), Unknown | Working)
    assert isinstance(harness.bank.inquire(inquiry(charge), TIMEOUT), Unknown | Working)
    harness.recover()
    assert isinstance(harness.bank.inquire(inquiry(charge), TIMEOUT), Approved)
    assert harness.movements(charge.payment_id) == 1


@check
def a_reversed_decline_says_that_it_may_be_one_and_turns_into_a_success(harness: Harness) -> None:
    charge = harness.charge(Behaviour.LATE)
    declined = harness.bank.start(charge, TIMEOUT)
    assert isinstance(declined, Declined)
    assert declined.ask_again_in is not None
    harness.recover()
    assert isinstance(harness.bank.inquire(inquiry(charge), TIMEOUT), Approved)


@check
def a_payment_that_the_bank_never_received_is_not_found(harness: Harness) -> None:
    for charge in (harness.charge(Behaviour.CHALLENGE), harness.card_charge(Behaviour.APPROVE)):
        assert isinstance(harness.bank.inquire(inquiry(charge), TIMEOUT), NotFound | Unknown)


def _acted(harness: Harness, charge: Charge, *, consents: bool) -> Any:
    action = harness.bank.start(charge, TIMEOUT)
    assert isinstance(action, ActionNeeded)
    assert action.url.startswith({"redirect": ("https://", "http://localhost")}.get(action.type, ("upi://pay?",)))
    for headers, body in harness.payer(charge, consents=consents):
        assert harness.bank.read_notification(headers, body) == Notification(charge.payment_id)
    return harness.bank.inquire(inquiry(charge), TIMEOUT)


@check
def a_payer_who_consents_pays_and_one_who_refuses_does_not(harness: Harness) -> None:
    for make in (harness.charge, harness.card_charge):
        assert isinstance(_acted(harness, make(Behaviour.CHALLENGE), consents=True), Approved)
        refused = make(Behaviour.CHALLENGE)
        assert isinstance(_acted(harness, refused, consents=False), Declined)
        assert harness.movements(refused.payment_id) == 0


@check
def a_notification_is_read_early_and_twice(harness: Harness) -> None:
    charge = harness.charge(Behaviour.LOSE)
    arrived = harness.sign(charge.payment_id)
    harness.bank.start(charge, TIMEOUT)
    read = [harness.bank.read_notification(*arrived) for _ in range(2)]
    assert read == [Notification(charge.payment_id)] * 2


@check
def a_notice_of_a_dispute_is_whole_comes_twice_and_in_any_order(harness: Harness) -> None:
    for verdicts in permutations((Verdict.OPEN, Verdict.WON, Verdict.LOST)):
        case = "-".join(verdicts)
        for notice in (dispute(verdict, case) for verdict in verdicts for _ in range(2)):
            assert harness.bank.read_notification(*harness.sign_dispute(notice)) == notice
