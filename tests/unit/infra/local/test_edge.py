"""The local edge: API Gateway's event, bodies, routes, and whose requests it takes."""

import gzip
import json
import threading
import zlib

import pytest

from infra.local import edge
from infra.local.access_log import log_access
from infra.local.edge import MAX_BODY
from tests.unit.infra.local.small import BODY, HEAD, raw, refused, shown

DASHBOARD = "http://localhost:3000"


@pytest.mark.parametrize(
    ("coding", "pack"), [("gzip", gzip.compress), ("GZIP", gzip.compress), ("deflate", zlib.compress)]
)
def test_a_compressed_body_is_inflated(ask, coding, pack):
    assert json.loads(ask("POST", "/api/v1/orders", pack(BODY.encode()), Content_Encoding=coding)[1])["raw"] == BODY


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "nonsense"])
def test_a_coding_that_is_not_taken_is_415_and_named(ask, coding):
    answer, body = ask("POST", "/api/v1/orders", b"x", Content_Encoding=coding)
    assert coding in refused(answer, body, 415)
    assert answer.headers["Accept-Encoding"] == "gzip, deflate"


# Without a time in its header the packed body is the same in every process, which the names of parallel tests need.
PACKED = gzip.compress(b"{}", mtime=0)


@pytest.mark.parametrize("body", [b"{}", PACKED[:-3], PACKED + b"more"])
def test_a_body_that_is_not_what_its_coding_says_is_400(ask, body):
    assert "is not gzip" in refused(*ask("POST", "/api/v1/orders", body, Content_Encoding="gzip"), 400)


def test_a_small_body_that_inflates_beyond_the_limit_is_413(ask):
    refused(*ask("POST", "/api/v1/orders", gzip.compress(bytes(64 * MAX_BODY)), Content_Encoding="gzip"), 413)


@pytest.mark.parametrize("sizes", [[MAX_BODY + 1], [MAX_BODY, 1], [1] * 9 + [2 * MAX_BODY]])
@pytest.mark.parametrize("kind", [b"".join, iter], ids=["length", "chunks"])
def test_a_body_above_the_limit_is_413_and_the_connection_goes_on(ask, kind, sizes):
    refused(*ask("POST", "/api/v1/orders", kind([b"x" * size for size in sizes])), 413)
    assert ask("GET", "/api/v1/orders")[0].status == 200


@pytest.mark.parametrize(("method", "path", "status"), [("POST", "/nope", 404), ("DELETE", "/api/v1/orders", 405)])
def test_a_refusal_leaves_the_connection_in_step(ask, method, path, status):
    answer, body = ask(method, path, BODY)
    refused(answer, body, status, "NOT_FOUND_ERROR" if status == 404 else "BAD_REQUEST_ERROR")
    assert answer.headers["Allow"] == ("GET, HEAD, OPTIONS, POST" if status == 405 else None)
    assert ask("GET", "/api/v1/orders")[0].status == 200


def test_the_event_is_api_gateways(ask):
    body = json.loads(ask("GET", "/api/v1/orders/a%20b?x=1&x=2&y=", X_Thing="1")[1])

    assert (body["resource"], body["path"], body["httpMethod"]) == (
        "/api/v1/orders/{order_id}",
        "/api/v1/orders/a%20b",
        "GET",
    )
    assert body["multiValueQueryStringParameters"] == {"x": ["1", "2"], "y": [""]}
    assert body["queryStringParameters"] == {"x": "2", "y": ""}
    assert body["pathParameters"] == body["parameters"] == {"order_id": "a%20b"}
    assert (body["headers"]["x-thing"], body["multiValueHeaders"]["x-thing"]) == ("1", ["1"])
    assert body["requestContext"]["identity"]["sourceIp"] == "127.0.0.1"
    assert body["requestContext"]["resourcePath"] == body["resource"]
    assert (body["body"], body["isBase64Encoded"]) == (None, False)


def test_a_body_that_is_no_text_arrives_byte_for_byte(ask):
    assert json.loads(ask("POST", "/api/v1/orders", b"\xff\x00")[1])["raw"] == "\xff\x00"


def test_a_fixed_path_comes_before_one_with_a_parameter_and_a_slash_at_the_end_does_not_count(ask):
    for path in ("/api/v1/orders/public", "/api/v1/orders/public/"):
        assert json.loads(ask("GET", path)[1])["resource"] == "/api/v1/orders/public"


