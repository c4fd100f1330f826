"""CI runs again what a busy machine upsets, and nothing else."""

from pathlib import Path

import pytest

from tests.conftest import UPSET_BY_A_BUSY_MACHINE, may_be_rerun

TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize("place", UPSET_BY_A_BUSY_MACHINE)
def test_what_may_be_run_again_is_there(place):
    assert (TESTS / place).exists()
    assert may_be_rerun(TESTS / place)


@pytest.mark.parametrize(
    "file",
    ["unit/test_shape.py", "integration/test_sums.py", "torture/test_races.py", "e2e/webhooks/test_nothing_is_lost.py"],
)
def test_a_race_that_shows_once_in_a_while_is_not_run_again(file):
    assert (TESTS / file).exists()
    assert not may_be_rerun(TESTS / file)
