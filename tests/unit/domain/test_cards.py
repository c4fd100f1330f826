import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.domain import cards
from chalicelib.domain.errors import ExpiredCard, InvalidCard

NOW = datetime(2026, 11, 23, tzinfo=UTC).timestamp()
# The checkout's script is held to the same table: tests/unit/frontend/checkout/page/card.test.js.
NETWORKS = json.loads((Path(__file__).parent / "card_networks.json").read_text())
VISA, AMEX = "4111111111111111", "378282246310005"


def check(number=VISA, month=12, year=2030, cvv="123", holder="Asha Rao", now=NOW):
    return cards.check(number, month, year, cvv, holder, now)


@pytest.mark.parametrize(("number", "network"), NETWORKS)
def test_the_network_follows_from_the_first_digits(number, network):
    assert cards.network(number.ljust(16, "0")) == network


@pytest.mark.parametrize("number", [VISA, AMEX, "5555555555554444", "6521525252525251", "4222222222222"])
def test_a_number_with_a_right_check_digit_passes_luhn(number):
    assert cards.luhn(number)


@pytest.mark.parametrize("position", range(16))
def test_luhn_notices_any_single_wrong_digit(position):
    wrong = str((int(VISA[position]) + 1) % 10)
    assert not cards.luhn(VISA[:position] + wrong + VISA[position + 1 :])


def test_spaces_and_dashes_are_dropped():
    card = check("4111 1111-1111 1111")
    assert (card.number, card.network, card.last4) == (VISA, "visa", "1111")


@pytest.mark.parametrize(
    "number", ["", "4", "411111111111", "4" * 20, "4111111111111112", "4111.1111.1111.1111", "٤" * 16, VISA + "\n"]
)
def test_a_number_that_is_none_is_refused(number):
    with pytest.raises(InvalidCard) as refused:
        check(number)
    assert refused.value.field == "card.number"


@pytest.mark.parametrize("number", ["4222222222222", "6304000000000000000"])
def test_numbers_have_thirteen_to_nineteen_digits(number):
    assert check(number).number == number


def test_a_card_is_good_through_the_last_second_of_its_month():
    last = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC).timestamp()
    assert check(month=11, year=2026, now=last).expiry_year == 2026
    with pytest.raises(ExpiredCard):
        check(month=11, year=2026, now=last + 1)


@pytest.mark.parametrize(("month", "year"), [(0, 2030), (13, 2030), (10, 2026), (12, 2025), (12, 30)])
def test_a_date_that_is_past_or_no_month_is_refused(month, year):
    with pytest.raises(ExpiredCard):
        check(month=month, year=year)


def test_a_two_digit_year_is_of_this_century():
    assert [cards.full_year(year) for year in ("00", "30", "99", "2030", "0030")] == [2000, 2030, 2099, 2030, 30]


def test_a_card_may_be_good_until_the_end_of_the_century():
    assert check(month=12, year=cards.full_year("99")).expiry_year == 2099


@pytest.mark.parametrize(
    ("number", "cvv"), [(VISA, "12"), (VISA, "1234"), (AMEX, "123"), (VISA, "12a"), (VISA, "١٢٣"), (VISA, "")]
)
def test_a_cvv_has_three_digits_and_four_on_amex(number, cvv):
    with pytest.raises(InvalidCard) as refused:
        check(number, cvv=cvv)
    assert refused.value.field == "card.cvv"
    assert check(AMEX, cvv="1234").network == "amex"


def test_a_card_needs_a_holder():
    with pytest.raises(InvalidCard):
        check(holder=" ")
    assert check(holder=" Asha Rao ").holder_name == "Asha Rao"


def test_neither_number_nor_cvv_is_in_what_a_log_would_show():
    shown = repr(check(cvv="987"))
    assert VISA not in shown
    assert "987" not in shown
