import time

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib import aws
from chalicelib.acquirers.base import (
    ActionNeeded,
    Approved,
    Declined,
    Instruction,
    NotFound,
    RefundRequest,
    Unknown,
    Working,
)
from chalicelib.acquirers.simulated.bank import SimulatedBank
from chalicelib.acquirers.simulated.payer import act
from chalicelib.config import Settings
from chalicelib.methods.netbanking import Netbanking
from chalicelib.methods.upi import Flow, Upi
from tests.support.banks import card_of, charge, inquiry

TIMEOUT = 2.0


@pytest.fixture
def no_aws(monkeypatch):
    monkeypatch.setattr(aws, "client", lambda _: pytest.fail("AWS was asked"))


@pytest.fixture
def slept(monkeypatch):
    """Seconds that the bank took, which pass at once."""
    pauses = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    return pauses


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (charge(Upi(vpa="success@upi")), Approved),
        (charge(Upi(vpa="failure@upi")), Declined),
        (charge(card=card_of("4111111111111111")), Approved),
        (charge(card=card_of("4000000000000002")), Declined),
        (charge(Upi(vpa="slow@upi"), script="wait 0.01s, approve"), Approved),
    ],
)
def test_a_payment_that_ends_at_once_asks_nothing_of_aws(no_aws, asked, answer):
    bank = SimulatedBank(Settings())
    first = bank.start(asked, TIMEOUT)
    assert isinstance(first, answer)
    assert bank.start(asked, TIMEOUT) == first


def test_a_upi_payment_that_ends_at_once_is_inquired_without_aws_too(no_aws):
    bank = SimulatedBank(Settings())
    for vpa in ("success@upi", "failure@upi", "someone@upi"):
        asked = charge(Upi(vpa=vpa))
        assert bank.inquire(inquiry(asked), TIMEOUT) == bank.start(asked, TIMEOUT)


def test_a_card_payment_that_ended_at_once_is_not_found_and_started_again_ends_the_same(bank):
    asked = charge(card=card_of("4000000000009995"))
    first = bank.start(asked, TIMEOUT)
    assert bank.inquire(inquiry(asked), TIMEOUT) == NotFound()
    assert bank.start(asked, TIMEOUT) == first == Declined("INSUFFICIENT_FUNDS")


def test_a_slow_bank_takes_its_time_when_the_caller_has_it(slept, no_aws):
    assert isinstance(SimulatedBank(Settings()).start(charge(script="wait 2s, approve"), 5), Approved)
    assert slept == [2]


def test_a_slow_bank_is_unknown_to_a_caller_with_less_time_and_known_afterwards(bank, bank_clock, slept):
    asked = charge(card=card_of("4111111111111111"), script="wait 2s, approve")
    assert bank.start(asked, 1) == Unknown()
    assert slept == [pytest.approx(0.95)]
    bank_clock.advance(2)
    assert isinstance(bank.inquire(inquiry(asked), 1), Approved)


def test_a_silent_bank_says_nothing_until_its_time_is_over_counted_from_the_first_request(bank, bank_clock):
    asked = charge(script="silence 20m, decline INCORRECT_PIN")
    assert bank.start(asked, TIMEOUT) == Unknown()
    bank_clock.advance(1199)
    assert bank.start(asked, TIMEOUT) == bank.inquire(inquiry(asked), TIMEOUT) == Unknown()
    bank_clock.advance(1)
    assert bank.inquire(inquiry(asked), TIMEOUT) == bank.start(asked, TIMEOUT) == Declined("INCORRECT_PIN")


def test_a_bank_that_works_says_for_how_long(bank, bank_clock):
    asked = charge(Upi(vpa="working@upi"))
    assert bank.start(asked, TIMEOUT) == Working(30)
    bank_clock.advance(10)
    assert bank.inquire(inquiry(asked), TIMEOUT) == Working(20)
    bank_clock.advance(20)
    assert isinstance(bank.inquire(inquiry(asked), TIMEOUT), Approved)


