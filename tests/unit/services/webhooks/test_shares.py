"""Whose webhooks go to the slow lane: by the time of the workers that a merchant uses, over all processes."""

import pytest

from chalicelib import aws
from chalicelib.config import settings
from chalicelib.domain.errors import Unavailable
from chalicelib.persistence.usages import Usage
from chalicelib.services.caching import TimedCache
from chalicelib.services.webhooks import shares
from tests.unit.services.world import MERCHANT


def in_another_process(monkeypatch):
    """It shares the database and nothing else."""
    monkeypatch.setattr(shares, "_unwritten", TimedCache(shares.WINDOW_SECONDS))
    monkeypatch.setattr(shares, "_slow", TimedCache(shares.SLOW_SECONDS))


def rows():
    return aws.client("dynamodb").scan(TableName=f"{settings().stack_name}-usages")["Items"]


def test_who_uses_more_than_the_share_within_a_window_is_over_it_and_nobody_else(world):
    shares.charge("merchant-2", 5)
    for _ in range(4):
        shares.charge(MERCHANT, 5)
    assert not shares.is_over(MERCHANT), "the share itself is allowed"
    shares.charge(MERCHANT, 5)
    assert shares.is_over(MERCHANT)
    assert not shares.is_over("merchant-2")


def test_time_used_in_many_processes_adds_up(world, monkeypatch):
    for _ in range(int(shares.SHARE_SECONDS / 5) + 1):
        in_another_process(monkeypatch)
        shares.charge(MERCHANT, 5)
    assert shares.is_over(MERCHANT)


def test_what_was_used_a_window_ago_no_longer_counts(world, monkeypatch):
    for _ in range(6):
        in_another_process(monkeypatch)
        shares.charge(MERCHANT, 5)
        world.now += shares.WINDOW_SECONDS
    assert not shares.is_over(MERCHANT)


def test_a_merchant_whose_receivers_are_fast_costs_no_write(world):
    for _ in range(50):
        shares.charge(MERCHANT, 0.01)
    assert rows() == []


def test_short_times_are_written_in_portions_and_none_is_lost(world):
    for _ in range(10):
        shares.charge(MERCHANT, 0.3)
    (row,) = rows()
    assert float(row["used"]["N"]) == pytest.approx(2.4), "the rest is less than a portion"


def test_a_database_that_does_not_answer_keeps_no_webhook_from_being_delivered(world, monkeypatch):
    def fail(*_):
        raise Unavailable("The database did not answer")

    monkeypatch.setattr(Usage, "add", fail)
    shares.charge(MERCHANT, 60)
    assert not shares.is_over(MERCHANT)
