from functools import partial

import pytest

from chalicelib.api import schemas
from chalicelib.domain import clock
from chalicelib.domain.errors import ExpiredCard, InvalidCard
from chalicelib.methods.base import Checked
from chalicelib.methods.card import CardDetails, CardOnFile, PayByCard, PublicPayByCard

NOW = clock.seconds("2026-11-30T23:59:59Z")
CARD = b'{"number": "4", "expiry_month": %s, "expiry_year": %s, "cvv": "1", "holder_name": "A"}'
VISA = CardDetails("4111 1111-1111 1111", 11, 2026, "737", " Asha Rao ")


@pytest.mark.parametrize(
    ("month", "year", "expiry"),
    [
        (b"1", b"30", (1, 2030)),
        (b'"01"', b'"2030"', (1, 2030)),
        (b'" 1 "', b'"99"', (1, 2099)),
        (b"1", b'"0030"', (1, 30)),
    ],
)
def test_an_expiry_may_be_numbers_or_text(month, year, expiry):
    assert schemas.parse(CARD % (month, year), CardDetails).expiry() == expiry


@pytest.mark.parametrize(
    ("month", "year"),
    [(b'"x"', b"30"), (b"-1", b"30"), (b"1", b"203"), (b"1", b'"20300"'), (b'"001"', b"30"), (b'""', b"30")],
)
def test_an_expiry_that_is_no_date_is_refused(month, year):
    with pytest.raises(ExpiredCard):
        schemas.parse(CARD % (month, year), CardDetails).expiry()


def test_a_card_shows_nothing_in_a_traceback():
    assert repr(PayByCard("order_1", VISA)) == "PayByCard(order_id='order_1', card=CardDetails(…))"


def test_a_payment_by_card_keeps_the_scheme_and_the_last_digits():
    checked = PayByCard("order_1", VISA).check(NOW, "USD")

    assert checked.instrument == CardOnFile("visa", "1111")
    assert checked.instrument.shown() == {"card_network": "visa", "card_last4": "1111"}
    assert checked.card is not None
    assert (checked.card.number, checked.card.cvv, checked.card.holder_name) == ("4111111111111111", "737", "Asha Rao")


def test_a_card_is_good_to_the_end_of_its_month_and_then_expired():
    assert isinstance(PayByCard("order_1", VISA).check(NOW, "INR"), Checked)
    with pytest.raises(ExpiredCard):
        PayByCard("order_1", VISA).check(NOW + 1, "INR")


def test_a_payment_by_card_without_a_card_names_it():
    with pytest.raises(InvalidCard) as refused:
        PayByCard("order_1").check(NOW, "INR")
    assert refused.value.field == "card"


def test_a_fingerprint_keeps_the_end_of_the_number_and_no_code():
    kept = PayByCard("order_1", VISA).normalised().card

    assert kept == CardDetails("1111", 11, 2026, cvv="", holder_name="Asha Rao")
    assert PayByCard("order_1").normalised() == PayByCard("order_1")


@pytest.mark.parametrize(
    ("month", "year"), [(b"1", b"2030"), (b'"1"', b"30"), (b'"01"', b'"30"'), (b'" 1 "', b'"2030"')]
)
@pytest.mark.parametrize("kind", [PayByCard, partial(PublicPayByCard, key="k")], ids=["merchants", "public"])
def test_an_expiry_is_the_same_request_however_it_is_spelt(kind, month, year):
    asked, usual = (kind("order_1", schemas.parse(CARD % when, CardDetails)) for when in ((month, year), (b"1", b"30")))
    assert schemas.identity(asked) == schemas.identity(usual)


def test_an_expiry_that_is_no_date_is_compared_as_it_is():
    asked = [PayByCard("order_1", schemas.parse(CARD % (b'"x"', year), CardDetails)) for year in (b"1", b"2")]
    assert schemas.identity(asked[0]) != schemas.identity(asked[1])
