"""The emulator's half of the short way, over real connections."""

import json
import socket
import threading
import time

import pytest
import uvicorn

from infra.local.emulator import for_programs_only
from infra.local.engine import polls, short
from tests.unit.infra.local.engine.test_keeper import copy_of
from tests.unit.infra.local.engine.test_patches import TABLE, patched, say

ROW = {"pk": {"S": "a"}, "sk": {"S": "b"}}
PUT = {"TableName": "rows", "Item": ROW}


async def refuse_all(scope, receive, send):
    """Answers like the guarded emulator: this is where every request that is not short must come."""
    await send({"type": "http.response.start", "status": 403, "headers": [(b"content-length", b"4")]})
    await send({"type": "http.response.body", "body": b"long"})


class Engine:
    def __init__(self):
        self.dynamodb, self.sqs = patched(), copy_of("ministack.services.sqs")
        say(self.dynamodb, "_create_table", TABLE)
        polls.hand_over_at_once(self.sqs)
        self.sqs._HANDLERS["CreateQueue"]({"QueueName": "jobs"}, "")
        way = short.protocol(self.dynamodb, self.sqs)
        config = uvicorn.Config(refuse_all, port=0, http=way, ws="none", lifespan="off", log_config=None)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)
        self.port = self.server.servers[0].sockets[0].getsockname()[1]

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), 10)


@pytest.fixture(scope="module")
def engine():
    made = Engine()
    yield made
    made.server.should_exit = True
    made.thread.join()


@pytest.fixture
def wire(engine):
    with engine.connect() as connection:
        yield connection


def message(operation, body, service="DynamoDB_20120810"):
    text = json.dumps(body).encode()
    head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1:1\r\nX-Amz-Target: {service}.{operation}\r\nContent-Length: {len(text)}"
    return head.encode() + b"\r\n\r\n" + text


def answer(connection):
    data = connection.recv(1 << 16)
    head, _, body = data.partition(b"\r\n\r\n")
    return int(head.split()[1]), head, body


def test_what_is_written_by_the_short_way_is_read_by_it(wire):
    wire.sendall(message("PutItem", PUT))
    assert answer(wire)[0] == 200
    wire.sendall(message("GetItem", {"TableName": "rows", "Key": ROW}))
    status, _, body = answer(wire)
    assert (status, json.loads(body)) == (200, {"Item": ROW})


def test_a_request_that_comes_in_pieces_is_one_request(wire):
    whole = message("PutItem", {"TableName": "rows", "Item": ROW | {"made": {"S": "x" * 100_000}}})
    for start in range(0, len(whole), 30_000):
        wire.sendall(whole[start : start + 30_000])
        time.sleep(0.02)
    assert answer(wire)[0] == 200


def test_an_error_comes_with_the_headers_that_botocore_reads(wire):
    wire.sendall(message("GetQueueUrl", {"QueueName": "none"}, "AmazonSQS"))
    status, head, body = answer(wire)
    assert (status, b"x-amzn-query-error" in head.lower()) == (400, True)
    assert "QueueDoesNotExist" in json.loads(body)["__type"]


def test_a_request_that_breaks_the_emulator_is_answered_and_leaves_the_connection_usable(wire):
    wire.sendall(message("NoSuchOperation", {}))
    assert answer(wire)[0] == 500
    wire.sendall(message("GetItem", {"TableName": "rows", "Key": ROW}))
    assert answer(wire)[0] == 200


def test_a_message_that_is_sent_ends_a_long_poll(engine, wire):
    url = engine.sqs._HANDLERS["GetQueueUrl"]({"QueueName": "jobs"}, "")["QueueUrl"]
    wire.sendall(message("ReceiveMessage", {"QueueUrl": url, "WaitTimeSeconds": 5}, "AmazonSQS"))
    with engine.connect() as other:
        other.sendall(message("SendMessage", {"QueueUrl": url, "MessageBody": "here"}, "AmazonSQS"))
        assert answer(other)[0] == 200
    assert json.loads(answer(wire)[2])["Messages"][0]["Body"] == "here"


def test_a_poll_whose_reader_is_gone_takes_no_message(engine, wire):
    url = engine.sqs._HANDLERS["GetQueueUrl"]({"QueueName": "jobs"}, "")["QueueUrl"]
    with engine.connect() as gone:
        gone.sendall(message("ReceiveMessage", {"QueueUrl": url, "WaitTimeSeconds": 2}, "AmazonSQS"))
        time.sleep(0.1)
    time.sleep(0.1)
    wire.sendall(message("SendMessage", {"QueueUrl": url, "MessageBody": "kept"}, "AmazonSQS"))
    assert answer(wire)[0] == 200
    time.sleep(0.3)
    wire.sendall(message("ReceiveMessage", {"QueueUrl": url, "VisibilityTimeout": 0}, "AmazonSQS"))
    assert json.loads(answer(wire)[2])["Messages"][0]["Body"] == "kept"


@pytest.mark.parametrize("line", ["Origin: http://evil.example", "User-Agent: curl", "Sec-Fetch-Site: none"])
def test_a_request_with_any_other_line_goes_the_long_way_past_the_guard(wire, line):
    wire.sendall(message("PutItem", PUT).replace(b"\r\nX-Amz", f"\r\n{line}\r\nX-Amz".encode(), 1))
    assert answer(wire)[2] == b"long"


def test_a_short_request_inside_the_body_of_another_is_only_a_body(engine, wire):
    hidden = message("PutItem", {"TableName": "rows", "Item": ROW | {"pk": {"S": "smuggled"}}})
    head = f"POST / HTTP/1.1\r\nHost: x\r\nOrigin: http://evil.example\r\nContent-Length: {2 * len(hidden)}\r\n\r\n"
    wire.sendall(head.encode())
    time.sleep(0.05)
    wire.sendall(hidden)
    time.sleep(0.05)
    wire.sendall(hidden)
    assert answer(wire)[2] == b"long"
    key = ROW | {"pk": {"S": "smuggled"}}
    assert say(engine.dynamodb, "_get_item", {"TableName": "rows", "Key": key}) == (200, {})


def test_the_guard_is_what_stands_on_the_long_way():
    assert for_programs_only(refuse_all) is not refuse_all
