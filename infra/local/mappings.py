"""Runs SQS event source mappings as Lambda does: polls, invokes, and deletes the messages that did not fail."""

import importlib
import logging
import math
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from infra.deployment.template import EventSource

# A poll that the worker abandons (killed, reloaded) still takes a message in the emulator. Short polls limit the time.
POLL_SECONDS = 1
RECEIVE_LIMIT = 10
PAUSE_AFTER_ERROR = 1
# While invocations are under way, messages gather for this time, so that a batch is worth its calls. After a batch of
# one message the queue counts as quiet: a second message then waits only for the shorter time.
GATHER_SECONDS = 0.03
QUIET_GATHER_SECONDS = 0.005
ACCOUNT = "000000000000"
REGION = "us-east-1"

Handler = Callable[[dict[str, Any], "Context"], Any]

log = logging.getLogger("infra.worker")


class Context:
    """Holds the part of Lambda's context object that the functions use."""

    memory_limit_in_mb = 512
    function_version = "$LATEST"

    def __init__(self, function_name: str, timeout: int) -> None:
        self.function_name = function_name
        self.invoked_function_arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function_name}"
        self.aws_request_id = str(uuid.uuid4())
        self.deadline = time.monotonic() + timeout

    def get_remaining_time_in_millis(self) -> int:
        return max(0, round((self.deadline - time.monotonic()) * 1000))


def load_handler(dotted: str) -> Handler:
    module, _, name = dotted.rpartition(".")
    handler: Handler = getattr(importlib.import_module(module), name)
    return handler


def failed_ids(response: Any, sent: set[str]) -> set[str]:
    """Returns the messages to leave in the queue.

    None and an empty list mean success. An answer of another shape, an empty id or an unknown id mean that the whole
    batch failed:
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
    """
    if response is None or response == {}:
        return set()
    if not isinstance(response, dict):
        return sent
    failures = response.get("batchItemFailures", ())
    if failures is None:
        return set()
    if not isinstance(failures, (list, tuple)):
        return sent
    failed = {item.get("itemIdentifier") if isinstance(item, dict) else None for item in failures}
    return {str(one) for one in failed} if failed.issubset(sent) else sent


def to_record(message: dict[str, Any], queue: str) -> dict[str, Any]:
    """Returns a received message in the form that it has in a Lambda event."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {
            name: {"stringValue": value.get("StringValue"), "dataType": value["DataType"]}
            for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}",
        "awsRegion": REGION,
    }


class Mapping:
    """Runs one poller and up to maximum_concurrency invocations at once, each in a thread."""

    def __init__(self, source: EventSource, sqs: Any, handler: Handler, stopping: threading.Event) -> None:
        self.source = source
        self.sqs = sqs
        self.handler = handler
        self.stopping = stopping
        self.queue_url = sqs.get_queue_url(QueueName=source.queue)["QueueUrl"]
        self.free = threading.Semaphore(source.maximum_concurrency)
        self.under_way = 0
        self.counting = threading.Condition()
        self.invocations = ThreadPoolExecutor(source.maximum_concurrency, thread_name_prefix=source.function)
        self.poller = threading.Thread(target=self._poll, name=source.queue, daemon=True)

    def start(self) -> None:
        self.poller.start()

    def finish(self, seconds: float) -> None:
        """Waits for the poll and the invocations under way, once `stopping` is set.

        An interrupted poll would hide its message until the visibility timeout ends.
        """
        deadline = time.monotonic() + seconds
        self.poller.join(seconds)
        for _ in range(self.source.maximum_concurrency):
            self.free.acquire(timeout=max(0.0, deadline - time.monotonic()))

    def _poll(self) -> None:
        last = 0
        while not self.stopping.is_set():
            if not self.free.acquire(timeout=POLL_SECONDS):
                continue
            if last < self.source.batch_size:
                self._let_gather(QUIET_GATHER_SECONDS if last <= 1 else GATHER_SECONDS)
            batch = self._next_batch()
            last = len(batch)
            if batch:
                self._count(1)
                self.invocations.submit(self._process, batch)
            else:
                self.free.release()

    def _let_gather(self, seconds: float) -> None:
        """Waits until no invocation is under way, but no longer than these seconds."""
        with self.counting:
            self.counting.wait_for(lambda: not self.under_way, seconds)

    def _count(self, change: int) -> None:
        with self.counting:
            self.under_way += change
            self.counting.notify()

    def _next_batch(self) -> list[dict[str, Any]]:
        try:
            return self._gather()
        except Exception:
            log.exception("cannot poll %s", self.source.queue)
            self.stopping.wait(PAUSE_AFTER_ERROR)
            return []

    def _gather(self) -> list[dict[str, Any]]:
        """Receives messages until the batch is full or the batching window is over."""
        batch = self._receive(self.source.batch_size, POLL_SECONDS)
        window_ends = time.monotonic() + self.source.batching_window
        while batch and len(batch) < self.source.batch_size and (left := window_ends - time.monotonic()) > 0:
            batch += self._receive(self.source.batch_size - len(batch), min(POLL_SECONDS, math.ceil(left)))
        return batch

    def _receive(self, wanted: int, seconds: int) -> list[dict[str, Any]]:
        answer = self.sqs.receive_message(
            QueueUrl=self.queue_url,
            MaxNumberOfMessages=min(wanted, RECEIVE_LIMIT),
            WaitTimeSeconds=seconds,
            # The queue's own timeout is six times the function's, for Lambda's retries. Here no invocation outlives a
            # killed worker, so its messages may come back as soon as the function cannot be running any more.
            VisibilityTimeout=self.source.timeout + self.source.batching_window + 5,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    def _process(self, batch: list[dict[str, Any]]) -> None:
        try:
            failed = self._invoke(batch)
            self._delete([message for message in batch if message["MessageId"] not in failed])
        except Exception:
            log.exception("cannot acknowledge messages of %s", self.source.queue)
        finally:
            self._count(-1)
            self.free.release()

    def _invoke(self, batch: list[dict[str, Any]]) -> set[str]:
        """Invokes the function. A thread cannot be stopped, so a result after the timeout counts as failed."""
        sent = {message["MessageId"] for message in batch}
        context = Context(self.source.function, self.source.timeout)
        event = {"Records": [to_record(message, self.source.queue) for message in batch]}
        try:
            response = self.handler(event, context)
        except Exception:
            log.exception("%s failed", self.source.function)
            return sent
        if context.get_remaining_time_in_millis() == 0:
            log.error("%s timed out after %s s", self.source.function, self.source.timeout)
            return sent
        return failed_ids(response, sent)

    def _delete(self, messages: list[dict[str, Any]]) -> None:
        for start in range(0, len(messages), RECEIVE_LIMIT):
            entries = [
                {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]}
                for index, message in enumerate(messages[start : start + RECEIVE_LIMIT])
            ]
            answer = self.sqs.delete_message_batch(QueueUrl=self.queue_url, Entries=entries)
            if answer.get("Failed"):
                log.warning("%s messages of %s could not be deleted", len(answer["Failed"]), self.source.queue)
