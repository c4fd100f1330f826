"""Checks the harness with bugs, each of which it must find: a harness that finds nothing proves nothing."""

import pytest

from tests.torture.books_mutants import BOOKS_MUTANTS
from tests.torture.common_mutants import COMMON_MUTANTS
from tests.torture.life_mutants import LIFE_MUTANTS
from tests.torture.mutants import planted


@pytest.mark.parametrize("mutant", COMMON_MUTANTS + LIFE_MUTANTS + BOOKS_MUTANTS, ids=lambda mutant: mutant.name)
def test_the_harness_finds(world, mutant):
    with planted(mutant), pytest.raises(AssertionError, match=mutant.says):
        mutant.attack(world)
