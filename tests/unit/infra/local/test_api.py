"""How requests are framed: what uvicorn and llhttp take, what they refuse, and in which shape."""

import socket
import time

import pytest

from tests.unit.infra.local.small import BODY, CHUNKED, HEAD, POST, raw, shown


def test_a_chunked_body_is_taken(port):
    assert shown(raw(port, f"{POST}Transfer-Encoding: chunked\r\n\r\n{CHUNKED}"))["raw"] == BODY


def test_a_caller_that_expects_a_100_gets_it_at_once(port):
    with socket.create_connection(("127.0.0.1", port), timeout=0.5) as connection:
        connection.sendall(f"{POST}Expect: 100-continue\r\nContent-Length: 16\r\n\r\n".encode())
        assert connection.recv(1024).startswith(b"HTTP/1.1 100 ")
        connection.sendall(BODY.encode())
        assert connection.recv(1024).startswith(b"HTTP/1.1 200 ")


def test_a_body_that_was_expected_and_is_not_wanted_is_not_mistaken_for_a_request(port):
    text = f"POST /nope HTTP/1.1\r\n{HEAD}Expect: 100-continue\r\nContent-Length: 16\r\n\r\n"
    answer = raw(port, text, until=b"never")
    assert answer.startswith("HTTP/1.1 404 ")
    assert "connection: close" in answer


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_localhost_answers_in_both_families(port, address):
    try:
        connection = socket.create_connection((address, port), timeout=3)
    except OSError:
        if address == "::1":
            pytest.skip("this machine has no IPv6")
        raise
    with connection:
        host = f"[{address}]" if ":" in address else address
        connection.sendall(f"GET /api/v1/orders HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        assert connection.recv(1024).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("blank", [" ", "\t", " \t "])
def test_blanks_around_a_header_value_are_no_part_of_it(port, blank):
    answer = shown(raw(port, f"{POST}X-Api-Key: {blank}key{blank}\r\nContent-Length: 16\r\n\r\n{BODY}"))
    assert answer["headers"]["x-api-key"] == "key"


FAULTY = {
    "both kinds of length": "Content-Length: 16\r\nTransfer-Encoding: chunked\r\n",
    "two lengths": "Content-Length: 16\r\nContent-Length: 16\r\n",
    "two other lengths": "Content-Length: 16\r\nContent-Length: 17\r\n",
    "a list of lengths": "Content-Length: 16, 16\r\n",
    "a signed length": "Content-Length: +16\r\n",
    "a length of 5000 digits": f"Content-Length: {'9' * 5000}\r\n",
    "a blank before the colon": "X-A : b\r\nContent-Length: 16\r\n",
    "a folded line": "X-A: b\r\n  c\r\nContent-Length: 16\r\n",
    "a NUL": "X-A: a\0b\r\nContent-Length: 16\r\n",
    "no chunks at the end": "Transfer-Encoding: gzip\r\n",
    "another coding under the chunks": "Transfer-Encoding: gzip, chunked\r\n",
    "two transfer codings": "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
    "a second Host": "Host: localhost\r\nTransfer-Encoding: chunked\r\n",
}


@pytest.mark.parametrize("headers", FAULTY.values(), ids=FAULTY)
def test_faulty_framing_is_refused_in_the_contracts_shape(port, headers):
    answer = raw(port, f"{POST}{headers}\r\n{CHUNKED}", until=b"}}")
    assert answer.startswith("HTTP/1.1 400 ")
    assert shown(answer)["error"]["code"] == "BAD_REQUEST_ERROR"
    assert shown(answer)["error"]["request_id"] in answer.split("\r\n\r\n", maxsplit=1)[0]


def test_chunks_in_http_1_0_are_refused(port):
    text = f"{POST}Transfer-Encoding: chunked\r\n\r\n{CHUNKED}".replace("HTTP/1.1", "HTTP/1.0")
    assert raw(port, text).startswith("HTTP/1.1 400 ")


def test_a_request_without_a_host_is_refused(port):
    assert raw(port, "GET /api/v1/orders HTTP/1.1\r\n\r\n").startswith("HTTP/1.1 400 ")
    assert raw(port, "GET /api/v1/orders HTTP/1.0\r\n\r\n").startswith("HTTP/1.1 200 ")


def test_a_method_that_nobody_knows_is_405_and_allow_says_which_there_are(port):
    answer = raw(port, f"BREW /api/v1/orders HTTP/1.1\r\n{HEAD}\r\n")
    assert answer.startswith("HTTP/1.1 405 ")
    assert "Allow: GET, " in answer


def test_an_endless_head_is_431(port):
    answer = raw(port, f"GET /api/v1/orders HTTP/1.1\r\n{HEAD}X: {'a' * 70_000}")
    assert answer.startswith("HTTP/1.1 431 ")


@pytest.mark.parametrize("cut", [0, 5, 60, 200])
def test_an_offer_of_another_protocol_costs_no_body(port, cut):
    """Java's HttpClient offers h2c with the first request of a connection. cut: where its bytes come in two pieces."""
    offer = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\n"
    text = f"{POST}{offer}Content-Length: 16\r\n\r\n{BODY}".encode()
    with socket.create_connection(("127.0.0.1", port), timeout=3) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(2):
            for piece in filter(None, (text[:cut], text[cut:])):
                connection.sendall(piece)
                time.sleep(0.05)
            assert shown(connection.recv(65536).decode())["raw"] == BODY
