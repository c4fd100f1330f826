"""What a body may look like, and what is said of one that cannot be read."""

import codecs

import pytest

from chalicelib.api.parsing import MAX_TRIED, parse
from chalicelib.api.schemas import EndpointChange, NewOrder, NewRefund, SignatureQuestion
from chalicelib.domain.errors import BadRequest

DEEP = b"[" * 100_000 + b"]" * 100_000


def refusal(body, kind=NewOrder):
    with pytest.raises(BadRequest) as refused:
        parse(body, kind)
    return refused.value


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b" [ ] ".replace(b" ]", b"]"), codecs.BOM_UTF8, codecs.BOM_UTF8 + b"[]"]
)
@pytest.mark.parametrize("kind", [NewRefund, EndpointChange])
def test_an_empty_body_is_an_empty_object_however_a_language_writes_it(body, kind):
    assert parse(body, kind) == kind()


@pytest.mark.parametrize("body", [b"\x1e", b"\x0b[]", "\u00a0".encode()])
def test_only_the_blanks_of_json_make_an_empty_body(body):
    assert "Malformed JSON" in str(refusal(body, NewRefund))


def test_a_byte_order_mark_is_skipped():
    assert parse(codecs.BOM_UTF8 + b'{"amount": 100}', NewOrder).amount == 100


@pytest.mark.parametrize(
    ("body", "description"),
    [
        (b"{", "it ends too early (byte 1)"),
        (b'{"amount": 100', "it ends too early (byte 14)"),
        (b'{"amount": 100,}', "trailing comma in object (byte 15)"),
        (b'{"amount": 100} {}', "trailing characters (byte 17)"),
        (b'{"amount": NaN}', "invalid character (byte 11)"),
        (b"{'amount': 100}", "object keys must be strings (byte 1)"),
        (b'{"amount": 100, "x": "\xff"}', "not UTF-8 (byte 22)"),
        ('{"amount": 100, "x": "é"}'.encode("latin-1"), "not UTF-8 (byte 22)"),
        (b'{"amount": 100, "receipt": "\\ud800"}', "half of a surrogate pair (byte 28)"),
        (b'{"amount": 100, "receipt": "\xc3\xa9\\ud800"}', "half of a surrogate pair (byte 30)"),
        (b'{"receipt": "\\ud800 and more"}', "unexpected end of escaped utf-16 surrogate pair (byte 19)"),
        (b'{"amount": 100, "x": ' + DEEP + b"}", "nested too deeply"),
        (codecs.BOM_UTF8 + b'{"amount": NaN}', "invalid character (byte 14)"),
        (codecs.BOM_UTF8 + b'{"a": "\xff"}', "not UTF-8 (byte 10)"),
    ],
)
def test_a_body_that_is_no_json_is_refused_with_the_reason_and_the_byte(body, description):
    assert refusal(body).description == f"Malformed JSON: {description}"


@pytest.mark.parametrize(
    ("body", "kind", "field", "description"),
    [
        (b'{"amount": 100, "notes": {"a": 1}}', NewOrder, "notes.a", "expected str, got int"),
        (b'{"amount": 100, "notes": {"a": "b", "c d": []}}', NewOrder, "notes.c d", "expected str, got array"),
        (b'{"amount": 100, "notes": {"a": "b", "": null}}', NewOrder, "notes.", "expected str, got null"),
        (
            b'{"amount": 100, "notes": {"a": "%s"}}' % (b"x" * 257),
            NewOrder,
            "notes.a",
            "expected str of length <= 256",
        ),
        (b'{"body": "", "headers": {"A": "1", "B": 1}}', SignatureQuestion, "headers.B", "expected str, got int"),
        (b'{"amount": 100, "notes": {"%s": 1}}' % (b"k" * 99), NewOrder, f"notes.{'k' * 64}", "expected str, got int"),
    ],
)
def test_an_error_in_a_map_names_the_key(body, kind, field, description):
    error = refusal(body, kind)
    assert (error.field, error.description) == (field, f"{field}: {description}")


def test_a_key_that_is_too_long_is_an_error_of_the_map():
    error = refusal(b'{"amount": 100, "notes": {"%s": ""}}' % (b"k" * 257))
    assert (error.field, error.description) == ("notes", "notes: a key: expected str of length <= 256")


def test_where_the_rest_cannot_be_read_or_has_too_many_keys_the_map_is_named():
    many = b",".join(b'"%d": ""' % n for n in range(MAX_TRIED))
    assert refusal(b'{"amount": 100, "notes": {"a": 1}, "x": ').field == "notes"
    assert refusal(b'{"amount": 100, "notes": {"a": 1}, "x": ' + DEEP + b"}").field == "notes"
    assert refusal(b'{"amount": 100, "notes": {%s, "a": 1}}' % many).field == "notes"
