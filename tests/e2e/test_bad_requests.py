"""What a caller can get wrong, as a table: request, status, code and the field at fault. Never a 5xx, never another shape."""

import base64
import json

import msgspec
import pytest

from chalicelib.api.shapes.answers import Error
from tests.e2e.client import CARD, CREDENTIALS, KEY, SECRET

BAD, VPA, CARD_ERROR, EXPIRED = "BAD_REQUEST_ERROR", "INVALID_VPA", "INVALID_CARD", "EXPIRED_CARD"
UNKNOWN, REFUSED = "NOT_FOUND_ERROR", "AUTHENTICATION_ERROR"

DEEP = b"[" * 100_000 + b"]" * 100_000

# raw body of POST /api/v1/orders -> the field at fault
ORDERS = {
    b'{"amount": 99}': "amount",
    b'{"amount": 100.0}': "amount",
    b'{"amount": 1e3}': "amount",
    b'{"amount": true}': "amount",
    b'{"amount": "100"}': "amount",
    b'{"amount": null}': "amount",
    b'{"amount": -1}': "amount",
    b'{"amount": 9007199254740992}': "amount",
    b'{"amount": 9223372036854775808}': "amount",
    b'{"amount": ' + b"9" * 400 + b"}": "amount",
    b"{}": "amount",
    b"": "amount",
    b"[]": "amount",
    b"[1]": None,
    b'"text"': None,
    b"null": None,
    b"1": None,
    b'{"amount": 100': None,
    b'{"amount": 100} {}': None,
    b'{"amount": NaN}': None,
    b'{"amount": 100, "receipt": "\xff"}': None,
    b'{"amount": 100, "ignored": "\xff"}': None,
    b'{"amount": 100, "receipt": "\\ud800"}': None,
    b'{"amount": 100, "notes": {"\\udfff": ""}}': None,
    b'{"amount": 100, "ignored": ' + DEEP + b"}": None,
    DEEP: None,
    b'{"amount": 100, "receipt": 1}': "receipt",
    b'{"amount": 100, "receipt": "%s"}' % (b"x" * 256): "receipt",
    b'{"amount": 100, "notes": [1]}': "notes[0]",
    b'{"amount": 100, "notes": {"a": 1}}': "notes.a",
    b'{"amount": 100, "notes": {"a": "%s"}}' % (b"x" * 257): "notes.a",
    json.dumps({"amount": 100, "notes": {str(n): "" for n in range(16)}}).encode(): "notes",
    b'{"amount": 100, "currency": "XXX"}': "currency",
    b'{"amount": 100, "currency": "inr"}': "currency",
    b'{"amount": 100, "currency": null}': "currency",
    b'{"amount": 100, "capture": "later"}': "capture",
    b'{"amount": 100, "capture_within": 59}': "capture_within",
    b'{"amount": 100, "capture_within": 60, "capture": "automatic"}': "capture_within",
    b'{"amount": 100, "expires_at": "2020-01-01"}': "expires_at",
    b'{"amount": 100, "expires_at": "0001-01-01T00:00:00+10:00"}': "expires_at",
    b'{"amount": 100, "expires_at": "9999-12-31"}': "expires_at",
    b'{"amount": 100, "return_url": "javascript:alert(1)"}': "return_url",
    b'{"amount": 100, "return_url": "https://a:b@shop.example/"}': "return_url",
    b'{"amount": 100, "description": "%s"}' % (b"x" * 256): "description",
    b'{"amount": 100, "customer": {"email": 1}}': "customer.email",
    b'{"amount": 100, "notes": {"simulate": "jump"}}': "notes.simulate",
}

