"""A merchant's requests a minute over all processes."""

import pytest

from chalicelib.domain import clock
from chalicelib.domain.errors import TooManyRequests, Unavailable
from chalicelib.services.caching import TimedCache
from chalicelib.services.merchants import rates

MOST = 3 * rates.PORTION


class Rows:
    """The rows of all processes. writes: what was added."""

    def __init__(self):
        self.sums, self.writes = {}, []

    def add(self, what, number, window):
        key = (what, int(clock.now()) // window)
        self.writes.append(number)
        self.sums[key] = self.sums.get(key, 0) + number
        return self.sums[key]


@pytest.fixture
def rows(monkeypatch):
    rows = Rows()
    monkeypatch.setattr(rates, "Usage", rows)
    monkeypatch.setattr(clock, "source", lambda: 6000.0)
    new_process(monkeypatch)
    return rows


def new_process(monkeypatch):
    for name in ("_uncounted", "_refused"):
        monkeypatch.setattr(rates, name, TimedCache(rates.WINDOW_SECONDS))


def ask(times, merchant="m", most=MOST):
    for _ in range(times):
        rates.check(merchant, most)


def test_fewer_requests_than_a_portion_cost_no_write(rows):
    ask(rates.PORTION - 1)
    assert rows.writes == []


def test_the_limit_binds_over_processes(rows, monkeypatch):
    for _ in range(3):
        ask(rates.PORTION)
        new_process(monkeypatch)
    with pytest.raises(TooManyRequests):
        ask(rates.PORTION)
    assert sum(rows.writes) == MOST + rates.PORTION


def test_a_process_that_knows_refuses_without_a_write_until_the_minute_ends(rows, monkeypatch):
    ask(4 * rates.PORTION - 1)
    for _ in range(2 * rates.PORTION):
        with pytest.raises(TooManyRequests):
            ask(1)
    assert len(rows.writes) == 4
    monkeypatch.setattr(clock, "source", lambda: 6060.0)
    ask(1)


def test_one_merchant_does_not_use_up_anothers_limit(rows):
    with pytest.raises(TooManyRequests):
        ask(5 * rates.PORTION)
    ask(rates.PORTION, "other")


def test_no_limit_counts_nothing(rows):
    ask(10 * rates.PORTION, most=0)
    assert rows.writes == []


def test_a_database_that_does_not_answer_refuses_nobody(rows, monkeypatch):
    def fail(*_):
        raise Unavailable("down")

    monkeypatch.setattr(rows, "add", fail)
    ask(10 * rates.PORTION)
