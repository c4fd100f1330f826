import re
import socket
import threading
import time

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

from infra.local import transport
from infra.local.engine import short

WHOLE = b'HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n{"QueueUrl":"http:/q"}'
REFUSED = b'HTTP/1.1 400 Bad Request\r\nContent-Length: 30\r\n\r\n{"__type":"QueueDoesNotExist"}'

THROTTLED = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Length: 69\r\n\r\n"
    b'{"__type":"com.amazonaws.dynamodb#ThrottlingException","message":"m"}'
)
CANCELLED_BODY = (
    b'{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"cancelled",'
    b'"CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed","Item":{"id":{"S":"a"}}}]}'
)
CANCELLED = b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\n\r\n%b" % (len(CANCELLED_BODY), CANCELLED_BODY)


def found(item):
    body = b'{"Item":%b}' % item
    return b"HTTP/1.1 200 OK\r\nx-amzn-requestid: r\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


class Server:
    """Answers every request on every connection with the next of `answers`; None closes the connection."""

    def __init__(self, answers):
        self.answers, self.requests, self.connections = list(answers), [], 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection:
            while self.answers and (request := connection.recv(65536)):
                self.requests.append(request)
                answer = self.answers.pop(0)
                if answer is None:
                    return
                connection.sendall(answer)


@pytest.fixture
def serve():
    servers = []

    def start(*answers):
        servers.append(Server(answers))
        return servers[-1]

    yield start
    for server in servers:
        server.listener.close()


def sqs(endpoint, attempts=1):
    return client_of("sqs", endpoint, attempts)


def client_of(service, endpoint, attempts=1, *, shortened=True):
    session = botocore.session.Session()
    if shortened:
        transport.shorten(session)
    config = Config(retries={"total_max_attempts": attempts, "mode": "standard"})
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return session.create_client(service, region_name="us-east-1", endpoint_url=endpoint, config=config, **keys)


def get(client):
    return client.get_item(TableName="t", Key={"id": {"S": "a"}})


def ask(client):
    return client.get_queue_url(QueueName="q")["QueueUrl"]


def test_an_answer_is_read_however_many_pieces_it_comes_in(monkeypatch, serve):
    monkeypatch.setattr(transport, "CHUNK", 7)
    assert ask(sqs(serve(WHOLE).endpoint)) == "http:/q"


def test_calls_share_a_connection(serve):
    server = serve(WHOLE, WHOLE)
    client = sqs(server.endpoint)
    assert (ask(client), ask(client), server.connections) == ("http:/q", "http:/q", 1)


def test_a_call_is_one_message_with_the_head_that_the_emulator_knows(serve):
    server = serve(WHOLE)
    ask(sqs(server.endpoint))
    (request,) = server.requests
    head = short.HEAD.match(request)
    assert head is not None
    assert (head[2], head[3], request[head.end() :]) == (b"AmazonSQS", b"GetQueueUrl", b'{"QueueName":"q"}')
    assert int(head[4]) == len(request) - head.end()


def test_what_msgspec_cannot_write_is_left_to_botocore(serve):
    server = serve(WHOLE)
    assert sqs(server.endpoint).get_queue_url(QueueName="\ud800")["QueueUrl"] == "http:/q"
    assert short.HEAD.match(server.requests[0]) is None


def test_a_transaction_has_a_token_so_that_its_repetition_is_done_once(serve):
    done = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    server = serve(None, done, done)  # botocore may send the head and the body apart
    client = client_of("dynamodb", server.endpoint, attempts=2)
    client.transact_write_items(TransactItems=[{"Put": {"TableName": "t", "Item": {"id": {"S": "a"}}}}])
    deadline = time.monotonic() + 5
    while len(tokens := re.findall(rb'"ClientRequestToken": ?"([\w-]+)"', b"".join(server.requests))) < 2:
        assert time.monotonic() < deadline
    assert tokens[0] == tokens[1]


def test_an_error_answer_is_the_clients_error(serve):
    client = sqs(serve(REFUSED).endpoint)
    with pytest.raises(client.exceptions.ClientError):
        ask(client)