# what is wrong with a payment -> code, field
UPI = {"method": "upi", "vpa": "user@paytm"}
PAYMENTS = [
    ({"method": "upi"}, VPA, "vpa"),
    ({"method": "upi", "vpa": None}, VPA, "vpa"),
    ({"method": "upi", "vpa": "userpaytm"}, VPA, "vpa"),
    ({"method": "upi", "vpa": "@paytm"}, VPA, "vpa"),
    ({"method": "upi", "vpa": "user@"}, VPA, "vpa"),
    ({"method": "upi", "vpa": "user@pay-tm"}, VPA, "vpa"),
    ({"method": "upi", "vpa": "user@paytm\n"}, VPA, "vpa"),
    ({"method": "upi", "vpa": "ü@paytm"}, VPA, "vpa"),
    ({"method": "upi", "vpa": "u" * 250 + "@paytm"}, VPA, "vpa"),
    ({"method": "upi", "vpa": 1}, BAD, "vpa"),
    ({"method": "upi", "flow": "push"}, BAD, "flow"),
    ({"method": "upi", "flow": "qr", "vpa": "user@paytm"}, BAD, "vpa"),
    ({"method": "netbanking"}, BAD, "bank"),
    ({"method": "netbanking", "bank": "hdfc"}, BAD, "bank"),
    ({"method": "netbanking", "bank": "HDFC\n"}, BAD, "bank"),
    ({"method": "cash"}, BAD, "method"),
    ({"method": 1}, BAD, "method"),
    ({}, BAD, "method"),
    ({"method": "card"}, CARD_ERROR, "card"),
    ({"method": "card", "card": "4111111111111111"}, BAD, "card"),
    ({"method": "card", "card": {}}, BAD, "card.number"),
    ({"method": "card", "card": CARD | {"number": "4111111111111112"}}, CARD_ERROR, "card.number"),
    ({"method": "card", "card": CARD | {"number": "4111"}}, CARD_ERROR, "card.number"),
    ({"method": "card", "card": CARD | {"number": "4" * 20}}, CARD_ERROR, "card.number"),
    ({"method": "card", "card": CARD | {"number": "4" * 200}}, CARD_ERROR, "card.number"),
    ({"method": "card", "card": CARD | {"number": "٤١١١١١١١١١١١١١١١"}}, CARD_ERROR, "card.number"),
    ({"method": "card", "card": CARD | {"number": 4111111111111111}}, BAD, "card.number"),
    ({"method": "card", "card": CARD | {"expiry_year": "2020"}}, EXPIRED, "card.expiry_month"),
    ({"method": "card", "card": CARD | {"expiry_year": "20"}}, EXPIRED, "card.expiry_month"),
    ({"method": "card", "card": CARD | {"expiry_year": 2**70}}, EXPIRED, "card.expiry_month"),
    ({"method": "card", "card": CARD | {"expiry_month": "13"}}, EXPIRED, "card.expiry_month"),
    ({"method": "card", "card": CARD | {"expiry_month": 0}}, EXPIRED, "card.expiry_month"),
    ({"method": "card", "card": CARD | {"expiry_month": 12.0}}, BAD, "card.expiry_month"),
    ({"method": "card", "card": CARD | {"cvv": "12"}}, CARD_ERROR, "card.cvv"),
    ({"method": "card", "card": CARD | {"cvv": "1234"}}, CARD_ERROR, "card.cvv"),
    ({"method": "card", "card": CARD | {"holder_name": "  "}}, CARD_ERROR, "card.holder_name"),
]

# Ids that are nobody's: of any length, in any script, and what a path must not be mistaken for.
IDS = [
    "order_x",
    "x",
    "%20",
    "%00",
    "%2F",
    "%2e%2e",
    "%25",
    "%ff",
    "é",
    "%F0%9F%98%80",
    "a;b",
    "a" * 1025,
    "a" * 2049,
    "a" * 5000,
]
OBJECTS = [
    "GET orders/{}",
    "GET orders/{}/public",
    "POST orders/{}/cancel",
    "GET orders/{}/payments",
    "GET payments/{}",
    "GET payments/{}/public",
    "GET payments/{}/timeline",
    "POST payments/{}/capture",
    "POST payments/{}/void",
    "POST payments/{}/refunds",
    "GET refunds/{}",
    "GET webhooks/{}",
    "POST webhooks/{}/retry",
    "GET webhook-endpoints/{}",
    "PATCH webhook-endpoints/{}",
    "DELETE webhook-endpoints/{}",
    "POST webhook-endpoints/{}/rotate-secret",
    "POST webhook-endpoints/{}/test",
]


def _cursor(text):
    return base64.urlsafe_b64encode(text).decode()


LISTS = ["orders", "payments", "refunds", "settlements", "webhooks"]
QUERIES = {
    "limit=abc": "limit",
    "limit=0": "limit",
    "limit=101": "limit",
    "limit=": "limit",
    "limit=1.0": "limit",
    "limit=%D9%A1": "limit",
    "limit=5&limit=-5": "limit",
    "offset=-1": "offset",
    "offset=x": "offset",
    "cursor=junk": "cursor",
    "cursor=%ff": "cursor",
    f"cursor={'A' * 3000}": "cursor",
    f"cursor={_cursor(b'2026-01-01T00:00:00.000000Z')}": "cursor",
    f"cursor={_cursor(b'2026-01-01T00:00:00.000000Z ' + b'x' * 65)}": "cursor",
    "from=yesterday": "from",
    "to=2026-13-01": "to",
    "to=9999-12-31T23:59:59-10:00": "to",
    "status=junk": "status",
    "sort=created_at": "sort",
}


def basic(pair):
    return {"Authorization": "Basic " + base64.b64encode(pair).decode()}


STRANGERS = [
    {},
    {"X-Api-Key": KEY},
    {"X-Api-Key": KEY, "X-Api-Secret": ""},
    {"X-Api-Key": "", "X-Api-Secret": SECRET},
    {"X-Api-Key": "key_unknown", "X-Api-Secret": SECRET},
    {"X-Api-Key": "k" * 5000, "X-Api-Secret": SECRET},
    {"X-Api-Key": KEY, "X-Api-Secret": "é".encode("latin-1")},
    basic(b""),
    basic(b":"),
    basic(KEY.encode()),
    basic(f"{KEY}:{SECRET}:".encode()),
    basic(b"\xff:\xff"),
    {"Authorization": "Basic"},
    {"Authorization": "Basic !!!"},
    {"Authorization": "Basic é".encode("latin-1")},
    {"Authorization": "Digest x"},
    {"Authorization": "Bearer"},
    {"Authorization": "Bearer sess_unknown"},
    {"Authorization": "Bearer é".encode("latin-1")},
]


