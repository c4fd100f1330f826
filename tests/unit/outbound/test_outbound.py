"""One request to a merchant's server: what arrives, what comes of it, and that it ends in time."""

import socket
import struct
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.domain.errors import BadRequest
from chalicelib.outbound import check_url, connections, post

SHORT = 0.4  # seconds that stand for the five of production
SLACK = 1.0


def send(url, **changes):
    arguments = {"allow_private": True, "timeout": SHORT} | changes
    return post(url, '{"é":1}', {"Content-Type": "application/json", "webhook-id": "w1"}, **arguments)


# --- what arrives ---


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
    assert inner.connections == 0


@pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH_9.9\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x00\x01\x02\r\n\r\n"])
def test_an_answer_that_is_no_http_is_classed_as_protocol(answering, answer):
    assert send(answering(answer).url).error_class == "protocol"


# --- names and addresses ---


def resolving_to(*addresses):
    return lambda _host, _port: list(addresses)


def unknown(_host, _port):
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def test_an_unknown_name_is_classed_as_dns():
    assert send("http://nowhere.example/", resolver=unknown).error_class == "dns"
    assert send("http://nowhere.example/", resolver=resolving_to()).error_class == "dns"


def test_a_resolver_that_hangs_does_not_exceed_the_deadline():
    def hanging(_host, _port):
        time.sleep(SHORT * 10)
        return ["127.0.0.1"]

    attempt = send("http://slow.example/", resolver=hanging)
    assert attempt.error_class == "timeout"
    assert "resolve" in attempt.error_detail
    assert attempt.duration_ms < (SHORT + SLACK) * 1000


def test_the_connection_goes_to_the_checked_address_under_the_urls_name(answering):
    receiver = answering()
    attempt = send(f"http://shop.example:{receiver.port}/", resolver=resolving_to("127.0.0.1"))
    assert attempt.succeeded
    assert f"Host: shop.example:{receiver.port}".encode() in receiver.requests[0]


def test_a_dead_first_address_leaves_time_for_the_next(answering):
    receiver = answering()
    attempt = send(f"http://shop.example:{receiver.port}/", resolver=resolving_to("::1", "127.0.0.2", "127.0.0.1"))
    assert attempt.succeeded


INNER = [
    "127.0.0.1",
    "10.0.0.1",
    "169.254.169.254",
    "::1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "fe80::1%lo",
]


@pytest.mark.parametrize("address", INNER)
def test_a_name_that_resolves_inside_is_refused_before_any_connection(address, monkeypatch):
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("connected"))
    for answer in [(address,), ("8.8.8.8", address), (address, "8.8.8.8")]:
        attempt = send("https://shop.example/", allow_private=False, resolver=resolving_to(*answer))
        assert (attempt.status, attempt.error_class) == (None, "refused_address")
        assert "not a public address" in attempt.error_detail


def test_a_name_that_turns_bad_after_the_check_is_refused_when_delivering(monkeypatch):
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("connected"))

    def rebinding(_host, _port):
        return next(answers)

    check_url("https://shop.example/", allow_private=False, resolver=rebinding)
    assert send("https://shop.example/", allow_private=False, resolver=rebinding).error_class == "refused_address"


def test_one_look_up_serves_both_check_and_connection(monkeypatch):
    """A second look-up would be the rebinding: the second answer here is loopback."""
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])
    connected = []

    def remember(address, _timeout):
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", remember)
    send("https://shop.example/", allow_private=False, resolver=lambda *_: next(answers))
    assert connected == [("8.8.8.8", 443)]


def test_a_url_that_is_no_longer_allowed_is_a_logged_failure():
    attempt = send("http://127.0.0.1/", allow_private=False)
    assert attempt.error_class == "refused_address"
    assert "https://" in attempt.error_detail


def test_setting_a_url_that_resolves_inside_is_refused():
    with pytest.raises(BadRequest, match="not a public address") as refused:
        check_url("https://shop.example/", allow_private=False, resolver=resolving_to("8.8.8.8", "10.0.0.1"))
    assert refused.value.field == "url"


@pytest.mark.parametrize("resolver", [unknown, resolving_to("8.8.8.8")])
def test_setting_a_url_whose_name_does_not_resolve_yet_is_allowed(resolver):
    check_url("https://shop.example/", allow_private=False, resolver=resolver)


def test_setting_a_local_url_looks_nothing_up():
    check_url("http://host.docker.internal:4000/", allow_private=True, resolver=lambda *_: pytest.fail("looked up"))


# --- reuse ---


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
