"""Which connections are used again, and that an answer goes to whom it is for."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.outbound import connections
from tests.unit.outbound.conftest import read_request
from tests.unit.outbound.sending import SHORT, send


def test_a_healthy_receiver_is_spoken_to_over_one_connection(answering):
    receiver = answering()
    attempts = [send(receiver.url) for _ in range(5)]
    assert all(attempt.succeeded for attempt in attempts)
    assert (receiver.connections, len(receiver.requests)) == (1, 5)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n" + b"y" * 3000,
    ],
)
def test_a_connection_with_unread_or_final_bytes_is_not_reused(answering, answer):
    receiver = answering(answer)
    assert all(send(receiver.url).status == 200 for _ in range(2))
    assert receiver.connections == 2


def test_a_connection_that_the_receiver_closed_meanwhile_is_not_reused(receiver_of):
    def once(connection, receiver):
        receiver.requests.append(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    receiver = receiver_of(once)
    for _ in range(3):
        assert send(receiver.url).succeeded
        time.sleep(0.02)
    assert receiver.connections == 3


def drops_the_second(partial):
    """The first connection answers once, and ends on the second request with this part of an answer."""

    def behave(connection, receiver):
        receiver.requests.append(read_request(connection))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        receiver.requests.append(read_request(connection))
        connection.sendall(partial)

    return behave


def test_a_kept_connection_that_ends_under_a_request_is_replaced_at_once(receiver_of):
    receiver = receiver_of(drops_the_second(b""))
    attempts = [send(receiver.url) for _ in range(2)]
    assert [attempt.status for attempt in attempts] == [200, 200]
    assert (receiver.connections, len(receiver.requests)) == (2, 3)


def test_a_request_that_was_answered_in_part_is_not_sent_again(receiver_of):
    receiver = receiver_of(drops_the_second(b"HTTP/1.1 500 Oops\r\nContent-Length: 9\r\n\r\n"))
    attempts = [send(receiver.url) for _ in range(2)]
    assert [attempt.status for attempt in attempts] == [200, 500]
    assert receiver.connections == 1


def test_a_new_connection_that_ends_is_a_failed_attempt_of_one_request(receiver_of):
    receiver = receiver_of(lambda connection, receiver: receiver.requests.append(read_request(connection)))
    assert send(receiver.url).error_class == "connect"
    assert len(receiver.requests) == 1


def test_an_old_connection_is_not_reused_so_that_its_name_is_checked_again(answering, monkeypatch):
    receiver = answering()
    assert send(receiver.url).succeeded
    monkeypatch.setattr(connections, "MAX_AGE", 0)
    assert send(receiver.url).succeeded
    assert receiver.connections == 2


def test_a_reused_connection_has_a_deadline_of_its_own(receiver_of):
    def hangs_the_second_time(connection, receiver):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        receiver.stop.wait()

    receiver = receiver_of(hangs_the_second_time)
    assert send(receiver.url).succeeded
    time.sleep(SHORT / 2)
    attempt = send(receiver.url)
    assert (receiver.connections, attempt.error_class) == (1, "timeout")
    assert attempt.duration_ms + 1 >= SHORT * 1000


def test_ten_threads_get_their_own_answers(answering):
    def echo(request):
        name = request.split(b" ")[1]
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(name), name)

    url = answering(echo).url.removesuffix("/hook")
    with ThreadPoolExecutor(10) as threads:
        attempts = list(threads.map(lambda n: send(f"{url}/{n}", timeout=5), range(300)))
    assert [attempt.response_body for attempt in attempts] == [f"/{n}" for n in range(300)]
