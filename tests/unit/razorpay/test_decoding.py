import pytest

from chalicelib.razorpay import decoding
from chalicelib.razorpay.errors import Refusal


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a=1&b=", {"a": "1", "b": ""}),
        ("notes[k]=v&notes[l]=w", {"notes": {"k": "v", "l": "w"}}),
        ("customer[name]=Asha+Rao", {"customer": {"name": "Asha Rao"}}),
        ("payment[options][period]=12", {"payment": {"options": {"period": "12"}}}),
        ("events[payment.captured]=1", {"events": {"payment.captured": "1"}}),
        ("expand[]=a&expand[]=b", {"expand": ["a", "b"]}),
        ("expand[0]=a&expand[1]=b", {"expand": ["a", "b"]}),
        ("items[0][name]=a&items[1][name]=b", {"items": [{"name": "a"}, {"name": "b"}]}),
        ("a=1&a[b]=2", {"a": {"b": "2"}}),
        ("x]=2&y[=3", {"x]": "2", "y[": "3"}),
    ],
)  # fmt: skip
def test_a_form_with_brackets_is_a_tree(text, tree):
    assert decoding.body(text.encode()) == tree


def test_a_body_that_begins_like_json_is_json():
    assert decoding.body(b' {"a": {"b": [1, true, null]}} ') == {"a": {"b": [1, True, None]}}


@pytest.mark.parametrize("raw", [b"", b" \n", b"null", b"[]", b"{}", b"\xef\xbb\xbf"])
def test_nothing_has_many_spellings(raw):
    assert decoding.body(raw) == {}


@pytest.mark.parametrize(
    "raw", [b"{", b"[1]", b"\xff", b'{"a":' * 100_000, b"&".join([b"a=1"] * 1001), b"a" + b"[b]" * 9 + b"=1"]
)
def test_what_cannot_be_read_is_refused(raw):
    with pytest.raises(Refusal):
        decoding.body(raw)


@pytest.mark.parametrize("value", ["payments", ["payments"], {"expand": "payments"}, {"expand": ["payments"]}])
def test_the_leaves_of_a_value_are_found_in_every_shape(value):
    assert decoding.leaves(value) == ["payments"]