def test_a_late_bank_declines_and_says_when_to_ask_again_and_then_approves(bank, bank_clock):
    asked = charge(Upi(vpa="late@upi"))
    assert bank.start(asked, TIMEOUT) == Declined("PAYMENT_TIMED_OUT", 30)
    assert isinstance(bank.capture(Instruction(asked.payment_id, asked.amount, "INR"), TIMEOUT), Declined)
    bank_clock.advance(30)
    assert isinstance(bank.inquire(inquiry(asked), TIMEOUT), Approved)
    assert isinstance(bank.capture(Instruction(asked.payment_id, asked.amount, "INR"), TIMEOUT), Approved)


def test_a_flaky_bank_loses_a_third_of_its_answers_and_means_the_same_by_all_others(bank):
    asked = charge(Upi(vpa="flaky@upi"))
    answers = [bank.start(asked, TIMEOUT), *(bank.inquire(inquiry(asked), TIMEOUT) for _ in range(59))]
    assert 10 <= answers.count(Unknown()) <= 30
    assert {type(answer) for answer in answers} == {Unknown, Approved}


@pytest.mark.parametrize(
    ("instrument", "kind"),
    [
        (Upi(Flow.INTENT), "upi_intent"),
        (Upi(Flow.QR), "upi_qr"),
        (Netbanking("HDFC"), "redirect"),
        (Upi(vpa="challenge@upi"), "upi_intent"),
    ],
)
def test_the_payer_is_asked_to_act_until_the_payer_has(bank, instrument, kind):
    asked = charge(instrument)
    action = bank.start(asked, TIMEOUT)
    assert isinstance(action, ActionNeeded)
    assert action.type == kind
    assert bank.inquire(inquiry(asked), TIMEOUT) == bank.start(asked, TIMEOUT) == action
    act(asked.payment_id, "approve")
    assert isinstance(bank.inquire(inquiry(asked), TIMEOUT), Approved)


def test_a_challenged_card_goes_to_the_banks_page(bank):
    action = bank.start(charge(card=card_of("4000002760003184")), TIMEOUT)
    assert isinstance(action, ActionNeeded)
    assert action.url.startswith("http://localhost:3001/bank?payment_id=pay_")


def test_a_script_goes_on_where_the_payer_has_acted(bank, bank_clock):
    asked = charge(Upi(Flow.INTENT), script="silence 20m, decline LOST_CARD, then approve after 1h")
    bank.start(asked, TIMEOUT)
    bank_clock.advance(300)
    act(asked.payment_id, "approve")
    assert bank.inquire(inquiry(asked), TIMEOUT) == Unknown()
    bank_clock.advance(1200)
    assert bank.inquire(inquiry(asked), TIMEOUT) == Declined("LOST_CARD", 2400)
    bank_clock.advance(2400)
    assert isinstance(bank.inquire(inquiry(asked), TIMEOUT), Approved)


def test_a_refusal_of_the_payer_turns_into_no_late_success(bank, bank_clock):
    asked = charge(Upi(vpa="challenge@upi"), script="challenge, decline PAYMENT_CANCELLED, then approve after 1s")
    bank.start(asked, TIMEOUT)
    act(asked.payment_id, "cancel")
    bank_clock.advance(60)
    assert bank.inquire(inquiry(asked), TIMEOUT) == Declined("PAYMENT_CANCELLED")


@pytest.mark.parametrize("asked", [charge(card=card_of("4111111111111111")), charge(Upi(Flow.QR))])
def test_what_the_bank_was_never_asked_is_not_found(bank, asked):
    assert bank.inquire(inquiry(asked), TIMEOUT) == NotFound()


def test_a_capture_is_known_to_later_inquiries(bank):
    asked = charge(card=card_of("4111111111111111"))
    bank.capture(Instruction(asked.payment_id, asked.amount, "INR"), TIMEOUT)
    assert isinstance(bank.inquire(inquiry(asked), TIMEOUT), Approved)


