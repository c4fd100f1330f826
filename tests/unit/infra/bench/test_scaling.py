"""No partition is hot at the rates that docs/scaling.md states. One second of payments is dealt out; seeds are fixed."""

import random

import pytest

from chalicelib.domain.ids import new_id
from infra.bench import budget, scaling
from infra.bench.scaling import PARTITION_WRITES, RATES

MERCHANTS = 1_000
SHARDS = 16


@pytest.fixture
def steps():
    return budget.read()


def of_merchants(rate):
    return list(scaling.merchants(MERCHANTS, rate, random.Random(7)))


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("table", ["orders", "payments", "webhook-deliveries"])
def test_no_partition_of_a_table_is_hot_for_its_keys_are_random(steps, rate, table):
    units = scaling.writes(steps)[table]
    ids = (new_id("pay") for _ in range(rate))
    assert scaling.fullest(ids, units, scaling.partitions_for(rate, units)) < PARTITION_WRITES


def test_keys_that_count_up_would_be_as_even_since_they_are_hashed():
    assert scaling.fullest((f"pay_{n}" for n in range(50_000)), 4, 300) < PARTITION_WRITES


def test_the_largest_of_a_thousand_merchants_fits_its_index_at_a_thousand_payments_a_second(steps):
    units = scaling.writes(steps)["payments/by_merchant"]
    assert scaling.hottest_owner(of_merchants(1_000), units) < PARTITION_WRITES


def test_at_fifty_thousand_it_does_not_fit_and_with_sixteen_shards_it_does(steps):
    units = scaling.writes(steps)["payments/by_merchant"]
    owners = of_merchants(50_000)
    assert scaling.hottest_owner(owners, units) > PARTITION_WRITES
    assert scaling.hottest_owner(scaling.sharded(owners, SHARDS, random.Random(7)), units) < PARTITION_WRITES


def test_every_limit_says_what_lifts_it(steps):
    assert all(limit.change and limit.payments_per_second > 0 for limit in scaling.limits(steps))