def check(response, status, code, name=None):
    """The one shape of every error, with nothing else in it."""
    assert response.status_code == status, response.text
    error = msgspec.json.decode(response.content, type=Error).error
    assert error.code == code
    if name:
        assert error.field == name
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["X-Request-Id"] == error.request_id
    return error


@pytest.mark.parametrize(("data", "name"), ORDERS.items(), ids=lambda part: repr(part)[:50])
def test_a_bad_order_is_refused_with_the_field_at_fault(client, data, name):
    check(client.post("/api/v1/orders", data=data), 400, BAD, name)


@pytest.mark.parametrize(("body", "code", "name"), PAYMENTS, ids=lambda part: repr(part)[:60])
@pytest.mark.parametrize("path", ["/api/v1/payments", "/api/v1/payments/public"])
def test_a_bad_payment_is_refused_and_leaves_the_order_payable(client, order_id, path, body, code, name):
    check(client.post(path, {"order_id": order_id, "key": KEY} | body), 400, code, name)

    assert client.get(f"/api/v1/orders/{order_id}").json()["attempts"] == 0


@pytest.fixture(scope="module")
def order_id(client):
    return client.order()["id"]


@pytest.mark.parametrize("order_id", ["", "order_unknown", "x" * 5000, "é", "\0"])
def test_a_payment_for_an_unknown_order_is_404(client, order_id):
    check(client.post("/api/v1/payments", {"order_id": order_id} | UPI), 404, UNKNOWN)


@pytest.mark.parametrize("key", ["", "key_unknown", "k" * 5000])
def test_a_public_payment_with_a_wrong_key_is_401(client, order_id, key):
    check(client.post("/api/v1/payments/public", {"order_id": order_id, "key": key} | UPI), 401, REFUSED)


def test_the_texts_of_errors_are_the_contracts(client):
    order_id = client.order()["id"]
    told = {
        "VPA format invalid": {"method": "upi", "vpa": "x"},
        "Card validation failed": {"method": "card", "card": CARD | {"number": "4111111111111112"}},
        "Card expiry date invalid": {"method": "card", "card": CARD | {"expiry_year": "2020"}},
    }
    for description, body in told.items():
        error = client.post("/api/v1/payments", {"order_id": order_id} | body).json()["error"]
        assert error["description"] == description

    refusal = client.anonymous().get("/api/v1/orders").json()["error"]
    assert refusal["description"] == "Invalid API credentials"


@pytest.mark.parametrize("unknown", IDS, ids=lambda text: text[:20])
@pytest.mark.parametrize("request_line", OBJECTS)
def test_an_unknown_id_is_404_whatever_it_is(client, request_line, unknown):
    method, path = request_line.split(" ")
    body = None if method in {"GET", "DELETE"} else {"amount": 100}

    check(client.ask(method, f"/api/v1/{path.format(unknown)}", body), 404, UNKNOWN)


@pytest.mark.parametrize(("query", "name"), QUERIES.items(), ids=lambda text: text[:30])
@pytest.mark.parametrize("rows", LISTS)
def test_a_bad_query_is_refused_with_the_parameter_at_fault(client, rows, query, name):
    check(client.get(f"/api/v1/{rows}?{query}"), 400, BAD, name)


@pytest.mark.parametrize("query", ["from=2026-02-01&to=2026-01-01", "offset=99999999999", "to=0001-01-01"])
@pytest.mark.parametrize("rows", LISTS)
def test_what_no_row_can_match_is_an_empty_list(client, rows, query):
    response = client.get(f"/api/v1/{rows}?{query}")

    assert response.status_code == 200
    assert response.json()["data"] == []
    assert response.json()["next_cursor"] is None


@pytest.mark.parametrize(
    "query",
    [
        "from=x", "to=0001-01-01&from=2026-01-01", "from=2026-02-01&to=2026-01-01", "from=0001-01-01",
        "from=2026-11-27T00:00:00%2B05:30&to=2026-11-27T23:59:59%2B05:30",
    ],
)  # fmt: skip
def test_a_bad_period_of_the_statistics_is_refused(client, query):
    check(client.get(f"/api/v1/dashboard/stats?{query}"), 400, BAD, "from")


@pytest.mark.parametrize("headers", STRANGERS, ids=lambda headers: repr(headers)[:60])
def test_a_stranger_is_refused(client, headers):
    check(client.anonymous().get("/api/v1/orders", headers=headers), 401, REFUSED)


@pytest.mark.parametrize("headers", [CREDENTIALS, basic(f"{KEY}:{SECRET}".encode())], ids=["headers", "basic"])
def test_the_pair_comes_in_by_headers_and_by_basic(client, headers):
    assert client.anonymous().get("/api/v1/orders", headers=headers).status_code == 200
