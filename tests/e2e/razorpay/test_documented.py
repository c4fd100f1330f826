"""Compares each entity with the answers in the documents of the client for Python, by key and type.

documented.json was made from their JSON: `always` are the keys of every example of an entity, `sometimes` those of some.
"""

import json
from pathlib import Path

import pytest
import requests

from tests.e2e.client import KEY, SECRET

TABLE = json.loads(Path(__file__).with_name("documented.json").read_text())
TYPES = {
    str: "string", bool: "boolean", int: "integer", float: "number", list: "list", dict: "object", type(None): "null",
}  # fmt: skip
# Types that the examples do not show and that the specification of the field allows.
ALSO = {("recon", "order_receipt"): "string", ("recon", "dispute_id"): "string"}


def sandbox(shop, path, body):
    url = f"{shop.base_url}/api/v1/sandbox/{path}"
    return requests.post(url, json=body, auth=(KEY, SECRET), timeout=30).json()


def dispute(shop, payment_id):
    return shop.dispute.fetch(sandbox(shop, "disputes", {"payment_id": payment_id})["id"])


def invoice(shop, _):
    wanted = {
        "customer": {"name": "Asha Rao", "email": "b@example.com"},
        "line_items": [{"name": "Tea", "amount": 500}],
    }
    return shop.invoice.create({"type": "invoice", **wanted})


def webhook(shop, _):
    wanted = {"url": "http://127.0.0.1:9/hook", "events": ["order.paid"], "alert_email": "a@example.com", "secret": "s"}
    made = shop.webhook.create(wanted, "acc_1")
    shop.webhook.delete(made["id"], "acc_1")
    return made


# The entity -> how to get one. The functions take the client and the id of a captured payment.
FOUND = {
    "order": lambda shop, _: shop.order.create({"amount": 500, "receipt": "r-1"}),
    "payment": lambda shop, payment_id: shop.payment.fetch(payment_id),
    "collection": lambda shop, _: shop.payment.all(),
    "refund": lambda shop, payment_id: shop.payment.refund(payment_id, {"amount": 100, "speed": "optimum"}),
    "customer": lambda shop, _: shop.customer.create(
        {"name": "Asha Rao", "email": "a@example.com", "contact": "+919876543210", "fail_existing": "0"}
    ),
    "payment_link": lambda shop, _: shop.payment_link.create(
        {"amount": 500, "callback_url": "http://127.0.0.1:9/back", "callback_method": "get"}
    ),
    "webhook": webhook,
    "dispute": dispute,
    "invoice": invoice,
    "line_item": lambda shop, payment_id: invoice(shop, payment_id)["line_items"][0],
    "item": lambda shop, _: shop.item.create({"name": "Tea", "description": "hot", "amount": 500, "currency": "INR"}),
}


def differences(kind, entity):
    """The missing keys, and the keys whose value has another type than the documented ones."""
    documented = TABLE[kind]["always"] | TABLE[kind]["sometimes"]
    missing = [f"{name} is missing" for name in TABLE[kind]["always"] if name not in entity]
    return missing + [
        f"{name} is {TYPES[type(value)]}, documented: {documented[name]}"
        for name, value in entity.items()
        if name in documented and TYPES[type(value)] not in {*documented[name], ALSO.get((kind, name))}
    ]


@pytest.mark.parametrize("kind", FOUND)
def test_an_entity_has_the_documented_keys_and_types(shop, paid, kind):
    entity = FOUND[kind](shop, paid["razorpay_payment_id"])
    assert differences(kind, entity) == []


def test_a_card_has_the_documented_keys_and_types(shop, order, payer):
    payment_id = payer.pay(order["id"], method="card")["razorpay_payment_id"]
    entity = shop.payment.fetchCardDetails(payment_id)
    # No directory of card numbers is asked.
    assert differences("card", entity) == ["issuer is null, documented: ['string']"]


def test_a_settlement_and_its_report_have_the_documented_keys_and_types(settlement, reported):
    assert differences("settlement", settlement) == []
    lines = reported(settlement)
    assert "payment" in {line["type"] for line in lines}
    assert [found for line in lines if (found := differences("recon", line))] == []


def test_the_comparison_finds_a_missing_key_and_a_wrong_type():
    entity = {"entity": "collection", "items": {}}
    assert differences("collection", entity) == ["count is missing", "items is object, documented: ['list']"]
