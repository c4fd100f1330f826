import pytest

from chalicelib.razorpay.errors import Refusal
from chalicelib.razorpay.fields import Fields


@pytest.mark.parametrize("value", [500, "500"])
def test_a_number_may_be_a_text(value):
    assert Fields({"amount": value}).integer("amount") == 500


@pytest.mark.parametrize("value", [True, 1.0, "1.0", "-1", " 1", "\u0661", [], {}, "9" * 19])
def test_what_is_no_whole_number_is_refused(value):
    with pytest.raises(Refusal, match=r"^The amount must be an integer\.$"):
        Fields({"amount": value}).integer("amount")


@pytest.mark.parametrize("tree", [{}, {"amount": None}, {"amount": ""}])
def test_a_required_field_may_be_absent_in_three_ways(tree):
    with pytest.raises(Refusal, match=r"^The amount field is required\.$"):
        Fields(tree).integer("amount")


@pytest.mark.parametrize(
    ("value", "meaning"),
    [(True, True), (1, True), ("1", True), ("true", True), (False, False), (0, False), ("0", False), ("false", False),
     ("", False), (None, None)],
)  # fmt: skip
def test_a_switch_has_many_spellings(value, meaning):
    assert Fields({"on": value}).switch("on") is meaning


def test_a_switch_is_nothing_else():
    with pytest.raises(Refusal):
        Fields({"on": "maybe"}).switch("on")


@pytest.mark.parametrize(
    ("value", "notes"),
    [
        (None, None), ([], {}), ("", {}), ({}, {}), ({"a": 1, "b": None, "c": True}, {"a": "1", "b": "", "c": "true"}),
        (["x", "y"], {"0": "x", "1": "y"}),
    ],
)  # fmt: skip
def test_notes_are_texts(value, notes):
    assert Fields({"notes": value}).notes() == notes


def test_a_note_has_a_length():
    with pytest.raises(Refusal):
        Fields({"notes": {"a": "x" * 257}}).notes()
