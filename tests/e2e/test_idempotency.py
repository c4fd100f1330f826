"""The same Idempotency-Key gets the first answer again; nothing happens twice."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from tests.e2e.client import CARD, KEY
from tests.e2e.test_bad_requests import check

UPI = {"method": "upi", "vpa": "user@paytm"}


def _requests(client):
    """One of each POST that creates or moves money: path, body, another body that would do as well."""
    orders = [client.order()["id"] for _ in range(3)]
    to_capture, to_refund = client.paid()["id"], client.paid()["id"]
    card = {"method": "card", "card": CARD}
    return {
        "order": ("/api/v1/orders", {"amount": 100}, {"amount": 200}),
        "payment": ("/api/v1/payments", {"order_id": orders[0]} | UPI, {"order_id": orders[1]} | UPI),
        "public payment": (
            "/api/v1/payments/public",
            {"order_id": orders[2], "key": KEY} | card,
            {"order_id": orders[1], "key": KEY} | card,
        ),
        "capture": (f"/api/v1/payments/{to_capture}/capture", {"amount": 50000}, {"amount": 49999}),
        "refund": (f"/api/v1/payments/{to_refund}/refunds", {"amount": 100}, {"amount": 200}),
    }


@pytest.fixture(scope="module")
def money_moving(client):
    return _requests(client)


@pytest.mark.parametrize("what", ["order", "payment", "public payment", "capture", "refund"])
def test_a_repeat_is_answered_byte_for_byte_and_another_body_is_refused(client, money_moving, what):
    path, body, another = money_moving[what]
    key = {"Idempotency-Key": str(uuid4())}

    first, second = (client.post(path, body, headers=key) for _ in range(2))

    assert first.ok
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    check(client.post(path, another, headers=key), 422, "IDEMPOTENCY_ERROR")


def test_a_key_that_is_empty_is_none(client):
    ids = {client.post("/api/v1/orders", {"amount": 100}, headers={"Idempotency-Key": ""}).json()["id"] for _ in "ab"}

    assert len(ids) == 2


def test_a_key_has_at_most_255_characters(client):
    longest = client.post("/api/v1/orders", {"amount": 100}, headers={"Idempotency-Key": "k" * 255})
    longer = client.post("/api/v1/orders", {"amount": 100}, headers={"Idempotency-Key": "k" * 256})

    assert longest.status_code == 201
    check(longer, 400, "BAD_REQUEST_ERROR", "Idempotency-Key")


def test_a_request_that_failed_leaves_its_key_free(client):
    order_id, key = client.order()["id"], {"Idempotency-Key": str(uuid4())}

    refused = client.post("/api/v1/payments", {"order_id": order_id, "method": "upi", "vpa": "x"}, headers=key)
    accepted = client.post("/api/v1/payments", {"order_id": order_id} | UPI, headers=key)

    assert (refused.status_code, accepted.status_code) == (400, 201)


def test_a_key_belongs_to_a_path(client):
    key = {"Idempotency-Key": str(uuid4())}
    order = client.post("/api/v1/orders", {"amount": 100}, headers=key).json()

    assert client.post("/api/v1/payments", {"order_id": order["id"]} | UPI, headers=key).status_code == 201


@pytest.mark.parametrize(("action", "body"), [("capture", {"amount": 50000}), ("refunds", {"amount": 100})])
def test_a_key_belongs_to_one_payment_and_another_payment_with_it_is_moved_too(client, action, body):
    key, payments = {"Idempotency-Key": str(uuid4())}, [client.paid()["id"] for _ in range(2)]

    answers = [client.post(f"/api/v1/payments/{payment}/{action}", body, headers=key) for payment in payments]

    assert all(answer.ok and "Idempotent-Replayed" not in answer.headers for answer in answers)
    shown = [client.get(f"/api/v1/payments/{payment}").json() for payment in payments]
    assert len({(each["captured"], each["amount_refunded"]) for each in shown}) == 1
    assert shown[1]["captured"] or shown[1]["amount_refunded"] == 100


def test_twenty_equal_requests_at_once_make_one_payment(client):
    order_id, key = client.order()["id"], {"Idempotency-Key": str(uuid4())}

    def pay(_):
        return client.post("/api/v1/payments", {"order_id": order_id} | UPI, headers=key)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(pay, range(20)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 19
    assert client.get(f"/api/v1/payments?order_id={order_id}").json()["total"] == 1


def test_of_two_payments_for_one_order_at_once_one_is_refused(client):
    for _ in range(10):
        order_id = client.order()["id"]

        def pay(_, body={"order_id": order_id} | UPI):  # bound to this order
            return client.post("/api/v1/payments", body).status_code

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(pay, range(2))) == [201, 400]


def test_a_capture_happens_once_however_many_ask(client):
    payment = client.paid()

    def capture(_):
        return client.post(f"/api/v1/payments/{payment['id']}/capture", {"amount": 50000}).status_code

    with ThreadPoolExecutor(10) as pool:
        assert sorted(pool.map(capture, range(10))) == [200] + [400] * 9


def test_refunds_at_once_never_exceed_the_payment(client):
    payment = client.paid(1000)

    def refund(_):
        return client.post(f"/api/v1/payments/{payment['id']}/refunds", {"amount": 300}).status_code

    with ThreadPoolExecutor(10) as pool:
        assert sorted(pool.map(refund, range(10))) == [201] * 3 + [400] * 7
    assert client.get(f"/api/v1/payments/{payment['id']}").json()["amount_refunded"] == 900
