"""The sequences that the contract allows: all of them, none twice, the least disturbed first."""

import pytest

from infra.explore.sequences import Kind, Move, all_of, chosen, count, describe, disturbance, in_order, shorter


def delivered(sequence):
    return sorted({move.event for move in sequence if move.kind is Kind.DELIVER})


@pytest.mark.parametrize(("events", "answer"), [(1, False), (2, False), (3, False), (2, True), (3, True)])
def test_every_sequence_is_made_once_and_the_count_is_right(events, answer):
    found = list(all_of(range(events), answer=answer))
    assert len(found) == len(set(found)) == count(events, answer=answer)
    assert all(delivered(sequence) == list(range(events)) for sequence in found)
    assert all(sum(move.kind is Kind.ANSWER for move in sequence) == answer for sequence in found)


def test_a_repetition_comes_after_its_delivery_and_a_loss_before():
    for sequence in all_of(range(3), answer=True):
        for place, move in enumerate(sequence):
            first = sequence.index(Move(Kind.DELIVER, move.event)) if move.kind is not Kind.ANSWER else place
            assert move.kind is not Kind.REPEAT or first < place
            assert move.kind is not Kind.LOSE or first > place


def test_the_undisturbed_sequence_comes_first_and_the_disturbance_grows():
    found = chosen(range(3), answer=False, limit=10_000, seed=1)
    assert found[0] == in_order(range(3), answer=False)
    assert found == sorted(found, key=disturbance)
    assert len(found) == count(3, answer=False)


@pytest.mark.parametrize("events", [5, 8])
def test_the_limit_holds_and_the_seed_decides_what_is_drawn(events):
    one, same, other = (chosen(range(events), answer=True, limit=100, seed=seed) for seed in (1, 1, 2))
    assert one == same != other
    assert len(one) == len(set(one)) == 100
    assert one[0] == in_order(range(events), answer=True)
    assert all(delivered(sequence) == list(range(events)) for sequence in one)


def test_what_is_left_is_shorter_or_less_disturbed():
    sequence = (Move(Kind.LOSE, 1), Move(Kind.DELIVER, 2), Move(Kind.DELIVER, 1), Move(Kind.REPEAT, 2))
    rest = list(shorter(sequence))
    assert all(disturbance(each) < disturbance(sequence) for each in rest)
    assert (Move(Kind.DELIVER, 2), Move(Kind.REPEAT, 2)) in rest


def test_a_move_is_told_in_words():
    assert describe(Move(Kind.REPEAT, 1), ["a", "payment.failed"]) == "repeat payment.failed"
    assert "answer" in describe(Move(Kind.ANSWER), [])
