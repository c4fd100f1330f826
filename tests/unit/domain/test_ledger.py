"""The books balance by construction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.fees import Charge
from chalicelib.domain.ledger import CHART, RULES, Account, Line, Movement, Posting, Unbalanced, lines
from chalicelib.domain.money import MAX_AMOUNT
from chalicelib.persistence.totals import Total, counter_of

AT = "2026-11-23T10:00:00.000000Z"


def posting(*given_lines):
    return Posting(Movement.CAPTURED, "pay_1", "m", "INR", AT, tuple(Line(a, n) for a, n in given_lines))


def test_every_account_and_every_movement_is_in_the_tables():
    assert CHART.keys() == set(Account)
    assert RULES.keys() == set(Movement)


def test_every_account_has_its_counters_in_the_totals():
    counters = {counter_of(Line(account, sign)) for account in Account for sign in (1, -1)}
    assert counters <= Total.get_attributes().keys()


@given(st.sampled_from(Movement), st.integers(1, MAX_AMOUNT), st.data())
def test_the_lines_of_every_movement_sum_to_zero(movement, amount, data):
    fee = data.draw(st.integers(0, amount))
    charge = Charge(fee, data.draw(st.integers(0, fee)))
    drawn = lines(movement, amount, charge)
    made = Posting(movement, "x", "m", "INR", AT, drawn)
    assert sum(line.amount for line in made.lines) == 0
    assert len({line.account for line in drawn}) == len(drawn)


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [(Account.FEES, 1)],
        [(Account.FEES, 1), (Account.TAX, -2)],
        [(Account.FEES, 1), (Account.TAX, -1), (Account.MERCHANT_PAYABLE, 0)],
    ],
)
def test_a_posting_that_does_not_balance_cannot_be_built(wrong):
    with pytest.raises(Unbalanced, match=r"captured\.pay_1"):
        posting(*wrong)


def test_the_worked_example_of_the_page():
    assert lines(Movement.CAPTURED, 100_000, Charge(2360, 360)) == (
        Line(Account.ACQUIRER_RECEIVABLE, 100_000),
        Line(Account.MERCHANT_PAYABLE, -97_640),
        Line(Account.FEES, -2000),
        Line(Account.TAX, -360),
    )


def test_a_refused_refund_undoes_its_creation():
    made, undone = (lines(m, 700, Charge(17, 3)) for m in (Movement.REFUND_CREATED, Movement.REFUND_FAILED))
    assert {(line.account, -line.amount) for line in made} == {(line.account, line.amount) for line in undone}


def test_an_event_has_one_posting_id():
    made = posting((Account.FEES, 1), (Account.TAX, -1))
    assert made.id == "captured.pay_1"
    assert (made.on(Account.TAX), made.on(Account.MERCHANT_BANK)) == (-1, 0)
