"""What Lambda does with a batch, by the answers that AWS documents."""

import threading
from types import SimpleNamespace

import pytest

from infra.deployment.template import EventSource
from infra.local import mappings
from infra.local.mappings import Mapping, failed_ids, load_handler, to_record

SENT = {"a", "b", "c"}
SOURCE = EventSource(
    "Settle", "module.handler", "jobs", timeout=10, batch_size=10, batching_window=0, maximum_concurrency=2
)


def report(*ids):
    return {"batchItemFailures": [{"itemIdentifier": one} for one in ids]}


@pytest.mark.parametrize("answer", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}, {"other": 1}])
def test_nothing_reported_is_success(answer):
    assert failed_ids(answer, SENT) == set()


def test_what_is_reported_has_failed_and_the_rest_has_not():
    assert failed_ids(report("a", "c", "a"), SENT) == {"a", "c"}


@pytest.mark.parametrize(
    "answer",
    [
        report("unknown"),
        report("a", "unknown"),
        report(""),
        report(None),
        {"batchItemFailures": [{"id": "a"}]},
        {"batchItemFailures": ["a"]},
        {"batchItemFailures": "a"},
        {"batchItemFailures": {"itemIdentifier": "a"}},
        "a text",
        ["a"],
        17,
    ],
)
def test_an_answer_that_cannot_be_right_fails_the_whole_batch(answer):
    assert failed_ids(answer, SENT) == SENT


def test_a_record_has_what_lambda_hands_over():
    record = to_record(
        {
            "MessageId": "m",
            "ReceiptHandle": "r",
            "Body": "{}",
            "MD5OfBody": "99914b932bd37a50b983c5e7c90ae93b",
            "Attributes": {"ApproximateReceiveCount": "2"},
            "MessageAttributes": {"kind": {"StringValue": "x", "DataType": "String"}},
        },
        "gateway-local-payments",
    )

    assert (record["messageId"], record["receiptHandle"], record["body"]) == ("m", "r", "{}")
    assert record["attributes"]["ApproximateReceiveCount"] == "2"
    assert record["messageAttributes"] == {"kind": {"stringValue": "x", "dataType": "String"}}
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"].endswith(":gateway-local-payments")


def test_a_handler_is_found_by_its_dotted_name():
    assert load_handler("infra.local.mappings.failed_ids") is failed_ids


class Queue:
    """SQS as a mapping sees it, without a network: hands out what it is given and remembers what is deleted."""

    def __init__(self, *receives):
        self.receives = list(receives)
        self.asked, self.deleted = [], []

    def get_queue_url(self, **_):
        return {"QueueUrl": "http://queue"}

    def receive_message(self, **how):
        self.asked.append(how)
        ids = self.receives.pop(0) if self.receives else []
        return {"Messages": [message(one) for one in ids]}

    def delete_message_batch(self, **how):
        self.deleted += [entry["ReceiptHandle"] for entry in how["Entries"]]
        assert len(how["Entries"]) <= 10
        return {}


def message(name):
    return {"MessageId": name, "ReceiptHandle": name, "Body": "{}", "MD5OfBody": ""}


def mapping(queue, handler, **changes):
    source = SimpleNamespace(**({name: getattr(SOURCE, name) for name in SOURCE.__slots__} | changes))
    return Mapping(source, queue, handler, threading.Event())


def process(queue, handler, *ids):
    one = mapping(queue, handler)
    one.free.acquire()
    one._process([message(name) for name in ids])
    return one


def test_what_succeeded_is_deleted_and_what_failed_stays():
    queue = Queue()
    process(queue, lambda *_: report("b"), "a", "b", "c")
    assert queue.deleted == ["a", "c"]


def test_a_handler_that_raises_leaves_the_whole_batch():
    def broken(*_):
        raise RuntimeError("broken")

    queue = Queue()
    mapped = process(queue, broken, "a", "b")
    assert queue.deleted == []
    assert mapped.free._value == SOURCE.maximum_concurrency


def test_an_answer_after_the_timeout_counts_as_none(monkeypatch):
    monkeypatch.setattr(mappings.Context, "get_remaining_time_in_millis", lambda _: 0)
    queue = Queue()
    process(queue, lambda *_: None, "a")
    assert queue.deleted == []


def test_more_than_ten_are_deleted_in_tens():
    queue = Queue()
    process(queue, lambda *_: None, *"abcdefghijklmno")
    assert queue.deleted == list("abcdefghijklmno")


def test_a_window_gathers_until_the_batch_is_full():
    queue = Queue(["a"], ["b", "c"], ["d"])
    batch = mapping(queue, None, batch_size=3, batching_window=5)._gather()
    assert [one["MessageId"] for one in batch] == ["a", "b", "c"]
    assert [how["MaxNumberOfMessages"] for how in queue.asked] == [3, 2]


def test_without_a_window_one_receive_is_a_batch():
    queue = Queue(["a"], ["b"])
    assert len(mapping(queue, None)._gather()) == 1


def test_a_poll_that_fails_is_tried_again(monkeypatch):
    monkeypatch.setattr(mappings, "PAUSE_AFTER_ERROR", 0)
    queue = Queue()
    queue.receive_message = lambda **_: 1 / 0
    assert mapping(queue, None)._next_batch() == []
