"""How many messages an event source mapping takes at once, against a queue that notes when it is asked."""

import threading
import time

import pytest

from infra.deployment.template import EventSource
from infra.local import mappings
from infra.local.mappings import Mapping

SOURCE = EventSource(
    "Work", "functions.none", "queue", timeout=5, batch_size=3, batching_window=0, maximum_concurrency=3
)


class Queue:
    """Hands out the batches one by one, then nothing."""

    def __init__(self, *batches):
        self.batches, self.asked, self.emptied = list(batches), [], threading.Event()

    def get_queue_url(self, **_):
        return {"QueueUrl": "queue"}

    def receive_message(self, **_):
        self.asked.append(time.monotonic())
        if self.batches:
            return {"Messages": self.batches.pop(0)}
        self.emptied.set()
        time.sleep(0.01)
        return {}

    def delete_message_batch(self, **_):
        return {}


def messages(*names):
    return [{"MessageId": name, "ReceiptHandle": name, "Body": "{}", "MD5OfBody": ""} for name in names]


@pytest.fixture
def run(monkeypatch):
    """Runs a mapping until its queue is empty; the handler works until then."""
    stopping = threading.Event()
    monkeypatch.setattr(mappings, "GATHER_SECONDS", 0.4)  # longer than a busy machine may keep a thread waiting
    monkeypatch.setattr(mappings, "QUIET_GATHER_SECONDS", 0.2)

    def start(queue, handler):
        mapping = Mapping(SOURCE, queue, handler, stopping)
        mapping.start()
        assert queue.emptied.wait(5)
        stopping.set()
        mapping.finish(5)
        return [later - earlier for earlier, later in zip(queue.asked, queue.asked[1:], strict=False)]

    yield start
    stopping.set()


def test_messages_gather_while_a_function_is_at_work(run):
    queue = Queue(messages("a", "b"))
    waits = run(queue, lambda *_: queue.emptied.wait(5) and None)
    assert waits[0] >= mappings.GATHER_SECONDS


def test_a_quiet_queue_gathers_for_a_shorter_time(run):
    queue = Queue(messages("a"))
    waits = run(queue, lambda *_: queue.emptied.wait(5) and None)
    assert mappings.QUIET_GATHER_SECONDS <= waits[0] < mappings.GATHER_SECONDS


def test_messages_gather_no_longer_than_the_function_works(run):
    waits = run(Queue(messages("a", "b")), lambda *_: None)
    assert waits[0] < mappings.GATHER_SECONDS


def test_a_queue_that_fills_whole_batches_is_not_kept_waiting(run):
    queue = Queue(messages("a", "b", "c"), messages("d", "e", "f"))
    waits = run(queue, lambda *_: queue.emptied.wait(5) and None)
    assert waits[0] < mappings.QUIET_GATHER_SECONDS


def test_an_idle_mapping_asks_again_at_once(run):
    queue = Queue([], [])
    waits = run(queue, lambda *_: None)
    assert waits[0] < mappings.GATHER_SECONDS
