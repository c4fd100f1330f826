import base64
from types import SimpleNamespace

import pytest

from chalicelib.domain.errors import BadRequest
from chalicelib.domain.lists import ListQuery
from chalicelib.persistence.base import can_be_a_key
from chalicelib.persistence.listing import decode_cursor, encode_cursor, page_of


def row(number, status="success"):
    return SimpleNamespace(id=f"pay_{number}", created_at=f"2026-01-01T00:00:{number:02}.000000Z", status=status)


ROWS = [row(number, "failed" if number % 2 else "success") for number in range(10)]


def ids(page):
    return [row.id for row in page.rows]


def test_a_cursor_is_read_as_it_was_written():
    assert decode_cursor(encode_cursor(row(7))) == (row(7).created_at, "pay_7")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"x",
        b"[]",
        b"2026-01-01T00:00:00.000000Z",
        b"2026-01-01T00:00:00.000000Z ",
        b"2026-01-01T00:00:00.000000Z a b",
        b"\xff",
    ],
)
def test_a_cursor_that_is_none_of_ours_is_refused(text):
    with pytest.raises(BadRequest):
        decode_cursor(base64.urlsafe_b64encode(text).decode())


@pytest.mark.parametrize("text", ["!", "é", "A", "A" * 5000])
def test_a_cursor_that_is_no_base64_is_refused(text):
    with pytest.raises(BadRequest):
        decode_cursor(text)


def test_rows_at_hand_are_paged_as_an_index_is():
    first = page_of(ROWS, ListQuery("m", 4))
    second = page_of(ROWS, ListQuery("m", 4, cursor=first.next_cursor))
    third = page_of(ROWS, ListQuery("m", 4, offset=8))
    assert ids(first) + ids(second) + ids(third) == [f"pay_{number}" for number in reversed(range(10))]
    assert (first.total, third.next_cursor) == (10, None)


def test_rows_at_hand_are_filtered_by_attribute_and_time():
    assert ids(page_of(ROWS, ListQuery("m", 10, filters={"status": "failed"}))) == [
        "pay_9",
        "pay_7",
        "pay_5",
        "pay_3",
        "pay_1",
    ]
    assert ids(page_of(ROWS, ListQuery("m", 10, start=row(3).created_at, end=row(4).created_at))) == ["pay_4", "pay_3"]


@pytest.mark.parametrize(
    ("text", "can"), [("x", True), ("x" * 1024, True), ("", False), ("x" * 1025, False), ("é" * 600, False)]
)
def test_a_key_has_between_one_byte_and_a_kibibyte(text, can):
    assert can_be_a_key(text) is can
