"""One request to a merchant's server: what arrives, what comes of it, and that it ends in time."""

import socket
import struct

import pytest

from tests.unit.outbound.sending import SHORT, SLACK, send


def test_the_receiver_gets_the_exact_body_and_headers(answering):
    receiver = answering()
    attempt = send(receiver.url + "?a=1")
    assert (attempt.status, attempt.error_class, attempt.response_body, attempt.succeeded) == (
        200,
        None,
        "ok",
        True,
    )
    head, _, body = receiver.requests[0].partition(b"\r\n\r\n")
    assert body == '{"é":1}'.encode()
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /hook?a=1 HTTP/1.1"
    assert f"Host: 127.0.0.1:{receiver.port}" in lines
    assert {"Content-Type: application/json", "webhook-id: w1", "Content-Length: 8"} <= set(lines)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_a_2xx_is_success(answering, status):
    attempt = send(answering(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n".encode()).url)
    assert (attempt.status, attempt.error_class) == (status, None)


@pytest.mark.parametrize("status", [304, 400, 404, 410, 429, 500, 503])
def test_another_status_is_a_failure_that_says_so(answering, status):
    attempt = send(answering(f"HTTP/1.1 {status} X\r\nRetry-After: 120\r\nContent-Length: 4\r\n\r\nnope".encode()).url)
    assert (attempt.status, attempt.error_class, attempt.retry_after) == (status, "status", "120")
    assert str(status) in attempt.error_detail


@pytest.mark.parametrize("interim", [b"100 Continue", b"102 Processing", b"103 Early Hints", b"199 X"])
@pytest.mark.parametrize("times", [1, 3])
def test_interim_answers_are_read_past_and_the_final_one_counts(answering, interim, times):
    early = b"HTTP/1.1 %b\r\nLink: </x.css>; rel=preload\r\n\r\n" % interim
    receiver = answering(early * times + b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    for _ in range(2):
        attempt = send(receiver.url)
        assert (attempt.status, attempt.succeeded, attempt.response_body) == (200, True, "ok")
    assert receiver.connections == 1


def test_an_unasked_change_of_protocol_is_the_answer(answering):
    assert send(answering(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n").url).status == 101


def test_interim_answers_without_end_are_cut_off(receiver_of):
    def endless(connection, receiver):
        connection.recv(65536)
        while not receiver.stop.wait(SHORT / 8):
            connection.sendall(b"HTTP/1.1 102 Processing\r\n\r\n")

    attempt = send(receiver_of(endless).url)
    assert (attempt.error_class, attempt.duration_ms < (SHORT + SLACK) * 1000) == ("timeout", True)


def test_only_the_first_kibibyte_of_an_answer_is_read(answering):
    attempt = send(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n" + b"y" * 3000).url)
    assert attempt.response_body == "y" * 1024


def test_an_endless_answer_is_left_after_a_kibibyte(receiver_of):
    def flood(connection, receiver):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not receiver.stop.is_set():
            connection.sendall(b"x" * 4096)

    attempt = send(receiver_of(flood).url)
    assert (attempt.status, attempt.error_class, len(attempt.response_body)) == (200, None, 1024)
    assert attempt.duration_ms < SHORT * 1000


def test_an_answer_that_is_no_text_does_not_hurt(answering):
    attempt = send(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n\xff\x00a").url)
    assert attempt.response_body == "\ufffd\x00a"


# --- receivers that fail ---


def refuses():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        return f"http://127.0.0.1:{closed.getsockname()[1]}/"


def resets(connection, _receiver):
    connection.recv(65536)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hangs_up(connection, _receiver):
    connection.recv(65536)


def hangs(_connection, receiver):
    receiver.stop.wait()


def drips(prefix):
    def behaviour(connection, receiver):
        connection.recv(65536)
        connection.sendall(prefix)
        while not receiver.stop.wait(SHORT / 8):
            connection.sendall(b"x")

    return behaviour


def test_a_refused_connection_is_classed_as_connect():
    attempt = send(refuses())
    assert (attempt.status, attempt.error_class) == (None, "connect")
    assert "refused" in attempt.error_detail


@pytest.mark.parametrize("behaviour", [resets, hangs_up])
def test_a_lost_connection_is_classed_as_connect(receiver_of, behaviour):
    attempt = send(receiver_of(behaviour).url)
    assert (attempt.status, attempt.error_class, attempt.succeeded) == (None, "connect", False)


@pytest.mark.parametrize(
    ("behaviour", "status"),
    [
        (hangs, None),
        (drips(b""), None),
        (drips(b"HTTP/1.1 200 OK\r\nX-Slow: "), None),
        (drips(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"), 200),
        (drips(b"HTTP/1.1 200 OK\r\n\r\n"), 200),
        (drips(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n"), 200),
    ],
)
def test_a_receiver_that_hangs_or_drips_is_cut_off_at_the_deadline(receiver_of, behaviour, status):
    attempt = send(receiver_of(behaviour).url)
    assert (attempt.status, attempt.error_class, attempt.succeeded) == (status, "timeout", False)
    assert SHORT * 1000 <= attempt.duration_ms + 1 < (SHORT + SLACK) * 1000


def test_what_dripped_before_the_deadline_is_kept(receiver_of):
    attempt = send(receiver_of(drips(b"HTTP/1.1 500 X\r\nContent-Length: 1000\r\n\r\nhello")).url)
    assert attempt.response_body.startswith("hellox")


def test_a_receiver_that_never_accepts_is_a_timeout():
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        crowd = [socket.socket() for _ in range(4)]
        for one in crowd:
            one.settimeout(0)
            one.connect_ex(full.getsockname())
        attempt = send(f"http://127.0.0.1:{full.getsockname()[1]}/")
        for one in crowd:
            one.close()
    assert attempt.error_class == "timeout"
    assert attempt.duration_ms < (SHORT + SLACK) * 1000


def test_a_redirect_is_not_followed(answering):
    inner = answering()
    outer = answering(f"HTTP/1.1 302 Found\r\nLocation: {inner.url}\r\nContent-Length: 0\r\n\r\n".encode())
    attempt = send(outer.url)
    assert (attempt.status, attempt.error_class) == (302, "status")
    assert f"answered 302 and leads to {inner.url}: redirects are not followed" in attempt.error_detail
    assert inner.connections == 0


def test_where_a_redirect_leads_is_shown_as_plain_text_of_bounded_length(answering):
    answer = b"HTTP/1.1 301 X\r\nLocation: http://\x1b[31m\xc3\xa9%b\r\nContent-Length: 0\r\n\r\n" % (b"x" * 900)
    detail = send(answering(answer).url).error_detail
    assert detail.isprintable()
    assert len(detail) < 400


@pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH_9.9\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x00\x01\x02\r\n\r\n"])
def test_an_answer_that_is_no_http_is_classed_as_protocol(answering, answer):
    assert send(answering(answer).url).error_class == "protocol"
