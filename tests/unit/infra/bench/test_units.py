"""Examples follow the rules in DynamoDB's developer guide."""

import pytest

from infra.bench import units
from infra.bench.units import Index, TableShape

BY_OWNER = Index("by_owner", ("owner", "at"), frozenset({"id", "owner", "at", "status"}))
TABLE = TableShape(("id",), (BY_OWNER,))


def item(status="new", at="1", **more):
    return {name: {"S": text} for name, text in {"id": "a", "owner": "o", "at": at, "status": status, **more}.items()}


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "später"}, 7),
        ({"N": "0"}, 1),
        ({"N": "50000"}, 2),
        ({"N": "-12.5"}, 4),
        ({"N": "1795399239.389785"}, 9),
        ({"B": b"1234"}, 4),
        ({"B": "MTIzNA=="}, 4),
        ({"BOOL": False}, 1),
        ({"NULL": True}, 1),
        ({"SS": ["ab", "é"]}, 4),
        ({"L": [{"S": "ab"}]}, 6),
        ({"M": {"k": {"S": "ab"}}}, 7),
    ],
)
def test_an_attribute_is_as_large_as_the_guide_says(value, size):
    assert units.value_bytes(value) == size


def test_a_plain_write_of_one_kilobyte_costs_one_unit_and_one_for_its_index():
    assert units.write_units(TABLE, None, item(), transactional=False) == 2


def test_a_transactional_write_costs_twice_and_its_index_once():
    assert units.write_units(TABLE, None, item(), transactional=True) == 3


def test_the_larger_of_the_item_before_and_after_counts():
    large = item(body="x" * 1500)
    assert units.write_units(TABLE, large, item(), transactional=False) == 2


def test_an_update_that_an_index_does_not_hold_costs_it_nothing():
    assert units.write_units(TABLE, item(body="a"), item(body="b"), transactional=False) == 1


def test_an_update_of_a_projected_attribute_costs_its_index_one_write():
    assert units.write_units(TABLE, item(), item(status="paid"), transactional=False) == 2


def test_an_entry_that_moves_within_its_index_costs_two_writes():
    assert units.write_units(TABLE, item(), item(at="2"), transactional=False) == 3


def test_an_item_without_an_index_key_is_not_in_the_index():
    sparse = {"id": {"S": "a"}}
    assert units.write_units(TABLE, None, sparse, transactional=False) == 1


def test_each_item_of_a_batch_is_rounded_up_and_a_missing_one_costs_a_unit():
    assert units.read_units([0, 100, 5000], consistent=True) == 4


def test_an_eventually_consistent_read_costs_half():
    assert units.read_units([100], consistent=False) == 0.5
