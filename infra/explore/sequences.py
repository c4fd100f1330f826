"""Enumerates what may happen to a flow's webhooks on their way, from the least disturbance to the greatest. No I/O.

The contract (docs/webhooks.md) allows any order, repetition of any delivery, loss of an attempt that comes again later,
and webhooks that arrive before the request that caused them has its answer.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice, pairwise, permutations
from math import factorial


class Kind(StrEnum):
    DELIVER = "deliver"
    REPEAT = "repeat"  # the receiver's answer got lost, so the gateway sends the same webhook again
    LOSE = "lose"  # the connection ends in the middle of the body; the whole webhook comes later
    ANSWER = "answer"  # the request that began the flow has its answer


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that reaches the receiver. event: the event's number in the order of the events; -1 for the answer."""

    kind: Kind
    event: int = -1


Moves = tuple[Move, ...]
# With more events than this, not every sequence is made before some are chosen.
MOST_EVENTS = 5


def in_order(events: Sequence[int], *, answer: bool) -> Moves:
    """Returns the undisturbed sequence."""
    first = (Move(Kind.ANSWER),) if answer else ()
    return (*first, *(Move(Kind.DELIVER, event) for event in events))


def count(events: int, *, answer: bool) -> int:
    """Returns how many sequences `all_of` yields for that many events."""
    things = events + answer
    return factorial(things) * (1 + events * (things + 1))


def all_of(events: Sequence[int], *, answer: bool) -> Iterator[Moves]:
    """Yields every order, then every order with one webhook repeated or lost at one place."""
    plain = in_order(events, answer=answer)
    yield from permutations(plain)
    for order in permutations(plain):
        yield from _disturbed(order)


def _disturbed(order: Moves) -> Iterator[Moves]:
    for place, move in enumerate(order):
        if move.kind is not Kind.DELIVER:
            continue
        for later in range(place + 1, len(order) + 1):
            yield (*order[:later], Move(Kind.REPEAT, move.event), *order[later:])
        for earlier in range(place + 1):
            yield (*order[:earlier], Move(Kind.LOSE, move.event), *order[earlier:])


def chosen(events: Sequence[int], *, answer: bool, limit: int, seed: int) -> list[Moves]:
    """Returns at most `limit` different sequences, the least disturbed first.

    Where there are more, half of them are the least disturbed, and the others are drawn by the seed.
    """
    if len(events) <= MOST_EVENTS:
        found = list(dict.fromkeys(all_of(events, answer=answer)))
        found.sort(key=disturbance)
        if len(found) <= limit:
            return found
        near, rest = found[: limit // 2], found[limit // 2 :]
        drawn = random.Random(seed).sample(rest, limit - len(near))  # noqa: S311  # a repeatable choice, no secret
        return near + sorted(drawn, key=disturbance)
    close = islice(_near(events, answer=answer), max(1, limit // 2))
    unique = dict.fromkeys(chain(close, _drawn(events, answer=answer, seed=seed, number=limit)))
    return sorted(islice(unique, limit), key=disturbance)


def _near(events: Sequence[int], *, answer: bool) -> Iterator[Moves]:
    """Yields the undisturbed sequence, then each with one move elsewhere, repeated or lost."""
    plain = in_order(events, answer=answer)
    yield plain
    for place, move in enumerate(plain):
        without = (*plain[:place], *plain[place + 1 :])
        for other in range(len(plain)):
            yield (*without[:other], move, *without[other:])
    yield from _disturbed(plain)


def _drawn(events: Sequence[int], *, answer: bool, seed: int, number: int) -> Iterator[Moves]:
    chance = random.Random(seed)  # noqa: S311  # a repeatable choice, no secret
    plain = list(in_order(events, answer=answer))
    for _ in range(number):
        order = tuple(chance.sample(plain, len(plain)))
        yield chance.choice([order, *_disturbed(order)])


def disturbance(sequence: Moves) -> tuple[int, int]:
    """Returns how far a sequence is from the undisturbed one: its length, then the pairs in the wrong order."""
    places = [move.event for move in sequence if move.kind is not Kind.LOSE]
    wrong = sum(a > b for index, a in enumerate(places) for b in places[index + 1 :])
    return len(sequence), wrong


def shorter(sequence: Moves) -> Iterator[Moves]:
    """Yields what is left if one event, the answer, one repetition or one loss is taken away; then one swap less.

    Where an event is taken away, nothing of it is left, so the events that remain are another legal flow.
    """
    events = list(dict.fromkeys(move.event for move in sequence))
    for event in events:
        yield tuple(move for move in sequence if move.event != event)
    for place, move in enumerate(sequence):
        if move.kind in {Kind.REPEAT, Kind.LOSE}:
            yield (*sequence[:place], *sequence[place + 1 :])
    for place, (one, other) in enumerate(pairwise(sequence)):
        if one.event > other.event and one.kind is Kind.DELIVER and other.kind is not Kind.REPEAT:
            yield (*sequence[:place], other, one, *sequence[place + 2 :])


def describe(move: Move, names: Sequence[str]) -> str:
    """Returns a line for a person. names: of the events, in their order."""
    if move.kind is Kind.ANSWER:
        return "the API's answer reaches the program"
    return f"{move.kind} {names[move.event]}"
