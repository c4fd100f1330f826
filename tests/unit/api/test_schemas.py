import json

import pytest

from chalicelib.api import schemas
from chalicelib.api.schemas import EndpointChange, NewMerchant, NewOrder, Replay
from chalicelib.domain import clock
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.orders import CaptureMode
from chalicelib.methods import AnyPayment, AnyPublicPayment
from chalicelib.methods.upi import PayByUpi, PublicPayByUpi
from chalicelib.services.orders import Terms


def test_what_is_not_named_is_ignored():
    assert schemas.parse(b'{"amount": 100, "customer_id": {"x": [1]}}', NewOrder).amount == 100


def test_an_empty_body_is_an_empty_object():
    assert schemas.parse(b"", EndpointChange) == EndpointChange()


@pytest.mark.parametrize(
    ("body", "kind", "field", "description"),
    [
        (b"{}", NewOrder, "amount", "amount is required"),
        (b'{"amount": "1"}', NewOrder, "amount", "amount: expected int, got str"),
        (b'{"events": ["x"]}', EndpointChange, "events[0]", "events[0]: invalid enum value 'x'"),
        (b"[1]", NewOrder, None, "Expected object, got array"),
        (b"[]", NewOrder, "amount", "amount is required"),
    ],
)
def test_an_error_names_the_field_and_says_what_is_wrong(body, kind, field, description):
    with pytest.raises(BadRequest) as refused:
        schemas.parse(body, kind)
    assert (refused.value.field, refused.value.description) == (field, description)


KNOWN = "upi, card, netbanking"


@pytest.mark.parametrize(
    ("part", "field", "description"),
    [
        (b'"method": "cash"', "method", f"method must be one of {KNOWN}"),
        (b'"method": 1', "method", f"method must be one of {KNOWN}"),
        (b'"method": null', "method", f"method must be one of {KNOWN}"),
        (b'"vpa": "user@paytm"', "method", "method is required"),
        (b'"method": "upi", "vpa": 1', "vpa", "vpa: expected str | null, got int"),
        (b'"method": "upi", "flow": "push"', "flow", "flow: invalid enum value 'push'"),
        (b'"method": "card", "card": {}', "card.number", "card.number is required"),
        (b'"method": "netbanking"', "bank", "bank is required"),
    ],
)
@pytest.mark.parametrize("kind", [AnyPayment, AnyPublicPayment], ids=["merchants", "public"])
def test_an_error_of_a_payment_names_the_field_whatever_the_method(kind, part, field, description):
    with pytest.raises(BadRequest) as refused:
        schemas.parse(b'{"order_id": "o", "key": "k", %s}' % part, kind)
    assert (refused.value.field, refused.value.description) == (field, description)


def test_a_body_is_of_the_method_that_it_names():
    body = b'{"vpa": "user@paytm", "card": {}, "order_id": "o", "more": [1], "method": "upi", "key": "k"}'

    assert schemas.parse(body, AnyPayment) == PayByUpi("o", "user@paytm")
    assert schemas.parse(body, AnyPublicPayment) == PublicPayByUpi("o", "user@paytm", key="k")


def terms(*, allow_http=False, **asked):
    return schemas.parse(json.dumps({"amount": 100, **asked}).encode(), NewOrder).terms(allow_http=allow_http)


def test_an_order_of_an_amount_alone_is_captured_by_hand_and_never_ends():
    assert terms() == Terms(100, "INR", None, {}, CaptureMode.MANUAL, None, None, None, None, None)


def test_an_orders_terms_are_what_was_asked_for():
    asked = terms(
        capture="manual", capture_within=60, expires_at="2026-12-01T00:00:00+05:30", description="x" * 255,
        return_url="https://shop.example/thanks?x=1#a", customer={"email": "a@b.example"},
    )  # fmt: skip

    assert (asked.capture_within, asked.expires_at) == (60, clock.seconds("2026-11-30T18:30:00Z"))
    assert asked.return_url == "https://shop.example/thanks?x=1#a"
    assert asked.customer == {"name": None, "email": "a@b.example", "contact": None}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"currency": "inr"}, "currency"),
        ({"capture": "later"}, "capture"),
        ({"capture": None}, "capture"),
        ({"capture_within": 59}, "capture_within"),
        ({"capture_within": 30 * 24 * 3600 + 1}, "capture_within"),
        ({"capture_within": "60"}, "capture_within"),
        ({"capture_within": 60, "capture": "automatic"}, "capture_within"),
        ({"expires_at": "tomorrow"}, "expires_at"),
        ({"expires_at": "2026-12-01" + " " * 64}, "expires_at"),
        ({"expires_at": 1}, "expires_at"),
        ({"return_url": "http://shop.example/"}, "return_url"),
        ({"return_url": "javascript:alert(1)"}, "return_url"),
        ({"return_url": "https://"}, "return_url"),
        ({"return_url": "https://shop.example:0/"}, "return_url"),
        ({"return_url": "https://shop.example:x/"}, "return_url"),
        ({"return_url": "https://asha:secret@shop.example/"}, "return_url"),
        ({"return_url": "https://@shop.example/"}, "return_url"),
        ({"return_url": "https://shop.example/a b"}, "return_url"),
        ({"return_url": "https://shop.example\\@evil.example/"}, "return_url"),
        ({"return_url": "https://[::1/"}, "return_url"),
        ({"return_url": "/thanks"}, "return_url"),
        ({"return_url": ""}, "return_url"),
        ({"return_url": "https://shop.example/" + "x" * 2048}, "return_url"),
        ({"description": "x" * 256}, "description"),
        ({"customer": {"name": "x" * 256}}, "customer.name"),
        ({"customer": {"email": "x" * 256}}, "customer.email"),
        ({"customer": {"contact": "1" * 33}}, "customer.contact"),
        ({"customer": "Asha"}, "customer"),
    ],
)  # fmt: skip
def test_a_term_out_of_bounds_is_refused_and_named(asked, field):
    with pytest.raises(BadRequest) as refused:
        terms(**asked)
    assert refused.value.field == field


def test_the_payer_may_be_sent_to_plain_http_on_test_stages_only():
    assert terms(allow_http=True, return_url="http://localhost:3000/x").return_url == "http://localhost:3000/x"
    with pytest.raises(BadRequest):
        terms(allow_http=True, return_url="ftp://localhost/x")


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