def test_head_has_the_headers_of_get_and_no_body(ask):
    answer, body = ask("HEAD", "/api/v1/orders")
    assert (answer.status, body) == (200, b"")
    assert int(answer.headers["Content-Length"]) > 0
    assert ask("GET", "/api/v1/orders")[0].status == 200


def test_requests_at_once_are_each_their_own(port):
    """Chalice keeps one request in the application."""
    texts = [f"GET /api/v1/orders/{n}?sleep=0.{n} HTTP/1.1\r\n{HEAD}\r\n" for n in range(5)]
    got = {}
    threads = [threading.Thread(target=lambda n=n, t=t: got.update({n: raw(port, t)})) for n, t in enumerate(texts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {n: shown(text)["path"] for n, text in got.items()} == {n: f"/api/v1/orders/{n}" for n in range(5)}


def test_an_application_that_breaks_is_a_500_that_tells_nothing(ask, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(edge._OneRequestAThread, "__call__", broken)
    answer, body = ask("GET", "/api/v1/orders")
    assert refused(answer, body, 500, "SERVER_ERROR") == "Internal server error"


@pytest.mark.parametrize(
    "host", ["evil.test", "localhost.evil.test", "127.0.0.1.evil.test", "10.0.0.1", "localhost@x", ""]
)
def test_a_name_that_leads_here_and_is_not_this_machines_is_refused(ask, host):
    """DNS rebinding: to the browser the page and the API are then of one origin."""
    refused(*ask("GET", "/api/v1/orders", Host=host), 403)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000", "shop.localhost:80"])
def test_this_machines_names_are_taken(ask, host):
    assert ask("GET", "/api/v1/orders", Host=host)[0].status == 200


@pytest.mark.parametrize(
    "origin", [DASHBOARD, "http://127.0.0.1:3001", "https://shop.example", "http://localhost:5173"]
)
def test_our_own_pages_and_those_that_are_named_may_call_and_read(ask, origin):
    preflight, _ = ask("OPTIONS", "/api/v1/orders", Origin=origin, Access_Control_Request_Method="POST")
    answer, _ = ask("POST", "/api/v1/orders", BODY, Origin=origin)
    unknown, _ = ask("GET", "/nope", Origin=origin)

    assert (preflight.status, answer.status) == (200, 200)
    assert {each.headers["Access-Control-Allow-Origin"] for each in (preflight, answer, unknown)} == {origin}
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize("origin", ["http://evil.test", "null", "http://localhost:4000", "https://localhost:3000"])
@pytest.mark.parametrize("method", ["OPTIONS", "GET", "POST"])
def test_other_pages_may_neither_read_nor_do_anything(ask, method, origin):
    answer, body = ask(method, "/api/v1/orders", BODY, Origin=origin)
    assert "CORS_ORIGINS" in refused(answer, body, 403)
    assert answer.headers["Access-Control-Allow-Origin"] is None


def test_a_page_of_any_shop_may_post_the_form_of_the_hosted_checkout_and_read_nothing(ask):
    answer, _ = ask("POST", "/v1/checkout/embedded", "key_id=1", Origin="http://shop.test")
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, None)
    refused(*ask("POST", "/v1/orders", BODY, Origin="http://shop.test"), 403)


@pytest.mark.parametrize(
    "number",
    [
        "4111111111111111",
        "4111-1111-1111-1111",
        "4111%201111%201111%201111",
        "4111%2D1111%2d1111.1111",
        "4111+1111_1111%09%091111",
        "%34111111111111111",
        "4111/1111/1111/1111",
    ],
)
def test_a_card_number_in_a_path_is_not_logged_however_it_is_written(capsys, number):
    log_access("GET", f"/api/v1/orders/{number}/x", 404, 0.0)
    message = json.loads(capsys.readouterr().out)["message"]
    assert message == "GET /api/v1/orders/…/x 404"


def test_an_ordinary_path_is_logged_as_it_is(capsys):
    path = "/api/v1/orders/order_A1b2C3d4E5f6G7h8"
    log_access("GET", path, 200, 0.0)
    assert json.loads(capsys.readouterr().out)["message"] == f"GET {path} 200"
