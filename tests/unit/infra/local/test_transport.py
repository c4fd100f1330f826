import socket
import threading

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

from infra.local import transport

WHOLE = b'HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n{"QueueUrl":"http:/q"}'
CHUNKED = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n{"Queu\r\n10\r\neUrl":"http:/q"}\r\n0\r\n\r\n'
REFUSED = b'HTTP/1.1 400 Bad Request\r\nContent-Length: 30\r\n\r\n{"__type":"QueueDoesNotExist"}'


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
    session = botocore.session.Session()
    transport.shorten(session)
    config = Config(retries={"total_max_attempts": attempts, "mode": "standard"})
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return session.create_client("sqs", region_name="us-east-1", endpoint_url=endpoint, config=config, **keys)


def ask(client):
    return client.get_queue_url(QueueName="q")["QueueUrl"]


@pytest.mark.parametrize("answer", [WHOLE, CHUNKED])
def test_an_answer_is_read_whether_it_comes_whole_or_in_chunks(serve, answer):
    assert ask(sqs(serve(answer).endpoint)) == "http:/q"


def test_calls_share_a_connection(serve):
    server = serve(WHOLE, WHOLE)
    client = sqs(server.endpoint)
    assert (ask(client), ask(client), server.connections) == ("http:/q", "http:/q", 1)


def test_a_call_is_one_message_with_a_signature_that_signs_nothing(serve):
    server = serve(WHOLE)
    ask(sqs(server.endpoint))
    (request,) = server.requests
    assert request.startswith(b"POST / HTTP/1.1\r\n")
    assert request.endswith(b'{"QueueName": "q"}')
    assert b"/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=none\r\n" in request


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


def test_https_is_left_to_botocore():
    class Request:
        url, body = "https://sqs.us-east-1.amazonaws.com/", b""

    assert transport.send(Request(), "before-send.sqs.GetQueueUrl") is None
