"""What the clients of other languages write on the wire, and what must never come back: anything but JSON."""

import pytest
import razorpay
import requests
from razorpay.errors import BadRequestError

from tests.e2e.client import KEY, SECRET

ERROR = {"code", "description", "source", "step", "reason", "metadata"}


@pytest.fixture
def ask(gateway_url):
    def send(method, path, *, auth=(KEY, SECRET), **how):
        return requests.request(method, gateway_url + path, auth=auth, timeout=30, **how)

    return send


@pytest.mark.parametrize("label", ["application/json", "application/x-www-form-urlencoded", "text/plain", "a/b, c/d"])
@pytest.mark.parametrize("body", ['{"amount": 500, "notes": {"a": "b"}}', "amount=500&notes[a]=b"])
def test_a_body_is_read_whatever_its_label_says(ask, label, body):
    answer = ask("POST", "/v1/orders", data=body, headers={"Content-Type": label})

    assert (answer.status_code, answer.json()["notes"]) == (200, {"a": "b"})


@pytest.mark.parametrize("body", ["", "null", "{}", "[]", "\ufeff{}"])
def test_a_body_without_parameters_has_none_in_every_spelling(ask, body):
    answer = ask("POST", "/v1/orders", data=body.encode())

    assert answer.json()["error"]["description"] == "The amount field is required."


@pytest.mark.parametrize("body", ["{", '{"amount":', "[1]", '"text', b"\xff\xfe"])
def test_a_body_that_cannot_be_read_is_refused(ask, body):
    answer = ask("POST", "/v1/orders", data=body)

    assert answer.status_code == 400
    assert answer.json()["error"].keys() >= ERROR


@pytest.mark.parametrize("path", ["/v1/orders/", "/v1//orders", "/v1/orders/?", "/v1/orders?expand[]=transfers&status"])
def test_a_path_is_found_with_spare_slashes(ask, path):
    assert ask("GET", path).json()["entity"] == "collection"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1"), ("GET", "/v1/"), ("GET", "/v1/nothing"), ("DELETE", "/v1/orders"), ("POST", "/v1/transfers"),
     ("GET", "/v1/orders/a/b/c/d/e/f/g"), ("GET", "/v2/nothing"), ("PUT", "/methods")],
)  # fmt: skip
def test_an_unknown_path_or_method_is_refused_in_json(ask, method, path):
    answer = ask(method, path)

    assert answer.json()["error"]["description"] == "The requested URL was not found on the server."
    assert answer.json()["error"]["code"] == "BAD_REQUEST_ERROR"


@pytest.mark.parametrize("auth", [None, (KEY, "wrong"), ("rzp_test_nobody", SECRET), (KEY, "")])
def test_a_wrong_pair_is_refused(ask, auth):
    answer = ask("GET", "/v1/orders", auth=auth)

    assert answer.status_code == 401
    assert answer.json()["error"]["description"] == "Authentication failed"


def test_the_client_raises_its_own_error_for_a_wrong_pair(gateway_url):
    with pytest.raises(BadRequestError, match=r"^Authentication failed$"):
        razorpay.Client(auth=(KEY, "wrong"), base_url=gateway_url).order.all()


def test_an_error_has_the_documented_fields(ask):
    error = ask("POST", "/v1/orders", json={"amount": "x"}).json()["error"]

    assert error == {
        "code": "BAD_REQUEST_ERROR", "description": "The amount must be an integer.", "field": "amount", "metadata": {},
        "source": "business", "step": "payment_initiation", "reason": "input_validation_failed",
    }  # fmt: skip


def test_a_body_that_is_too_large_is_refused_in_json(ask):
    answer = ask("POST", "/v1/orders", data=b"a=" + b"b" * 1024 * 1024)

    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "BAD_REQUEST_ERROR"


def test_unknown_headers_and_parameters_are_ignored(ask):
    headers = {"X-Razorpay-Account": "acc_1", "X-Razorpay-Anything": "1"}

    assert ask("POST", "/v1/orders", json={"amount": 500, "method": "upi", "x": 1}, headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/methods", "/v1/methods", "/v1/preferences"])
@pytest.mark.parametrize("how", [{"auth": (KEY, "")}, {"auth": None, "params": {"key_id": KEY}}])
def test_a_page_asks_with_its_key_alone(ask, path, how):
    answer = ask("GET", path, **how).json()

    assert answer.get("methods", answer)["upi"] is True


def test_preferences_show_the_order_that_will_be_paid(ask):
    order = ask("POST", "/v1/orders", json={"amount": 500}).json()
    shown = ask("GET", "/v1/preferences", auth=None, params={"key_id": KEY, "order_id": order["id"]}).json()

    assert (shown["order"]["amount_due"], shown["mode"]) == (500, "test")


def test_a_list_is_bounded_by_seconds_that_are_included(ask):
    made = ask("POST", "/v1/orders", json={"amount": 500}).json()
    moment = made["created_at"]

    def ids(**query):
        return [each["id"] for each in ask("GET", "/v1/orders", params={"count": 100, **query}).json()["items"]]

    assert made["id"] in ids(**{"from": moment, "to": moment})
    assert made["id"] not in ids(to=moment - 1)
