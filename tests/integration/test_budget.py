"""What a payment uses on AWS, counted on the embedded emulator, against infra/bench/budget.json."""

import pytest

from infra.bench import budget, lives


@pytest.fixture(scope="module")
def steps():
    return lives.measure()


def test_every_step_uses_exactly_what_the_budget_says(steps):
    changed = "\n".join(budget.changes(steps))
    assert not changed, (
        f"if this is meant, run `python -m infra.bench budget` and commit it with the reason:\n{changed}"
    )


def test_a_million_payments_cost_no_more_than_promised(steps):
    assert {name: bill for name, bill in budget.bills(steps).items() if bill[0] > bill[1]} == {}


def test_no_step_makes_more_calls_than_promised(steps):
    assert {name: used for name, used in budget.calls(steps).items() if used[0] > used[1]} == {}


def test_reading_a_paid_order_again_by_its_key_writes_nothing(steps):
    assert steps["the same again"]["write_units"] == 0
