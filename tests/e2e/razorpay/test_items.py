import secrets

import pytest
from razorpay.errors import BadRequestError

FIELDS = {
    "id", "active", "name", "description", "amount", "unit_amount", "currency", "type", "unit", "tax_inclusive",
    "hsn_code", "sac_code", "tax_rate", "tax_id", "tax_group_id", "created_at",
}  # fmt: skip


@pytest.fixture
def item(shop):
    return shop.item.create({"name": f"Tea {secrets.token_hex(4)}", "amount": 20000, "currency": "INR"})


def test_an_item_is_made_fetched_listed_and_edited(shop, item):
    assert item.keys() == FIELDS
    assert (item["active"], item["unit_amount"], item["description"]) == (True, 20000, None)
    assert shop.item.fetch(item["id"]) == item
    assert item in shop.item.all({"count": 100})["items"]
    changed = {"amount": 25000, "description": "with milk"}
    assert shop.item.edit(item["id"], changed) == {**item, **changed, "unit_amount": 25000}


def test_items_are_listed_by_whether_they_are_active(shop, item):
    inactive = shop.item.edit(item["id"], {"active": False})

    assert not inactive["active"]
    assert inactive in shop.item.all({"active": 0, "count": 100})["items"]
    assert inactive not in shop.item.all({"active": 1, "count": 100})["items"]


def test_a_deleted_item_is_unknown(shop, item):
    assert shop.item.delete(item["id"]) == []

    for ask in (shop.item.fetch, shop.item.delete, lambda item_id: shop.item.edit(item_id, {"amount": 30000})):
        with pytest.raises(BadRequestError, match=r"^The id provided does not exist$"):
            ask(item["id"])


@pytest.mark.parametrize("body", [{"amount": 20000}, {"name": "Tea"}, {"name": "Tea", "amount": 99}])
def test_an_item_needs_a_name_and_an_amount(shop, body):
    with pytest.raises(BadRequestError):
        shop.item.create(body)
