"""The limit of a merchant's requests over all processes, with the rows of the real table."""

from dataclasses import replace

import pytest

from chalicelib.api import limits
from chalicelib.config import settings
from chalicelib.services.caching import TimedCache
from chalicelib.services.merchants import rates


@pytest.fixture
def strict(monkeypatch, emulator):
    """Two portions a minute, and no request of an earlier test in memory."""
    few = replace(settings(), requests_per_minute=2 * rates.PORTION)
    monkeypatch.setattr(limits, "settings", lambda: few)
    for name in ("_uncounted", "_refused"):
        monkeypatch.setattr(rates, name, TimedCache(rates.WINDOW_SECONDS))


def test_a_merchant_that_asks_too_often_gets_429_and_is_told_when_to_come_again(shop, strict):
    answers = [shop.ask("GET", "/orders?limit=1") for _ in range(5 * rates.PORTION)]  # a minute may begin meanwhile
    refused = [answer for answer in answers if answer.status == 429]
    assert refused
    assert 1 <= int(refused[0].headers["Retry-After"]) <= rates.WINDOW_SECONDS
    assert {answer.status for answer in answers} == {200, 429}
