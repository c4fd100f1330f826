import pytest
from razorpay.errors import BadRequestError

UNKNOWN = r"^The id provided does not exist$"


@pytest.fixture
def customer(shop):
    return shop.customer.create({"name": "Asha Rao"})


def test_a_customer_has_no_saved_instrument(shop, customer):
    assert shop.token.all(customer["id"]) == {"entity": "collection", "count": 0, "items": []}


def test_an_unknown_customer_has_no_list(shop):
    with pytest.raises(BadRequestError, match=UNKNOWN):
        shop.token.all("cust_0000000000000000")


@pytest.mark.parametrize("call", ["fetch", "delete", "cancel"])
def test_no_token_is_known(shop, customer, call):
    with pytest.raises(BadRequestError, match=UNKNOWN):
        getattr(shop.token, call)(customer["id"], "token_0000000000000000")
