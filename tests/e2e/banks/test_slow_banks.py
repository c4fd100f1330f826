"""A bank that takes its time, loses answers or says nothing: every payment comes to an end, and its order is free or paid."""

import time

from chalicelib.services.asking import LONGEST_WAIT
from tests.e2e.banks.conftest import HOUR
from tests.support.waiting import until

SECONDS_FOR_400 = 45
QUESTIONS = 8


def unsettled(bank, payments):
    return [made for made in payments if bank.payment(made)["status"] == "pending"]


def test_four_hundred_payments_settle_in_time_with_a_bank_of_two_seconds(bank):
    payments = [bank.pay(bank.order("wait 2s, approve")) for _ in range(400)]
    asked = time.monotonic()

    assert until(lambda: not unsettled(bank, payments[-40:]), SECONDS_FOR_400)
    assert not unsettled(bank, payments)
    assert time.monotonic() - asked < SECONDS_FOR_400
    assert {bank.payment(made)["status"] for made in payments[::10]} == {"success"}


def test_all_payments_settle_with_a_bank_that_loses_a_third_of_its_answers(bank):
    payments = [bank.pay(bank.order("flaky")) for _ in range(40)]
    assert until(lambda: len(unsettled(bank, payments)) < len(payments) / 2, 30)

    for _ in range(QUESTIONS):  # a third of the answers to each question is lost again
        bank.move_clock(LONGEST_WAIT)
        until(lambda: bank.own.jobs().get("processing") == 0, 20)

    assert until(lambda: not unsettled(bank, payments), 20)
    assert bank.findings() == []


def test_after_an_hour_of_silence_every_payment_is_settled(bank):
    orders = [
        bank.order("silence 1h, approve" if number % 2 else "silence 1h, decline CARD_DECLINED") for number in range(10)
    ]
    payments = [bank.pay(order) for order in orders]
    until(lambda: bank.own.jobs().get("pending", 1) >= len(payments), 10)
    assert {bank.payment(made)["status"] for made in payments} == {"pending"}

    bank.move_clock(HOUR + 60)

    assert until(lambda: not unsettled(bank, payments), 60)
    assert [bank.payment(made)["status"] for made in payments] == ["failed", "success"] * 5
    assert bank.own.jobs()["failed"] == 0
    assert bank.findings() == []


def test_a_payment_about_which_the_bank_never_speaks_is_given_up_after_a_day_and_its_order_is_free(bank):
    order = bank.order("silence 3d, approve")
    made = bank.pay(order)
    time.sleep(2)

    bank.move_clock(24 * HOUR + 1)

    given_up = bank.settled(made)
    assert (given_up["status"], given_up["error_code"]) == ("failed", "PAYMENT_EXPIRED")
    assert bank.status_of(order) == "attempted"
    assert bank.pay(order)["status"] == "pending"
    assert bank.findings() == []
