from bisect import bisect_left, bisect_right
from uuid import uuid4

import pytest

from chalicelib.domain import clock
from chalicelib.persistence import census
from chalicelib.persistence.listing import Count
from tests.support.mocked import aws_in_this_process

REACH = 4  # rows that one call of the fake counts


class FakeListing:
    def __init__(self, times):
        self.times, self.calls = sorted(times), 0

    def count(self, _owner, start, end):
        self.calls += 1
        inside = self.times[bisect_left(self.times, start) : bisect_right(self.times, end)]
        return Count(min(len(inside), REACH), inside[REACH - 1] if len(inside) >= REACH else None)


@pytest.fixture(scope="module")
def tables():
    with aws_in_this_process():
        yield


@pytest.fixture
def owner(tables, monkeypatch):
    monkeypatch.setattr(census, "ADVANCE_AFTER", 2)
    return str(uuid4())


def times(*ages):
    now = clock.now()
    return [clock.iso(now - age) for age in ages]


def totals(listing, owner, requests):
    return [census.total("orders", listing, owner) for _ in range(requests)]


def test_a_long_history_is_counted_by_and_by_and_exactly(owner):
    listing = FakeListing(times(*range(1000, 1010)))
    told = totals(listing, owner, 6)
    assert told == [None] * told.count(None) + [10] * (6 - told.count(None))
    assert told[-1] == 10


def test_rows_of_one_moment_are_counted_once_wherever_a_call_stops(owner):
    listing = FakeListing(times(1009, 1008, *[1000] * 3, 999, *[998] * 3))
    assert totals(listing, owner, 8)[-1] == 9


def test_rows_that_are_too_young_are_counted_anew_each_time(owner):
    old, young = times(1002, 1001, 1000), times(2, 1)
    listing = FakeListing(old)
    assert totals(listing, owner, 2)[-1] == 3
    listing.times = sorted([*old, *young])
    assert totals(listing, owner, 2) == [5, 5]


def test_a_total_that_is_counted_already_costs_one_call(owner):
    listing = FakeListing(times(1002, 1001, 1000))
    totals(listing, owner, 2)
    listing.calls = 0
    assert totals(listing, owner, 1) == [3]
    assert listing.calls == 1
