import pytest

from chalicelib.domain.money import _MINOR_DIGITS, CURRENCIES, in_major_unit


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (50000, "INR", "500.00"),
        (105, "INR", "1.05"),
        (5, "USD", "0.05"),
        (500, "JPY", "500"),
        (1234, "KWD", "1.234"),
        (2**53 - 1, "INR", "90071992547409.91"),
    ],
)
def test_an_amount_is_written_with_the_digits_of_its_currency(amount, currency, text):
    assert in_major_unit(amount, currency) == text


def test_the_exceptions_are_currencies_that_the_gateway_knows():
    assert set(_MINOR_DIGITS) <= CURRENCIES
