import time

import pytest
from razorpay.errors import BadRequestError

from tests.e2e.client import KEY

LINES = [{"name": "Tea", "amount": 500, "quantity": 3}, {"name": "Cake", "amount": 700, "description": "sweet"}]
REFUSED = r"^Operation not allowed for Invoice in {} status\.$"


@pytest.fixture
def customer(shop):
    return shop.customer.create({"name": "Asha Rao", "email": "asha.rao@example.com", "fail_existing": "0"})


@pytest.fixture
def make(shop, customer):
    def made(**more):
        return shop.invoice.create({"type": "invoice", "customer_id": customer["id"], "line_items": LINES, **more})

    return made


def refused(status):
    return pytest.raises(BadRequestError, match=REFUSED.format(status))


def test_an_invoice_is_issued_for_the_sum_of_its_lines(shop, make, customer):
    invoice = make(receipt="r-7", description="A bill", notes={"table": "7"}, sms_notify=1)

    assert (invoice["status"], invoice["amount"], invoice["amount_due"], invoice["amount_paid"]) == (
        "issued",
        2200,
        2200,
        0,
    )
    assert [(each["amount"], each["quantity"], each["net_amount"]) for each in invoice["line_items"]] == [
        (500, 3, 1500),
        (700, 1, 700),
    ]
    assert (invoice["customer_id"], invoice["customer_details"]["customer_name"]) == (customer["id"], "Asha Rao")
    assert (invoice["sms_status"], invoice["email_status"]) == ("pending", None)
    order = shop.order.fetch(invoice["order_id"])
    assert (order["amount"], order["receipt"], order["notes"]) == (2200, "r-7", {"table": "7"})
    assert invoice["short_url"].endswith(f"/checkout?order_id={order['id']}&key={KEY}")


def test_an_invoice_is_paid_by_its_order(shop, make, payer):
    invoice = make()
    paid = payer.pay(invoice["order_id"])

    shown = shop.invoice.fetch(invoice["id"])

    assert (shown["status"], shown["amount_paid"], shown["amount_due"]) == ("paid", 2200, 0)
    assert shown["payment_id"] == paid["razorpay_payment_id"]
    assert shown["paid_at"] >= shown["issued_at"]
    assert shop.invoice.all({"payment_id": shown["payment_id"]})["items"] == [shown]
    with refused("paid"):
        shop.invoice.cancel(invoice["id"])


def test_a_draft_has_no_order_until_it_is_issued_once(shop, make):
    draft = make(draft="1")
    assert (draft["status"], draft["order_id"], draft["short_url"], draft["issued_at"]) == ("draft", None, None, None)
    with refused("draft"):
        shop.invoice.cancel(draft["id"])

    issued = shop.invoice.issue(draft["id"])

    assert (issued["status"], shop.order.fetch(issued["order_id"])["amount"]) == ("issued", 2200)
    with refused("issued"):
        shop.invoice.issue(draft["id"])


def test_a_draft_is_edited_whole(shop, make):
    draft = make(draft=True)
    lines = [{"id": draft["line_items"][0]["id"], "quantity": 1}, {"name": "Milk", "amount": 100}]

    edited = shop.invoice.edit(draft["id"], {"line_items": lines, "terms": "now", "expire_by": int(time.time()) + 3600})

    assert [(each["name"], each["net_amount"]) for each in edited["line_items"]] == [("Tea", 500), ("Milk", 100)]
    assert (edited["amount"], edited["terms"]) == (600, "now")
    assert shop.invoice.fetch(draft["id"]) == edited
    assert shop.invoice.issue(draft["id"])["expire_by"] == edited["expire_by"]


def test_an_issued_invoice_keeps_its_lines(shop, make):
    invoice, end = make(), int(time.time()) + 3600

    edited = shop.invoice.edit(invoice["id"], {"notes": {"k": "v"}, "comment": "late", "expire_by": end})

    assert (edited["notes"], edited["comment"], edited["expire_by"]) == ({"k": "v"}, "late", end)
    with refused("issued"):
        shop.invoice.edit(invoice["id"], {"line_items": [{"name": "Milk", "amount": 100}]})
    assert shop.invoice.fetch(invoice["id"]) == edited


def test_a_cancelled_invoice_takes_no_payment(shop, make, payer):
    invoice = make()

    cancelled = shop.invoice.cancel(invoice["id"])

    assert cancelled["status"] == "cancelled"
    assert cancelled["cancelled_at"] >= invoice["issued_at"]
    assert payer.ask(invoice["order_id"]).status_code == 400
    with refused("cancelled"):
        shop.invoice.cancel(invoice["id"])


def test_only_a_draft_is_deleted(shop, make):
    draft, invoice = make(draft=1), make()

    assert shop.invoice.delete(draft["id"]) == []

    with pytest.raises(BadRequestError, match=r"^The id provided does not exist$"):
        shop.invoice.fetch(draft["id"])
    with refused("issued"):
        shop.invoice.delete(invoice["id"])


def test_invoices_are_listed_by_customer_and_receipt(shop, make, customer):
    receipt = f"r-{time.time_ns()}"
    invoice = make(receipt=receipt)

    assert shop.invoice.all({"receipt": receipt, "customer_id": customer["id"]})["items"] == [invoice]
    assert invoice in shop.invoice.all()["items"]
    assert shop.invoice.all({"receipt": f"{receipt} 2"})["items"] == []


def test_a_line_takes_what_it_does_not_tell_from_its_item(shop, make):
    item = shop.item.create({"name": "Coffee", "amount": 900, "currency": "INR"})

    (line,) = make(line_items=[{"item_id": item["id"], "quantity": 2}])["line_items"]

    assert (line["item_id"], line["name"], line["net_amount"]) == (item["id"], "Coffee", 1800)


def test_a_described_customer_is_made(shop, make):
    invoice = make(customer_id=None, customer={"name": "Ravi Kumar", "contact": "+919876543219"})

    assert shop.customer.fetch(invoice["customer_id"])["name"] == "Ravi Kumar"


def test_a_customer_can_be_told(shop, make):
    assert shop.invoice.notify_by(make()["id"], "email") == {"success": True}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"type": "link"}, "The type field must be invoice."),
        ({"line_items": []}, "The line_items field is required."),
        ({"line_items": [{"name": "Tea"}]}, "The amount field is required."),
        ({"line_items": [{"amount": 500}]}, "The name field is required."),
        ({"line_items": [{"name": "Tea", "amount": 99}]}, "The amount of the line_items must be between"),
        ({"line_items": [{"item_id": "item_0000000000000000"}]}, "The id provided does not exist"),
        ({"line_items": [{"id": "li_1", "amount": 500}]}, "li_1 is no line of the invoice"),
        ({"line_items": [{"name": "Tea", "amount": 500, "currency": "USD"}]}, "All items of an invoice have"),
        ({"customer_id": "cust_0000000000000000"}, "The id provided does not exist"),
        ({"partial_payment": 1}, "partial_payment is not supported: an invoice is paid by one payment."),
    ],
)
def test_a_wrong_invoice_is_refused(make, wrong, sentence):
    with pytest.raises(BadRequestError) as refusal:
        make(**wrong)

    assert str(refusal.value).startswith(sentence)
