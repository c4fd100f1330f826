import pytest

from chalicelib.api import limits
from chalicelib.domain.errors import TooManyRequests


@pytest.fixture
def at(monkeypatch):
    """Sets the clock of the buckets, in seconds."""
    monkeypatch.setattr(limits, "_buckets", {})

    def set_clock(seconds):
        monkeypatch.setattr(limits.time, "monotonic", lambda: seconds)

    set_clock(1000.0)
    return set_clock


def take(name, times, rate=5):
    for _ in range(times):
        limits.check(name, rate)


def test_a_burst_of_two_seconds_is_let_through_and_no_more(at):
    take("a", 10)
    with pytest.raises(TooManyRequests) as refused:
        take("a", 1)
    assert refused.value.retry_after == 1


def test_a_second_later_a_seconds_worth_is_let_through(at):
    take("a", 10)
    at(1001.0)
    take("a", 5)
    with pytest.raises(TooManyRequests):
        take("a", 1)


def test_a_client_that_asks_a_little_too_often_gets_its_share(at):
    let_in = 0
    for request in range(600):
        at(1000.0 + request / 6)
        try:
            take("a", 1)
        except TooManyRequests:
            continue
        let_in += 1
    assert 500 <= let_in <= 511


def test_one_caller_does_not_use_up_anothers_share(at):
    take("a", 10)
    take("b", 10)


def test_no_rate_is_no_limit(at):
    take("a", 1000, rate=0)


def test_what_is_remembered_has_a_bound(at, monkeypatch):
    monkeypatch.setattr(limits, "MAX_BUCKETS", 10)
    for number in range(100):
        take(str(number), 1)
    assert len(limits._buckets) <= 11
