"""The ids of events: derived, ordered by time, and readable."""

import random

import pytest

from chalicelib.domain import clock, events
from chalicelib.domain.events import event_id, is_event_id, micros, moment_of, position

AT = "2026-11-23T10:00:00.123456Z"


def test_a_repeat_of_an_event_has_its_id_and_another_event_has_another():
    assert position(AT, "pay_1", 3) == position(AT, "pay_1", 3)
    assert len({position(AT, *of) for of in [("pay_1", 3), ("pay_1", 4), ("pay_2", 3)]}) == 3


def test_ids_sort_as_their_times_do():
    rng = random.Random(1)
    times = sorted(rng.uniform(0, 4e9) for _ in range(1000))
    ids = [event_id(position(clock.iso(at), str(rng.random()), 1), "0") for at in times]
    assert ids == sorted(ids)
    assert all(map(is_event_id, ids))


@pytest.mark.parametrize("at", [AT, "1970-01-01T00:00:00.000000Z", "2099-12-31T23:59:59.999999Z"])
def test_an_id_tells_its_time_to_the_microsecond(at):
    assert moment_of(event_id(position(at, "pay_1", 1), "0")) == at


@pytest.mark.parametrize(
    "text", ["", "evt_", "evt_" + "0" * 19, "evt_" + "0" * 21, "evt_" + "-" * 20, "pay_" + "0" * 20]
)
def test_other_texts_are_no_ids(text):
    assert not is_event_id(text)


def test_bounds_of_lists_are_read_as_moments():
    assert micros("0") == 0
    assert micros("~") == events.LATEST_TIME
    assert micros("2026-11-23~") == micros("2026-11-23T23:59:59.999999Z") == micros("2026-11-24T00:00:00.000000Z") - 1


def test_two_moments_have_different_beginnings():
    assert events.time_part(micros(AT)) < events.time_part(micros(AT) + 1)
    assert events.time_part(10**30) == events.time_part(events.LATEST_TIME)
