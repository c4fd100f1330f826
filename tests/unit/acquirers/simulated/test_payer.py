import json

import pytest

from chalicelib.acquirers.base import Approved, Declined
from chalicelib.acquirers.simulated.payer import ActRefused, WrongCode, act
from chalicelib.methods.upi import Flow, Upi
from tests.support.banks import card_of, charge, inquiry


@pytest.fixture
def asked(bank):
    """A payment that waits for a code."""
    whole = charge(card=card_of("4000002760003184"))
    bank.start(whole, 2)
    return whole


@pytest.fixture
def became(bank, asked):
    """What the bank says of it."""
    return lambda: bank.inquire(inquiry(asked), 2)


@pytest.mark.parametrize("code", ["1234", "123456", "1234567890"])
def test_a_code_of_four_to_ten_digits_passes(asked, became, code):
    act(asked.payment_id, "challenge", code)
    assert isinstance(became(), Approved)


@pytest.mark.parametrize("code", ["", "123", "12345678901", "abcd", "12 34", "١٢٣٤"])
def test_another_code_is_wrong_and_the_payer_may_try_again(asked, became, code):
    with pytest.raises(WrongCode) as wrong:
        act(asked.payment_id, "challenge", code)
    assert wrong.value.tries_left == 2
    act(asked.payment_id, "challenge", "123456")
    assert isinstance(became(), Approved)


def test_three_wrong_codes_end_the_payment(asked, became):
    for _ in range(2):
        with pytest.raises(WrongCode):
            act(asked.payment_id, "challenge", "1")
    assert len(act(asked.payment_id, "challenge", "1")) == 1
    assert became() == Declined("AUTHENTICATION_FAILED")
    with pytest.raises(ActRefused, match="acted already"):
        act(asked.payment_id, "challenge", "123456")


@pytest.mark.parametrize(
    ("action", "code", "reason"),
    [
        ("decline", "", "PAYMENT_DECLINED"),
        ("decline", "INSUFFICIENT_FUNDS", "INSUFFICIENT_FUNDS"),
        ("cancel", "", "PAYMENT_CANCELLED"),
    ],
)
def test_a_payer_who_refuses_declines(asked, became, action, code, reason):
    act(asked.payment_id, action, code)
    assert became() == Declined(reason)


def test_a_card_without_money_is_declined_although_the_payer_approves(bank):
    asked = charge(card=card_of("4000008260003178"))
    bank.start(asked, 2)
    act(asked.payment_id, "approve")
    assert bank.inquire(inquiry(asked), 2) == Declined("INSUFFICIENT_FUNDS")


def test_an_act_done_again_says_the_same_and_another_is_refused(asked, became):
    (first,) = act(asked.payment_id, "approve")
    (again,) = act(asked.payment_id, "approve")
    assert first[1] == again[1]
    with pytest.raises(ActRefused, match="acted already"):
        act(asked.payment_id, "cancel")
    assert isinstance(became(), Approved)


def test_the_bank_tells_the_gateway_and_twice_where_the_script_says_so(bank):
    asked = charge(Upi(vpa="duplicate@upi"))
    bank.start(asked, 2)
    one, two = act(asked.payment_id, "approve")
    assert one == two
    assert json.loads(one[1])["object_id"] == asked.payment_id
    assert bank.read_notification(*one).object_id == asked.payment_id


def test_an_illegal_act_is_refused_and_the_legal_ones_named(asked):
    with pytest.raises(ActRefused, match="approve, decline, challenge, cancel, not 'wink'"):
        act(asked.payment_id, "wink")
    with pytest.raises(ActRefused, match="The codes are: PAYMENT_FAILED"):
        act(asked.payment_id, "decline", "NO_MONEY")


@pytest.mark.parametrize("asked_for", [charge(Upi(Flow.QR)), charge(Upi(vpa="silent@upi"))])
def test_a_payment_that_waits_for_nobody_cannot_be_acted_on(bank, asked_for):
    if asked_for.instrument.vpa:
        bank.start(asked_for, 2)
    with pytest.raises(ActRefused, match="awaits nothing"):
        act(asked_for.payment_id, "approve")
