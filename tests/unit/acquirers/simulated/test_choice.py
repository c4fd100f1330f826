from dataclasses import replace

import pytest

from chalicelib.acquirers.base import RefundRequest
from chalicelib.acquirers.simulated import choice
from chalicelib.acquirers.simulated.instruments import TEST_CARDS
from chalicelib.acquirers.simulated.scripts import PROFILES, parse
from chalicelib.config import Settings
from chalicelib.methods.netbanking import Netbanking
from chalicelib.methods.upi import Flow, Upi
from tests.support.banks import card_of, charge, inquiry

SUCCESSFUL, FAILING = Settings(test_mode=True), Settings(test_mode=True, test_payment_success=False)
MODES = [Settings(), SUCCESSFUL, FAILING, *(Settings(simulated_bank=name) for name in PROFILES)]


def chosen(asked, settings=SUCCESSFUL):
    return str(choice.of_payment(asked, asked.card, settings))


@pytest.mark.parametrize("settings", MODES)
def test_test_instruments_do_the_same_in_every_mode(settings):
    assert chosen(charge(Upi(vpa="success@any")), settings) == "approve"
    assert chosen(charge(Upi(vpa="failure@any")), settings) == "decline PAYMENT_FAILED"
    for number, script in TEST_CARDS.items():
        assert chosen(charge(card=card_of(number)), settings) == script


@pytest.mark.parametrize("vpa", ["Success@any", "SUCCESS@upi"])
def test_the_case_of_a_test_vpa_does_not_matter(vpa):
    assert chosen(charge(Upi(vpa=vpa)), FAILING) == "approve"


def test_an_orders_script_goes_before_the_instrument():
    assert chosen(charge(script="decline INCORRECT_PIN")) == "decline INCORRECT_PIN"
    assert chosen(charge(Upi(vpa="failure@upi"), script="silence 20m")) == "silence 1200s, decline PAYMENT_FAILED"
    assert chosen(charge(Upi(vpa="failure@upi"), script="silent")) == "silence 3600s, decline PAYMENT_FAILED"


def test_a_script_that_cannot_be_read_declines_and_raises_nothing():
    assert chosen(charge(script="aprove")) == "decline PROCESSING_ERROR"


@pytest.mark.parametrize(
    ("amount", "currency", "vpa", "script"),
    [
        (201, "INR", "someone@upi", "decline INSUFFICIENT_FUNDS"),
        (204, "INR", "someone@upi", "decline INCORRECT_PIN"),
        (302, "INR", "someone@upi", "decline PAYMENT_CANCELLED"),
        (402, "INR", "someone@upi", "decline PAYMENT_DECLINED"),
        (20100, "INR", "someone@upi", "approve"),
        (201, "USD", "someone@upi", "approve"),
        (201, "INR", "success@upi", "approve"),
    ],
)
def test_upi_follows_the_exact_amount_where_the_vpa_says_nothing(amount, currency, vpa, script):
    assert chosen(charge(Upi(vpa=vpa), amount=amount, currency=currency)) == script


def test_a_cards_amount_decides_nothing():
    assert chosen(charge(card=card_of("4000056655665556"), amount=201)) == "approve"


@pytest.mark.parametrize("instrument", [Upi(Flow.INTENT), Upi(Flow.QR), Netbanking("HDFC")])
def test_a_link_a_code_and_a_banks_page_need_the_payer_whatever_the_script_says(instrument):
    assert chosen(charge(instrument)) == "challenge, approve"
    assert (
        chosen(charge(instrument, script="silence 20m, decline")) == "challenge, silence 1200s, decline PAYMENT_FAILED"
    )


def test_in_test_mode_the_outcome_is_the_settings():
    assert chosen(charge(Upi(vpa="user@paytm"))) == "approve"
    assert chosen(charge(Upi(vpa="user@paytm")), FAILING) == "decline PAYMENT_FAILED"
    assert chosen(charge(Upi(Flow.INTENT)), FAILING) == "challenge, decline PAYMENT_FAILED"


def test_otherwise_it_follows_the_rate_and_an_inquiry_agrees():
    charges = [charge(Upi(vpa="user@paytm")) for _ in range(5000)]
    outcomes = [chosen(each, Settings()) for each in charges]
    assert 0.88 < outcomes.count("approve") / len(outcomes) < 0.92
    assert outcomes == [str(choice.of_payment(inquiry(each), None, Settings())) for each in charges]


def test_what_the_payer_approves_is_left_to_no_rate():
    never = Settings(upi_success_rate=0, card_success_rate=0)
    assert chosen(charge(Upi(Flow.QR)), never) == "challenge, approve"
    assert chosen(charge(Upi(vpa="user@paytm")), never) == "decline PAYMENT_FAILED"


@pytest.mark.parametrize("name", PROFILES)
def test_the_banks_profile_rules_what_nothing_else_decides(name):
    settings = replace(SUCCESSFUL, simulated_bank=name)
    profile = parse(PROFILES[name])
    expected = replace(profile, outcome=profile.outcome or "approve")
    assert chosen(charge(Upi(vpa="user@paytm")), settings) == str(expected)


@pytest.mark.parametrize(
    ("amount", "script", "bank", "expected"),
    [
        (100, "", "instant", "approve"),
        (13131, "", "instant", "decline REFUND_FAILED"),
        (2468, "", "instant", "working 30s, approve"),
        (100, "refund decline", "instant", "decline REFUND_FAILED"),
        (13131, "refund approve", "instant", "approve"),
        (100, "decline, refund silence", "instant", "silence 259200s, approve"),
        (100, "silence 20m, decline", "instant", "approve"),
        (100, "", "slow", "wait 2s, approve"),
        (100, "", "silent", "silence 3600s, approve"),
        (100, "", "flaky", "flaky, approve"),
        (100, "", "challenging", "approve"),
        (100, "", "late", "approve"),
    ],
)
def test_a_refund_follows_its_amount_its_payments_word_for_refunds_and_the_banks_troubles(
    amount, script, bank, expected
):
    request = RefundRequest("rfnd_1", "pay_1", amount, "INR", script=script)
    assert str(choice.of_refund(request, Settings(simulated_bank=bank))) == expected
