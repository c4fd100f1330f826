import json

import pytest

from chalicelib.api import schemas
from chalicelib.api.schemas import CardDetails, EndpointChange, NewMerchant, NewOrder, NewPayment, Replay
from chalicelib.domain.errors import BadRequest, ExpiredCard

CARD = b'{"number": "4", "expiry_month": %s, "expiry_year": %s, "cvv": "1", "holder_name": "A"}'


def test_what_is_not_named_is_ignored():
    assert schemas.parse(b'{"amount": 100, "customer_id": {"x": [1]}}', NewOrder).amount == 100


def test_an_empty_body_is_an_empty_object():
    assert schemas.parse(b"", EndpointChange) == EndpointChange()


@pytest.mark.parametrize(
    ("body", "kind", "field", "description"),
    [
        (b"{}", NewOrder, "amount", "amount is required"),
        (b'{"amount": "1"}', NewOrder, "amount", "amount: expected int, got str"),
        (b'{"order_id": "o", "method": "card", "card": {}}', NewPayment, "card.number", "card.number is required"),
        (b'{"events": ["x"]}', EndpointChange, "events[0]", "events[0]: invalid enum value 'x'"),
        (b"[1]", NewOrder, None, "Expected object, got array"),
        (b"[]", NewOrder, "amount", "amount is required"),
    ],
)
def test_an_error_names_the_field_and_says_what_is_wrong(body, kind, field, description):
    with pytest.raises(BadRequest) as refused:
        schemas.parse(body, kind)
    assert (refused.value.field, refused.value.description) == (field, description)


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
    assert repr(schemas.parse(CARD % (b"1", b"30"), CardDetails)) == "CardDetails(…)"


@pytest.mark.parametrize("email", ["a@b.example\n", "a\0@b.example", "a@b\x7f", "a@b@c", "a b@c", "a@", "@b", ""])
def test_an_operators_merchant_has_an_email_address_on_one_line(email):
    with pytest.raises(BadRequest) as refused:
        schemas.parse(json.dumps({"name": "A", "email": email}).encode(), NewMerchant)
    assert refused.value.field == "email"
    assert schemas.parse(b'{"name": "A", "email": "a.b+c@d.example"}', NewMerchant).email == "a.b+c@d.example"


def test_from_is_a_word_of_python_and_a_field_of_ours():
    assert schemas.parse(b'{"from": "2026-01-01"}', Replay).start == "2026-01-01"


@pytest.mark.parametrize("body", [b'{"amount": 100, "notes": []}', b'{"amount": 100, "notes": {}}', b'{"amount": 100}'])
def test_no_notes_are_no_notes_however_a_language_writes_them(body):
    order = schemas.parse(body, NewOrder)
    assert not order.notes
    assert schemas.identity(order) == schemas.identity(NewOrder(100))


@pytest.mark.parametrize(
    ("month", "year"), [(b"1", b"2030"), (b'"1"', b"30"), (b'"01"', b'"30"'), (b'" 1 "', b'"2030"')]
)
def test_an_expiry_is_the_same_request_however_it_is_spelt(month, year):
    asked, usual = (
        NewPayment("o", "card", card=schemas.parse(CARD % when, CardDetails)) for when in ((month, year), (b"1", b"30"))
    )
    assert schemas.identity(asked) == schemas.identity(usual)


def test_an_expiry_that_is_no_date_is_compared_as_it_is():
    asked = [NewPayment("o", "card", card=schemas.parse(CARD % (b'"x"', year), CardDetails)) for year in (b"1", b"2")]
    assert schemas.identity(asked[0]) != schemas.identity(asked[1])
