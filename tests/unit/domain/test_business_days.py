"""Settlement days: Monday to Friday without the national holidays."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.business_days import after, first_pending, is_business_day

FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (FRIDAY, True),
        (date(2026, 11, 28), False),
        (date(2026, 11, 29), False),
        (date(2026, 1, 26), False),
        (date(2026, 10, 2), False),
        (date(2025, 8, 15), False),
    ],
)
def test_weekends_and_national_holidays_do_not_count(day, works):
    assert is_business_day(day) is works


@pytest.mark.parametrize(("delay", "day"), [(0, 27), (1, 30), (2, 31), (3, 32)])
def test_business_days_are_counted_from_the_next_day(delay, day):
    assert after(FRIDAY, delay) == date(2026, 11, 1) + timedelta(days=day - 1)


def test_a_friday_is_pending_until_tuesday():
    assert first_pending(date(2026, 11, 30), 2) == date(2026, 11, 27)
    assert first_pending(date(2026, 12, 1), 2) == date(2026, 11, 30)


def test_nothing_is_pending_without_a_delay():
    assert first_pending(FRIDAY, 0) == FRIDAY + timedelta(days=1)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 30))
def test_pending_days_are_those_that_have_not_matured(today, delay):
    first = first_pending(today, delay)
    assert all(after(first + timedelta(days=n), delay) > today for n in range((today - first).days + 1))
    assert after(first - timedelta(days=1), delay) <= today
