import pytest

from chalicelib.api.paging import day, moment
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.lists import LATEST

NOON = "2026-11-23T12:00:00.000000Z"


@pytest.mark.parametrize("text", ["2026-11-23", "20261123", "2026-W48-1", "2026W481"])
def test_a_day_in_any_of_isos_spellings_is_meant_whole(text):
    assert moment(text, "from", "") == "2026-11-23T00:00:00.000000Z"
    assert moment(text, "to", "") == f"2026-11-23{LATEST}" > "2026-11-23T23:59:59.999999Z"
    assert day(text, "to").isoformat() == "2026-11-23"


@pytest.mark.parametrize("text", ["2026-11-23T12:00Z", "20261123T120000Z", "2026-11-23T17:30+05:30"])
@pytest.mark.parametrize("name", ["from", "to"])
def test_a_time_is_meant_as_it_is(text, name):
    assert moment(text, name, "") == NOON


def test_nothing_is_the_default():
    assert moment("", "to", LATEST) == LATEST


@pytest.mark.parametrize("text", ["soon", "2026-13-01", "0001-01-01T00:00+23:00", "1"])
def test_what_is_no_time_is_refused_by_its_name(text):
    with pytest.raises(BadRequest) as refused:
        moment(text, "to", "")
    assert refused.value.field == "to"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2026-11-23", "from"),
        ("2026-11-23T00:00:00Z", "from"),
        ("2026-11-23T05:30:00+05:30", "from"),
        ("2026-11-23T23:59:59Z", "to"),
        ("2026-11-23T23:59:59.999999Z", "to"),
        ("2026-11-24T05:29:59+05:30", "to"),
    ],
)
def test_a_time_where_a_utc_day_begins_or_ends_means_that_day(text, name):
    assert day(text, name).isoformat() == "2026-11-23"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2026-11-27T00:00:00+05:30", "from"),
        ("2026-11-27T23:59:59+05:30", "to"),
        ("2026-11-27T12:00:00Z", "from"),
        ("2026-11-27T00:00:00Z", "to"),
    ],
)
def test_a_time_within_a_utc_day_is_refused_since_figures_are_whole_days(text, name):
    with pytest.raises(BadRequest) as refused:
        day(text, name)
    assert refused.value.field == name
