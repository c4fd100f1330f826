import secrets

import pytest
from razorpay.errors import BadRequestError


@pytest.fixture
def details():
    return {"name": "Asha Rao", "email": f"{secrets.token_hex(6)}@example.com", "contact": "+919876543210"}


def test_a_customer_is_made_fetched_listed_and_edited(shop, details):
    made = shop.customer.create({**details, "notes": {"vip": "1"}})

    assert made.keys() == {"id", "entity", "name", "email", "contact", "gstin", "notes", "created_at"}
    assert shop.customer.fetch(made["id"]) == made
    assert made in shop.customer.all({"count": 100})["items"]
    assert shop.customer.edit(made["id"], {"name": "Asha R Rao"}) == {**made, "name": "Asha R Rao"}


def test_a_customer_is_not_made_twice(shop, details):
    made = shop.customer.create(details)

    with pytest.raises(BadRequestError, match=r"^Customer already exists for the merchant$"):
        shop.customer.create(details)
    for off in ("0", 0, False):
        assert shop.customer.create({**details, "fail_existing": off}) == made


def test_the_details_of_a_customer_who_has_others_now_make_another(shop, details):
    made = shop.customer.create(details)
    shop.customer.edit(made["id"], {"email": f"new-{details['email']}"})

    assert shop.customer.create(details)["id"] != made["id"]


def test_an_order_takes_its_payers_details_from_its_customer(shop, payer, details):
    customer = shop.customer.create(details)
    order = shop.order.create({"amount": 500, "customer_id": customer["id"]})

    payment = shop.payment.fetch(payer.pay(order["id"])["razorpay_payment_id"])
    assert (payment["customer_id"], payment["email"]) == (customer["id"], details["email"])


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"contact": "1234567"}, "Contact number should be at least 8 digits, including country code"),
        ({"name": "ab"}, "The name must be at least 3 characters."),
        ({"name": "a" * 51}, "name: the length must be no more than 50."),
        ({"email": "nobody"}, "The email must be a valid email address."),
    ],
)
def test_a_wrong_customer_is_refused(shop, details, wrong, sentence):
    with pytest.raises(BadRequestError, match=f"^{sentence}$"):
        shop.customer.create({**details, **wrong})
