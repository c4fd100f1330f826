"""Looks for a sequence after which the receiver's state differs, and shortens the first that it finds."""

from collections.abc import Callable
from dataclasses import dataclass, field

from infra.explore import sequences
from infra.explore.courier import Target, state_after
from infra.explore.recording import Recording
from infra.explore.sequences import Kind, Moves
from infra.usage import UsageError


@dataclass(frozen=True, slots=True)
class Difference:
    """A sequence that ends in another state than the same events in their order."""

    moves: Moves
    expected: str
    found: str


@dataclass
class Outcome:
    """What was found about one flow. delivered: sequences that were delivered; possible: that the contract allows."""

    recording: Recording
    possible: int
    delivered: int = 0
    seconds: float = 0
    difference: Difference | None = None
    expected: dict[Moves, str] = field(default_factory=dict)


Ask = Callable[[Moves], str]
Progress = Callable[[int, int], None]


def explore(recording: Recording, target: Target, limit: int, seed: int, progress: Progress) -> Outcome:
    """Delivers sequences until one ends differently, or all have been delivered. Raises UsageError."""
    events = range(len(recording.bodies))
    answer = bool(target.answer)
    outcome = Outcome(recording, sequences.count(len(events), answer=answer))
    chosen = sequences.chosen(events, answer=answer, limit=limit, seed=seed)

    def ask(moves: Moves) -> str:
        return state_after(target, recording, moves)

    for moves in chosen:
        outcome.delivered += 1
        progress(outcome.delivered, len(chosen))
        if difference := compare(moves, ask, outcome.expected):
            _check_repeatable(difference, moves is chosen[0])
            outcome.difference = shortest(difference, ask, outcome.expected)
            break
    return outcome


def _check_repeatable(difference: Difference, undisturbed: bool) -> None:  # noqa: FBT001  # its only question
    if undisturbed:
        raise UsageError(
            "The check prints another text after the same deliveries; let it leave out what always differs, such as "
            f"times:\n{difference.expected}\n{difference.found}"
        )


def compare(moves: Moves, ask: Ask, expected: dict[Moves, str]) -> Difference | None:
    """Returns the difference between a sequence and its events in order. expected: the states asked for already."""
    events = sorted({move.event for move in moves if move.kind is Kind.DELIVER})
    ordered = sequences.in_order(events, answer=any(move.kind is Kind.ANSWER for move in moves))
    if ordered not in expected:
        expected[ordered] = ask(ordered)
    found = ask(moves)
    return None if found == expected[ordered] else Difference(moves, expected[ordered], found)


def shortest(difference: Difference, ask: Ask, expected: dict[Moves, str]) -> Difference:
    """Removes or reorders steps that the difference does not need, until no further step can go."""
    for moves in sequences.shorter(difference.moves):
        if moves and (less := compare(moves, ask, expected)):
            return shortest(less, ask, expected)
    return difference
