import pytest
from razorpay.errors import BadRequestError

ORDER = {
    "id": str, "entity": str, "amount": int, "amount_paid": int, "amount_due": int, "currency": str, "receipt": str,
    "offer_id": type(None), "status": str, "attempts": int, "notes": dict, "created_at": int,
}  # fmt: skip


def test_an_order_has_the_documented_fields_and_no_others(order):
    assert {name: type(value) for name, value in order.items()} == ORDER
    assert (order["entity"], order["status"], order["amount_due"]) == ("order", "created", 50000)


def test_an_order_without_notes_has_an_empty_list(shop):
    assert shop.order.create({"amount": "50000"})["notes"] == []


def test_an_order_is_fetched_listed_and_annotated(shop, order):
    assert shop.order.fetch(order["id"]) == order
    page = shop.order.all({"receipt": "r-1", "count": 1})
    assert page == {"entity": "collection", "count": 1, "items": [order]}
    edited = shop.order.edit(order["id"], {"notes": {"table": "8"}})
    assert edited == {**order, "notes": {"table": "8"}}


def test_an_order_is_paid_by_an_automatic_capture(shop, order, paid):
    shown = shop.order.fetch(order["id"])

    assert (shown["status"], shown["amount_paid"], shown["amount_due"], shown["attempts"]) == ("paid", 50000, 0, 1)
    assert shop.order.payments(order["id"])["items"][0]["id"] == paid["razorpay_payment_id"]


def test_a_failed_payment_counts_as_an_attempt(shop, order, payer):
    assert payer.ask(order["id"], vpa="failure@razorpay").status_code == 400

    shown = shop.order.fetch(order["id"])
    assert (shown["status"], shown["attempts"], shown["amount_due"]) == ("attempted", 1, 50000)


@pytest.mark.parametrize("spelling", ["expand[]", "expand[0]", "expand", "expand[expand]"])
def test_an_order_shows_its_payments_in_every_spelling_of_expand(shop, order, paid, spelling):
    items = shop.order.all({"receipt": "r-1", spelling: "payments"})["items"]

    mine = next(each for each in items if each["id"] == order["id"])
    assert [each["id"] for each in mine["payments"]["items"]] == [paid["razorpay_payment_id"]]


def test_orders_are_listed_by_whether_a_payment_was_authorised(shop, order, payer):
    later = shop.order.create({"amount": 100, "receipt": "r-1"})
    payer.pay(order["id"])

    def ids(authorized):
        return {each["id"] for each in shop.order.all({"authorized": authorized, "count": 100})["items"]}

    assert order["id"] in ids(1) - ids(0)
    assert later["id"] in ids(0) - ids(1)


def test_a_page_begins_after_the_skipped_rows(shop):
    made = [shop.order.create({"amount": 100})["id"] for _ in range(3)]

    assert [each["id"] for each in shop.order.all({"count": 2, "skip": 1})["items"]] == [made[1], made[0]]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"amount": 99}, "Order amount less than minimum amount allowed"),
        ({"amount": None}, "The amount field is required."),
        ({"amount": 100.5}, "The amount must be an integer."),
        ({"amount": "500.5"}, "The amount must be an integer."),
        ({"amount": "abc"}, "The amount must be an integer."),
        ({"amount": {"amount": 1}}, "The amount must be an integer."),
        ({"amount": 10**17}, "Amount exceeds maximum amount allowed."),
        ({"currency": "XXY"}, "Currency is not supported"),
        ({"receipt": "r" * 41}, "receipt: the length must be no more than 40."),
        ({"notes": "text"}, "Notes should be provided as a dictionary"),
        ({"notes": {str(n): "x" for n in range(16)}}, "notes may have no more than 15 keys"),
        ({"partial_payment": 1, "payment_capture": 0}, "An order that is paid in parts is captured automatically."),
        ({"partial_payment": 1, "first_payment_min_amount": 501}, "The first part must be between 100 and the amount."),
    ],
)
def test_a_wrong_order_is_refused_in_the_known_words(shop, wrong, sentence):
    with pytest.raises(BadRequestError, match=f"^{sentence}$"):
        shop.order.create({"amount": 500, "currency": "INR", **wrong})


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"count": 101}, "The count may not be greater than 100."),
        ({"from": 1}, "from must be between 946684800 and 4765046400"),
        ({"to": 4765046401}, "to must be between 946684800 and 4765046400"),
    ],
)
def test_a_wrong_page_is_refused_in_the_known_words(shop, query, sentence):
    with pytest.raises(BadRequestError, match=sentence):
        shop.order.all(query)


@pytest.fixture
def in_parts(shop):
    return shop.order.create({"amount": 50000, "partial_payment": True, "first_payment_min_amount": 20000})


def test_an_order_is_paid_in_parts_and_paid_once_they_make_up_its_amount(shop, payer, client, in_parts):
    assert in_parts.keys() == ORDER.keys()
    shown = []
    for amount in (20000, 10000, None):
        payer.pay(in_parts["id"], amount=amount)
        shown.append(shop.order.fetch(in_parts["id"]))

    told = [(each["status"], each["amount_paid"], each["amount_due"], each["attempts"]) for each in shown]
    assert told == [("attempted", 20000, 30000, 1), ("attempted", 30000, 20000, 2), ("paid", 50000, 0, 3)]
    payments = shop.order.payments(in_parts["id"])["items"]
    assert [(each["amount"], each["status"]) for each in payments] == [
        (20000, "captured"),
        (10000, "captured"),
        (20000, "captured"),
    ]
    of_native = client.get(f"/api/v1/orders/{in_parts['id']}").json()
    assert (of_native["status"], of_native["amount_paid"], of_native["amount_due"]) == ("paid", 50000, 0)


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        (50001, "Payment amount is greater than the amount due for order."),
        (19999, "Payment amount must be at least 20000."),
    ],
)
def test_a_part_that_the_order_does_not_take_is_refused(shop, in_parts, amount, sentence):
    asked = {
        "amount": amount,
        "currency": "INR",
        "order_id": in_parts["id"],
        "method": "upi",
        "vpa": "success@razorpay",
    }
    with pytest.raises(BadRequestError, match=f"^{sentence}$"):
        shop.payment.createPaymentJson(asked)
    assert shop.order.fetch(in_parts["id"])["attempts"] == 0


def test_a_part_is_refunded_by_itself_and_the_order_stays_as_it_is(shop, payer, in_parts):
    payment_id = payer.pay(in_parts["id"], amount=20000)["razorpay_payment_id"]

    with pytest.raises(BadRequestError, match=r"^The refund amount provided is greater than amount captured.$"):
        shop.payment.refund(payment_id, {"amount": 20001})
    assert shop.payment.refund(payment_id, {})["amount"] == 20000
    assert shop.order.fetch(in_parts["id"])["amount_paid"] == 20000


def test_an_order_of_one_api_is_an_order_of_the_other(shop, order, client):
    assert client.get(f"/api/v1/orders/{order['id']}").json()["capture"] == "automatic"
    assert shop.order.fetch(client.order()["id"])["status"] == "created"