@pytest.mark.parametrize("instrument", [Upi(vpa="success@upi"), Upi(Flow.INTENT)])
def test_money_is_taken_or_released_and_never_both(bank, instrument):
    taken, released = charge(instrument), charge(instrument)
    for asked in (taken, released):
        bank.start(asked, TIMEOUT)
        if isinstance(bank.inquire(inquiry(asked), TIMEOUT), ActionNeeded):
            act(asked.payment_id, "approve")
    take, release = (Instruction(asked.payment_id, asked.amount, "INR") for asked in (taken, released))
    assert isinstance(bank.capture(take, TIMEOUT), Approved)
    assert isinstance(bank.void(release, TIMEOUT), Approved)
    assert bank.void(take, TIMEOUT) == Declined("VOID_FAILED")
    assert bank.capture(release, TIMEOUT) == Declined("CAPTURE_FAILED")
    assert isinstance(bank.capture(take, TIMEOUT), Approved)
    assert isinstance(bank.void(release, TIMEOUT), Approved)


def test_a_bank_that_waits_for_the_payer_holds_nothing(bank):
    asked = charge(Upi(Flow.INTENT))
    bank.start(asked, TIMEOUT)
    instruction = Instruction(asked.payment_id, asked.amount, "INR")
    assert bank.capture(instruction, TIMEOUT) == Declined("CAPTURE_FAILED")
    act(asked.payment_id, "decline")
    assert bank.void(instruction, TIMEOUT) == Declined("VOID_FAILED")


def test_refunds_are_refused_or_take_their_time_by_their_amount(bank, bank_clock):
    def refund(number, amount):
        return bank.refund(RefundRequest(f"rfnd_{number}", "pay_1", amount, "INR"), TIMEOUT)

    assert isinstance(refund(1, 100), Approved)
    assert refund(2, 13131) == Declined("REFUND_FAILED")
    assert refund(3, 2468) == Working(30)
    bank_clock.advance(30)
    assert isinstance(refund(3, 2468), Approved)


def test_a_bank_without_its_memory_says_that_it_does_not_know(bank, monkeypatch):
    class Away:
        def update_item(self, **_):
            raise EndpointConnectionError(endpoint_url="https://bank.example")

    monkeypatch.setattr(aws, "client", lambda _: Away())
    asked = charge(Upi(Flow.INTENT))
    instruction = Instruction(asked.payment_id, asked.amount, "INR")
    assert bank.start(asked, TIMEOUT) == bank.inquire(inquiry(asked), TIMEOUT) == Unknown()
    assert bank.capture(instruction, TIMEOUT) == bank.void(instruction, TIMEOUT) == Unknown()
    assert bank.refund(RefundRequest("rfnd_1", "pay_1", 2468, "INR"), TIMEOUT) == Unknown()


def test_delays_are_seconds_within_the_range_and_a_repeat_agrees():
    bank = SimulatedBank(Settings())
    delays = [bank.processing_delay(f"pay_{number}") for number in range(1000)]
    assert 5 <= min(delays) < 5.2
    assert 9.8 < max(delays) <= 10
    assert delays[7] == bank.processing_delay("pay_7", Upi(vpa="someone@upi"))


@pytest.mark.parametrize(("milliseconds", "seconds"), [(0, 0), (1000, 1), (250, 0.25)])
def test_in_test_mode_the_delay_is_the_settings(milliseconds, seconds):
    settings = Settings(test_mode=True, test_processing_delay=milliseconds)
    assert SimulatedBank(settings).processing_delay("pay_1") == seconds


@pytest.mark.parametrize("instrument", [Upi(Flow.INTENT), Upi(Flow.QR), Netbanking("HDFC")])
def test_a_payer_who_needs_a_link_or_code_does_not_wait_for_it(instrument):
    assert SimulatedBank(Settings()).processing_delay("pay_1", instrument) == 0
