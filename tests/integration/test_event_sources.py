"""The mapping loop on real queues: partial failures, handlers that raise, dead letters and their way back."""

import threading
import time

import boto3
import pytest

from chalicelib import queues
from chalicelib.services.operations import dead_letters
from infra.deployment.template import EventSource
from infra.local.mappings import Mapping

SECONDS = 15


@pytest.fixture
def sqs(emulator):
    return boto3.client("sqs", endpoint_url=emulator)


@pytest.fixture
def queue(sqs, request):
    """A queue that hands a message out twice, with a dead-letter queue behind it."""
    name = f"mapping-{abs(hash(request.node.name)) % 10**8}"
    dead = sqs.create_queue(QueueName=f"{name}-dlq")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = f'{{"deadLetterTargetArn": "{arn}", "maxReceiveCount": 2}}'
    sqs.create_queue(QueueName=name, Attributes={"RedrivePolicy": policy})
    return name


class Function:
    """A handler that remembers its batches; `fail` says for a body whether it fails, and may raise."""

    def __init__(self, fail):
        self.fail = fail
        self.seen = []

    def __call__(self, event, _context):
        self.seen.append([record["body"] for record in event["Records"]])
        failed = [record["messageId"] for record in event["Records"] if self.fail(record["body"])]
        return {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}


@pytest.fixture
def run(sqs, queue, monkeypatch):
    """Polls the queue with a handler until the test ends; a failed message is back after a second."""
    stopping, running = threading.Event(), []
    receive = sqs.receive_message
    monkeypatch.setattr(sqs, "receive_message", lambda **how: receive(**how | {"VisibilityTimeout": 1}))

    def start(fail):
        function = Function(fail)
        source = EventSource("Test", "", queue, timeout=10, batch_size=10, batching_window=0, maximum_concurrency=2)
        running.append(Mapping(source, sqs, function, stopping))
        running[-1].start()
        return function

    yield start
    stopping.set()
    for mapping in running:
        mapping.finish(SECONDS)


def send(sqs, queue, *bodies):
    entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies)]
    sqs.send_message_batch(QueueUrl=sqs.get_queue_url(QueueName=queue)["QueueUrl"], Entries=entries)


def waiting(sqs, queue):
    """Visible, delayed and in flight."""
    names = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "Delayed", "NotVisible")]
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(map(int, found.values()))


def wait_until(holds):
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_of_a_partly_failed_batch_only_the_failed_come_again_and_end_as_dead_letters(sqs, queue, run):
    send(sqs, queue, "good", "bad", "fine")

    function = run(lambda body: body == "bad")

    wait_until(lambda: waiting(sqs, queue) == 0 and waiting(sqs, f"{queue}-dlq") == 1)
    bodies = [body for batch in function.seen for body in batch]
    assert sorted(bodies) == ["bad", "bad", "fine", "good"]


def test_a_handler_that_raises_keeps_its_whole_batch_until_it_is_well(sqs, queue, run):
    send(sqs, queue, "one", "two")
    ill = iter([True])

    function = run(lambda _: 1 / 0 if next(ill, False) else False)

    wait_until(lambda: waiting(sqs, queue) == 0)
    assert len(function.seen) > 1
    assert waiting(sqs, f"{queue}-dlq") == 0


def test_a_message_that_is_none_of_ours_dies_alone_and_is_shown_to_the_operator(shop, workers, drain, sqs):
    payment = shop.pay(shop.order()["id"])
    sqs.send_message(QueueUrl=queues.url("payments"), MessageBody="nonsense")

    drain()

    assert shop.get(f"/payments/{payment['id']}")["status"] == "success"
    assert [message.body for message in queues.look("payments-dlq", 10, 0)] == ["nonsense"]


def test_a_payment_among_the_dead_letters_is_sent_back_and_settles(shop, drain, sqs):
    payment = shop.pay(shop.order()["id"])
    (job,) = sqs.receive_message(QueueUrl=queues.url("payments"))["Messages"]
    sqs.delete_message(QueueUrl=queues.url("payments"), ReceiptHandle=job["ReceiptHandle"])
    sqs.send_message(QueueUrl=queues.url("payments-dlq"), MessageBody=job["Body"])
    drain()
    assert shop.get(f"/payments/{payment['id']}")["status"] == "pending"

    assert dead_letters.redrive_all("payments") == 1
    drain()

    assert shop.get(f"/payments/{payment['id']}")["status"] == "success"
    assert shop.get("/dead-letters")["total"] == 0
