import pytest
from chalicelib.acquirers.simulated import REFUSED_REFUND_AMOUNT, TEST_CARDS, SimulatedAcquirer

from chalicelib.acquirers.base import Approved, Authorisation, Declined, RefundRequest
from chalicelib.config import Settings
from chalicelib.domain import cards

MODES = [Settings(), Settings(test_mode=True), Settings(test_mode=True, test_payment_success=False)]


def by_vpa(vpa, payment_id="pay_1"):
    return Authorisation(payment_id, 100, "INR", vpa, None)


def by_card(number):
    cvv = "1234" if cards.network(number) == "amex" else "123"
    return Authorisation("pay_1", 100, "INR", None, cards.check(number, 12, 2040, cvv, "A", 1790000000))


@pytest.mark.parametrize("settings", MODES)
def test_test_instruments_do_the_same_in_every_mode(settings):
    acquirer = SimulatedAcquirer(settings)
    assert acquirer.authorise(by_vpa("success@any")) == Approved()
    assert acquirer.authorise(by_vpa("failure@any")).code == "PAYMENT_FAILED"
    for number, outcome in TEST_CARDS.items():
        assert acquirer.authorise(by_card(number)) == outcome


def test_in_test_mode_the_outcome_is_the_settings():
    assert SimulatedAcquirer(MODES[1]).authorise(by_vpa("someone@upi")) == Approved()
    for vpa in ("someone@upi", "user@paytm"):
        assert isinstance(SimulatedAcquirer(MODES[2]).authorise(by_vpa(vpa)), Declined)


def test_otherwise_it_follows_the_rate_and_a_repeat_agrees():
    acquirer = SimulatedAcquirer(Settings())
    requests = [by_vpa("someone@upi", f"pay_{number}") for number in range(5000)]
    outcomes = [acquirer.authorise(request) for request in requests]
    assert outcomes == [acquirer.authorise(request) for request in requests]
    assert 0.88 < outcomes.count(Approved()) / len(outcomes) < 0.92


def test_delays_are_seconds_within_the_range_and_a_repeat_agrees():
    acquirer = SimulatedAcquirer(Settings())
    delays = [acquirer.processing_delay(f"pay_{number}") for number in range(1000)]
    assert 5 <= min(delays) < 5.2
    assert 9.8 < max(delays) <= 10
    assert delays[7] == acquirer.processing_delay("pay_7")


@pytest.mark.parametrize(("milliseconds", "seconds"), [(0, 0), (1000, 1), (250, 0.25)])
def test_in_test_mode_the_delay_is_the_settings(milliseconds, seconds):
    settings = Settings(test_mode=True, test_processing_delay=milliseconds)
    assert SimulatedAcquirer(settings).processing_delay("pay_1") == seconds


def test_one_amount_is_refused_so_that_a_failed_refund_can_be_seen():
    acquirer = SimulatedAcquirer(Settings())
    assert acquirer.refund(RefundRequest("rfnd_1", "pay_1", 100, "INR")) == Approved()
    assert acquirer.refund(RefundRequest("rfnd_1", "pay_1", REFUSED_REFUND_AMOUNT, "INR")).code == "REFUND_FAILED"
