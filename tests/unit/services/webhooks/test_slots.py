"""How many batches a merchant may have at once in one process."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.queues import DELIVERIES, DELIVERIES_SLOW
from chalicelib.services.webhooks import slots
from infra.deployment import template

MOST = slots.BATCHES_AT_ONCE[DELIVERIES]


@pytest.fixture(autouse=True)
def none_taken(monkeypatch):
    monkeypatch.setattr(slots, "_taken", Counter())


def test_a_merchants_slots_are_as_many_however_many_threads_ask_at_once():
    with ThreadPoolExecutor(50) as pool:
        taken = list(pool.map(lambda _: slots.take(DELIVERIES, "m_1", 1, 0), range(50)))
    assert sum(slot is not None for slot in taken) == MOST


def test_a_batch_gives_its_slot_back_with_its_last_attempt():
    first, *_ = [slots.take(DELIVERIES, "m_1", 2, 0) for _ in range(MOST)]
    first.leave()
    assert slots.take(DELIVERIES, "m_1", 1, 0) is None
    first.leave()
    assert slots.take(DELIVERIES, "m_1", 1, 0)


def test_a_merchant_and_a_lane_take_nothing_from_another():
    for _ in range(MOST):
        slots.take(DELIVERIES, "m_1", 1, 0)
    assert slots.take(DELIVERIES, "m_2", 1, 0)
    assert slots.take(DELIVERIES_SLOW, "m_1", 1, 0)


def test_one_merchant_leaves_most_of_the_workers_to_the_others():
    (concurrency,) = (
        source.maximum_concurrency
        for source in template.event_sources(template.load(), "x")
        if source.queue == f"x-{DELIVERIES}"
    )
    assert concurrency / 4 >= MOST


def test_who_waits_gets_the_slot_that_is_left_meanwhile():
    taken = [slots.take(DELIVERIES, "m_1", 1, 0) for _ in range(MOST)]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(slots.take, DELIVERIES, "m_1", 1, 5)
        taken[0].leave()
        assert waiting.result()


def test_merchants_without_a_batch_take_no_memory():
    for number in range(100):
        slots.take(DELIVERIES, f"m_{number}", 1, 0).leave()
    slots.take(DELIVERIES, "m_1", 1, 0)
    assert len(slots._taken) == 1