def test_a_lost_answer_is_what_botocore_calls_a_closed_connection(serve):
    with pytest.raises(ConnectionClosedError):
        ask(sqs(serve(None).endpoint))


def test_botocore_tries_again_after_a_lost_answer(serve):
    server = serve(None, WHOLE)
    assert ask(sqs(server.endpoint, attempts=2)) == "http:/q"


def test_a_closed_port_is_what_botocore_calls_no_endpoint():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(EndpointConnectionError):
        ask(sqs(f"http://127.0.0.1:{port}"))


def test_silence_is_a_read_timeout(serve, monkeypatch):
    monkeypatch.setattr(transport, "READ_SECONDS", 0.1)
    with pytest.raises(ReadTimeoutError):
        ask(sqs(serve(b"", WHOLE).endpoint))


def test_a_connection_that_the_server_closed_meanwhile_is_not_used_again(serve, monkeypatch):
    monkeypatch.setattr(transport, "SURELY_OPEN_SECONDS", 0)
    server = serve(WHOLE)
    client = sqs(server.endpoint)
    ask(client)
    server.answers.append(WHOLE)
    assert ask(client) == "http:/q"


def test_https_is_left_to_botocore(monkeypatch):
    monkeypatch.setattr(transport, "_ask", lambda *_: pytest.fail("the short way was taken"))
    with pytest.raises(EndpointConnectionError):
        ask(sqs("https://127.0.0.1:1"))


@pytest.mark.parametrize(
    "item",
    [
        b'{"id":{"S":"B"},"n":{"N":"1.50"},"l":{"L":[{"BOOL":true},{"NULL":true},{"M":{}}]},"s":{"SS":["x"]}}',
        b'{"id":{"S":"a"},"salt":{"B":"AAEC"}}',
        b'{"id":{"S":"a"},"deep":{"L":[{"M":{"x":{"BS":["AAEC"]}}}]}}',
        b'{"id":{"S":"a"},"map":{"M":{"B":{"S":"AAEC"},"BS":{"L":[{"B":"AAEC"}]}}},"only":{"M":{"B":{"M":{}}}}}',
    ],
)
def test_an_answer_is_what_botocore_makes_of_it(serve, item):
    server = serve(found(item), found(item))
    ours = get(client_of("dynamodb", server.endpoint))
    theirs = get(client_of("dynamodb", server.endpoint, shortened=False))
    assert ours["Item"] == theirs["Item"]
    assert ours["ResponseMetadata"]["HTTPStatusCode"] == theirs["ResponseMetadata"]["HTTPStatusCode"]
    assert ours["ResponseMetadata"]["RetryAttempts"] == theirs["ResponseMetadata"]["RetryAttempts"]


def test_a_cancelled_transaction_has_botocores_class_and_its_reasons(serve):
    client = client_of("dynamodb", serve(CANCELLED).endpoint)
    with pytest.raises(client.exceptions.TransactionCanceledException) as caught:
        client.transact_write_items(TransactItems=[{"Put": {"TableName": "t", "Item": {"id": {"S": "a"}}}}])
    assert [reason["Code"] for reason in caught.value.response["CancellationReasons"]] == [
        "None",
        "ConditionalCheckFailed",
    ]


def test_an_error_answer_is_asked_for_once(serve):
    server = serve(REFUSED, WHOLE)
    client = sqs(server.endpoint, attempts=2)
    with pytest.raises(client.exceptions.ClientError):
        ask(client)
    assert len(server.requests) == 1


def test_botocore_tries_again_after_a_throttled_call(serve):
    server = serve(THROTTLED, found(b'{"id":{"S":"a"}}'))
    answer = get(client_of("dynamodb", server.endpoint, attempts=2))
    assert (answer["Item"]["id"]["S"], answer["ResponseMetadata"]["RetryAttempts"]) == ("a", 1)
    assert len(server.requests) == 2


def test_a_failed_call_leaves_nothing_to_the_next_call(serve):
    server = serve(REFUSED, WHOLE)
    client = sqs(server.endpoint)
    with pytest.raises(client.exceptions.ClientError):
        ask(client)
    assert ask(client) == "http:/q"
