"""Checks the harness with bugs, each of which it must find: a harness that finds nothing proves nothing."""

import pytest

from chalicelib.persistence import invariants
from tests.torture.books_mutants import BOOKS_MUTANTS
from tests.torture.common_mutants import COMMON_MUTANTS
from tests.torture.life_mutants import LIFE_MUTANTS
from tests.torture.mutants import planted


@pytest.mark.parametrize("mutant", COMMON_MUTANTS + LIFE_MUTANTS, ids=lambda mutant: mutant.name)
def test_the_harness_finds(world, mutant):
    with planted(mutant), pytest.raises(AssertionError, match=mutant.says):
        mutant.attack(world)


@pytest.mark.parametrize("mutant", BOOKS_MUTANTS, ids=lambda mutant: mutant.name)
def test_the_audit_finds_in_the_books(world, mutant, monkeypatch):
    """Switches off the check before each commit, which would not let most of these bugs into the database."""
    monkeypatch.setattr(invariants, "check", lambda *_: None)
    with planted(mutant), pytest.raises(AssertionError, match=mutant.says):
        mutant.attack(world)


@pytest.mark.parametrize("mutant", [each for each in BOOKS_MUTANTS if each.is_stopped], ids=lambda mutant: mutant.name)
def test_the_check_before_the_commit_stops(world, mutant):
    with (
        planted(mutant),
        pytest.raises(AssertionError, match=r"payments are|refunds are|settlements are|a message went"),
    ):
        mutant.attack(world)
