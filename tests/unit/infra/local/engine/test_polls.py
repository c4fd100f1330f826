import asyncio
import threading
from types import SimpleNamespace

import pytest

from infra.local.engine import polls


@pytest.fixture
def wake():
    return polls.Wake(threading.Event())


async def poll(wake, name):
    polls.queue.set(name)
    await wake.wait(5)
    return name


async def first_woken(wake, *names, sent_to):
    """Returns the polls that one message wakes."""
    tasks = [asyncio.create_task(poll(wake, name)) for name in names]
    await asyncio.sleep(0)
    polls.queue.set(sent_to)
    wake.set()
    done, left = await asyncio.wait(tasks, timeout=0.05)
    for task in left:
        task.cancel()
    return sorted(task.result() for task in done)


@pytest.mark.parametrize(("sent_to", "woken"), [("a", ["", "a"]), ("c", [""]), ("", ["", "a", "b"])])
def test_a_message_wakes_the_polls_of_its_queue_and_those_of_unknown_queues(wake, sent_to, woken):
    assert asyncio.run(first_woken(wake, "a", "b", "", sent_to=sent_to)) == woken
    assert wake.original.is_set()


def test_a_poll_looks_again_without_a_message(wake):
    async def wait():
        await asyncio.wait_for(wake.wait(0.01), 5)

    asyncio.run(wait())
    assert not any(wake.waiting.values())


def test_a_poll_that_is_cancelled_is_forgotten(wake):
    async def cancel():
        task = asyncio.create_task(poll(wake, "a"))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])

    asyncio.run(cancel())
    assert not any(wake.waiting.values())


def test_another_shape_of_the_emulator_is_left_as_it_is():
    other = SimpleNamespace(esm_wake=None)
    polls.hand_over_at_once(other)
    assert other == SimpleNamespace(esm_wake=None)
