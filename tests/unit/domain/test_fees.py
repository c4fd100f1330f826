"""No minor unit of a fee is lost or made, however a payment is priced and given back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.fees import BASIS_POINTS, FREE, Charge, Price, PriceList, Sale, is_international, returned, share
from chalicelib.domain.money import MAX_AMOUNT

AMOUNTS = st.integers(1, MAX_AMOUNT)


def sale(amount=100_000, currency="INR", method="upi", **more):
    return Sale(amount, currency, method, **more)


@pytest.mark.parametrize(
    ("amount", "fee", "tax"),
    [(100_000, 2360, 360), (50_000, 1180, 180), (9900, 234, 36), (100, 2, 0), (4777, 113, 17), (25, 1, 0), (24, 0, 0)],
)
def test_the_default_is_two_percent_and_eighteen_percent_tax_on_that(amount, fee, tax):
    assert PriceList().charge(sale(amount)) == Charge(fee, tax)


@pytest.mark.parametrize(
    ("amount", "part", "whole", "rounded"), [(1, 1, 2, 1), (1, 1, 3, 0), (5, 1, 10, 1), (4, 1, 10, 0)]
)
def test_a_half_is_rounded_up(amount, part, whole, rounded):
    assert share(amount, part, whole) == rounded


def test_the_first_row_that_fits_applies():
    prices = PriceList(
        (
            Price(300, method="card", network="amex"),
            Price(250, 500, method="card", international=True),
            Price(180, method="card"),
            Price(0, method="upi", currency="INR"),
        ),
        tax_rate=0,
    )
    card = {"method": "card", "network": "visa"}
    assert prices.charge(sale(**card | {"network": "amex"})).fee == 3000
    assert prices.charge(sale(currency="USD", international=True, **card)).fee == 3000
    assert prices.charge(sale(**card)).fee == 1800
    assert prices.charge(sale()) == FREE
    assert prices.charge(sale(method="netbanking")).fee == 2000


def test_a_payment_in_another_currency_is_international():
    assert is_international("USD", "INR")
    assert not is_international("INR", "INR")


@given(AMOUNTS, st.integers(0, BASIS_POINTS), st.integers(0, MAX_AMOUNT), st.integers(0, BASIS_POINTS))
def test_a_charge_is_never_more_than_the_payment(amount, rate, fixed, tax_rate):
    charge = PriceList((Price(rate, fixed),), tax_rate).charge(sale(amount))
    assert 0 <= charge.tax <= charge.fee <= amount


@st.composite
def splits(draw):
    """An amount, its charge, and parts that sum to the amount."""
    parts = draw(st.lists(st.integers(1, 10**9), min_size=1, max_size=12))
    fee = draw(st.integers(0, sum(parts)))
    return sum(parts), Charge(fee, draw(st.integers(0, fee))), parts


@given(splits())
def test_refunds_in_any_parts_give_the_whole_fee_back(split):
    amount, charge, parts = split
    before, refunded = FREE, 0
    for part in parts:
        refunded += part
        back = returned(charge, before, amount, refunded)
        assert 0 <= back.tax <= back.fee
        before = Charge(before.fee + back.fee, before.tax + back.tax)
    assert before == charge


@given(splits(), st.data())
def test_refunds_that_fail_in_between_change_nothing_in_the_end(split, data):
    amount, charge, parts = split
    waiting, refunded, before = list(parts), 0, FREE
    for _ in range(60):
        if not waiting:
            break
        part = waiting.pop()
        back = returned(charge, before, amount, refunded + part)
        if data.draw(st.booleans()):
            waiting.insert(0, part)
            continue
        refunded, before = refunded + part, Charge(before.fee + back.fee, before.tax + back.tax)
        assert 0 <= before.tax <= charge.tax
        assert 0 <= before.fee <= charge.fee
    for part in waiting:
        refunded += part
        back = returned(charge, before, amount, refunded)
        before = Charge(before.fee + back.fee, before.tax + back.tax)
    assert before == charge


def test_a_failure_after_a_later_refund_leaves_the_whole_fee_to_come_back():
    charge = Charge(3, 1)
    first = returned(charge, FREE, 10, 2)
    second = returned(charge, first, 10, 6)
    third = returned(charge, second, 10, 4 + 6)
    parts = [second, third, Charge(0, 0)]
    kept = Charge(sum(p.fee for p in parts), sum(p.tax for p in parts))
    last = returned(charge, kept, 10, 10)
    assert (kept.fee + last.fee, kept.tax + last.tax) == (3, 1)
