"""HTTP around the resources: methods, media types, sizes, preflight, request ids."""

import gzip
import http.client
import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.e2e.test_bad_requests import check


@pytest.mark.parametrize(
    "path", ["/", "/nope", "/api/v1", "/api/v1/nope", "/API/v1/orders", "/api/v1/orders/a/b/c", "/health/x"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_path_is_404(client, method, path):
    check(client.ask(method, path), 404, "NOT_FOUND_ERROR")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_a_method_that_the_path_does_not_have_is_405(client, method):
    response = client.ask(method, "/api/v1/orders")

    check(response, 405, "BAD_REQUEST_ERROR")
    assert set(response.headers["Allow"].split(", ")) >= {"GET", "POST"}


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_a_body_that_is_not_declared_as_json_is_415(client, kind):
    check(client.post("/api/v1/orders", data=b"amount=100", headers={"Content-Type": kind}), 415, "BAD_REQUEST_ERROR")


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_may_be_declared_with_a_charset_and_in_any_case(client, kind):
    assert client.post("/api/v1/orders", data=b'{"amount":100}', headers={"Content-Type": kind}).status_code == 201


def test_a_body_of_two_megabytes_is_413(client):
    check(client.post("/api/v1/orders", data=b'{"amount":100,"x":"%s"}' % (b"x" * 2_000_000)), 413, "BAD_REQUEST_ERROR")


def test_a_body_just_below_the_limit_is_taken(client):
    assert client.post("/api/v1/orders", data=b'{"amount":100,"x":"%s"}' % (b"x" * 1_000_000)).status_code == 201


@pytest.mark.parametrize("path", ["/health", "/api/v1/orders"])
def test_head_is_get_without_the_body(client, path):
    head, get = client.ask("HEAD", path), client.get(path)

    assert head.status_code == get.status_code == 200
    assert head.content == b""
    assert head.headers["Content-Type"] == "application/json"
    assert client.get(path).status_code == 200  # the connection is still in step


@pytest.fixture
def page(gateway):
    """The origin of a page that may call the API: locally our own ones alone."""
    return gateway.dashboard or "https://shop.example"


def test_a_preflight_allows_the_headers_of_the_api_without_credentials(client, page):
    asked = {"Origin": page, "Access-Control-Request-Method": "POST"}

    response = client.anonymous().ask("OPTIONS", "/api/v1/orders", headers=asked)

    assert response.status_code == 200
    allowed = set(response.headers["Access-Control-Allow-Headers"].split(","))
    assert allowed >= {"X-Api-Key", "X-Api-Secret", "Authorization", "Idempotency-Key", "Content-Type"}
    assert set(response.headers["Access-Control-Allow-Methods"].split(",")) >= {"GET", "POST"}
    assert response.headers["Access-Control-Allow-Origin"] in {"*", page}
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/v1/orders", 200), ("GET", "/api/v1/orders/x", 404), ("GET", "/x", 404), ("PUT", "/health", 405)],
)
def test_every_answer_can_be_read_by_the_page_that_asked(client, page, method, path, status):
    response = client.ask(method, path, headers={"Origin": page})

    assert response.status_code == status
    assert response.headers["Access-Control-Allow-Origin"] in {"*", page}
    assert "X-Request-Id" in response.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(("part", "path"), [("api", "/health"), ("dashboard", "/"), ("checkout", "/checkout")])
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_localhost_answers_in_both_families(gateway, part, path, host):
    if "GATEWAY_URL" in os.environ:
        pytest.skip("where else it listens is not for this test to know")
    connection = http.client.HTTPConnection(host, urlsplit(getattr(gateway, part)).port, timeout=10)
    try:
        connection.request("GET", path)
    except OSError:
        if host == "::1" and not Path("/proc/net/if_inet6").exists():
            pytest.skip("this machine has no IPv6")
        raise
    assert connection.getresponse().status == 200
    connection.close()


def test_a_401_asks_for_credentials(client):
    headers = client.anonymous().get("/api/v1/orders").headers
    # API Gateway keeps the header's own name for itself.
    asked = headers.get("WWW-Authenticate") or headers.get("X-Amzn-Remapped-WWW-Authenticate")
    assert asked == 'Basic realm="payment-gateway"'


def test_a_body_of_unknown_length_is_taken(client):
    assert client.post("/api/v1/orders", data=iter([b'{"amount":', b"100}"])).status_code == 201


def test_a_compressed_body_is_taken(client):
    packed = gzip.compress(b'{"amount":100}')
    assert client.post("/api/v1/orders", data=packed, headers={"Content-Encoding": "gzip"}).status_code == 201


def test_a_request_id_is_taken_from_the_caller_if_it_is_sane(client):
    assert client.get("/health", headers={"X-Request-Id": "trace-1"}).headers["X-Request-Id"] == "trace-1"
    assert client.get("/health", headers={"X-Request-Id": "x y"}).headers["X-Request-Id"] != "x y"
    assert client.get("/health", headers={"X-Request-Id": "x" * 65}).headers["X-Request-Id"] != "x" * 65


def test_answers_are_never_cached(client):
    assert client.get("/api/v1/orders").headers["Cache-Control"] == "no-store"


def test_of_repeated_fields_and_parameters_the_last_counts(client):
    assert client.post("/api/v1/orders", data=b'{"amount":100,"amount":200}').json()["amount"] == 200
    assert client.get("/api/v1/orders?limit=1&limit=2").json()["limit"] == 2


def test_text_comes_back_as_it_was_sent(client):
    text = 'a\0b\t"\\\u2028é😀<script>'

    order = client.order(receipt=text, notes={text: text})

    assert order["receipt"] == text
    assert client.get(f"/api/v1/orders/{order['id']}").json()["notes"] == {text: text}


def test_a_percent_encoded_id_is_the_id(client):
    order_id = client.order()["id"]

    assert client.get("/api/v1/orders/" + order_id.replace("_", "%5F")).json()["id"] == order_id
    assert client.get(f"/api/v1/orders/{order_id}/").json()["id"] == order_id


def test_a_request_line_that_is_no_http_gets_an_answer_of_the_same_shape(gateway_url):
    connection = http.client.HTTPConnection(urlsplit(gateway_url).netloc, timeout=10)
    connection.putrequest("GET", "/health")
    connection.putheader("Content-Length", "many")
    connection.endheaders()

    assert connection.getresponse().status == 400
