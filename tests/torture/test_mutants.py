"""A harness that finds nothing proves nothing: each of these bugs must be found."""

import pytest

from tests.torture.mutants import MUTANTS, planted
from tests.torture.scenarios import clear


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_harness_finds(world, mutant):
    with planted(mutant), pytest.raises(AssertionError, match=mutant.says):
        mutant.attack(world)
    clear(world)
