"""How a share of a few percent is found on a machine that disturbs each measurement by more."""

import random

import pytest

from infra.bench import tracing


def noisy(share, seed):
    """The seconds of a way that costs `share` more than the other, where load changes slowly and disturbs often."""
    chance, load = random.Random(seed), 1.0

    def measure(traced):
        nonlocal load
        load *= chance.uniform(0.97, 1.03)
        disturbed = 3 if chance.random() < 0.1 else 1
        return 0.005 * load * disturbed * (1 + share * traced)

    return measure


@pytest.mark.parametrize("share", [0, 0.02, 0.1])
def test_a_share_is_found_under_load_that_changes_more_than_it(share):
    found = tracing.take_turns(100, noisy(share, 1))
    assert found.median == pytest.approx(1 + share, abs=0.01)


def test_each_way_goes_first_in_every_second_pair():
    asked = []
    tracing.take_turns(1, lambda traced: asked.append(traced) or 1.0)
    assert asked == [False, True, True, False] * (tracing.LEAST_OF // 2)


def test_the_bounds_hold_the_true_median_nineteen_times_in_twenty():
    chance = random.Random(1)
    held = 0
    for _ in range(400):
        found = tracing.ratio([chance.lognormvariate(0, 0.3) for _ in range(100)], [1.0] * 100)
        held += found.low <= 1 <= found.high
    assert 0.92 <= held / 400 <= 0.99


def test_what_the_traced_ones_of_a_turn_cost_together_is_shared_by_them():
    found = tracing.take_turns(4, lambda _: 1.0, lambda: 0.3)
    assert found.median == pytest.approx(1 + 0.3 / tracing.LEAST_OF)


@pytest.mark.parametrize(("measured", "kept"), [(1.03, True), (1.031, False), (0.99, True)])
def test_a_share_above_its_bound_is_named_and_ends_the_command_with_a_failure(measured, kept, monkeypatch, capsys):
    monkeypatch.setattr(tracing, "of_a_payment", lambda: tracing.Ratio(measured, 0.9, 1.1, (5.1, 5.0)))
    monkeypatch.setattr(tracing, "of_an_import", lambda: tracing.Ratio(1.0, 0.9, 1.1, (150, 150)))

    assert tracing.main() == (0 if kept else 1)
    assert ("ABOVE 3 %" in capsys.readouterr().out) is not kept
