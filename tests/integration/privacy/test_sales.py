"""Erasure and export of QR codes, subscriptions, plans, items and disputes."""

import json
from types import SimpleNamespace

import pytest

from chalicelib.domain.cycles import Period
from chalicelib.domain.disputes import Phase
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.webhooks import Format
from chalicelib.persistence import whole
from chalicelib.persistence.invoices import Invoice
from chalicelib.persistence.orders import Order
from chalicelib.persistence.qr_codes import QrCode
from chalicelib.persistence.subscriptions import Subscription
from chalicelib.services import customers, invoices, items, plans, qr_codes, subscriptions
from chalicelib.services.disputes import answering, opening
from chalicelib.services.privacy import erasing, exporting
from chalicelib.services.qr_codes import paying
from chalicelib.services.webhooks import endpoints
from infra.audit import audit
from infra.audit.stage import Stage
from tests.integration.privacy.stored import money, stored_text
from tests.support.emulated import STACK_NAME

EMAIL, VPA = "tara.codes@person.example", "tara.codes@upi"
OF_SUBSCRIPTION = "porch behind the mill"
OF_CODE = ["standing order of tara", "tara by the counter", "blue gate at the mill"]
OF_DISPUTE = "signed by tara at the gate"
PERSONAL = [EMAIL, VPA, OF_SUBSCRIPTION, OF_DISPUTE, *OF_CODE]


def scan(shop, drain, code, action="approve"):
    """Pays a code as its payer does. Returns the payment as the API shows it."""
    made = json.loads(paying.pay(code, None, "r").body)
    drain()
    shop.ask("POST", f"/sandbox/payments/{made['id']}/act", {"action": action})
    drain()
    return shop.get(f"/payments/{made['id']}")


def subscribe(shop, drain, merchant_id, cycles=1, **more):
    """A subscription whose payer has paid the first of its cycles."""
    plan = plans.create(merchant_id, plans.Wish(Period.MONTHLY, 1, "Tea each month", 9900, "INR"))
    wish = subscriptions.Wish(plan.id, cycles, **more)
    made = subscriptions.create(merchant_id, wish, "r")
    shop.pay(made.first_order_id, VPA)
    drain()
    return subscriptions.find(merchant_id, made.id)


def single(merchant_id, **more):
    return qr_codes.create(merchant_id, qr_codes.Wish(qr_codes.Usage.SINGLE, 300, **more), "r")


@pytest.fixture
def sales(merchant, drain):
    """A person's code, subscription and dispute; a code that everybody pays; and things that are sold."""
    made, shop = merchant
    person = customers.create(made.id, customers.Details(email=EMAIL), fail_existing=True)
    hook = shop.server.url("/codes")
    endpoints.create(made.id, hook, ["qr_code.credited"], Format.RAZORPAY, enabled=True)
    shop.server.bodies["/codes"] = VPA.encode()  # a receiver that repeats what it got
    name, description, note = OF_CODE
    code = single(made.id, name=name, description=description, customer_id=person.id, notes={"to": note})
    payment = scan(shop, drain, code)
    subscription = subscribe(shop, drain, made.id, customer_id=person.id, notes={"to": OF_SUBSCRIPTION})
    dispute = opening.create(
        made.id, payment["id"], opening.Claim(100, "fraudulent", Phase.CHARGEBACK, 60, "case"), "r"
    )
    answering.contest(made.id, dispute.id, {"summary": OF_DISPUTE}, None, "r")
    shared = qr_codes.create(made.id, qr_codes.Wish(qr_codes.Usage.MULTIPLE, 300, name="Front door"), "r")
    shop.pay(scan(shop, drain, shared, "decline")["order_id"], VPA)  # the payer turned away, and pays another way
    items.create(made.id, items.Details(name="Tea", amount=9900, currency="INR"))
    drain()
    return SimpleNamespace(
        id=made.id, shop=shop, person=person, code=code, subscription=subscription, dispute=dispute, shared=shared
    )


def test_after_an_erasure_no_code_and_no_subscription_tells_of_the_person_and_the_money_is_unchanged(sales):
    before, text = money(sales.id), stored_text(sales.id)
    assert [value for value in PERSONAL if value not in text] == []

    changed = [erasing.erase(sales.id, who, "op") for who in (EMAIL, VPA)]

    text = stored_text(sales.id)
    assert [value for value in PERSONAL if value in text] == []
    assert changed[0].keys() >= {"customer", "qrcode", "subscription", "order", "dispute", "event"}
    assert money(sales.id) == before
    assert audit(Stage(STACK_NAME, sales.id).snapshot(patience=300)) == []
    code, subscription = QrCode.find(sales.code.id), Subscription.find(sales.subscription.id)
    assert (code.status, code.amount_received, code.customer_id) == ("closed", 300, None)
    assert (subscription.status, subscription.paid_count, subscription.payer_vpa) == ("completed", 1, None)
    shared = QrCode.find(sales.shared.id)
    assert (shared.name, shared.payments_count) == ("Front door", 1)
    assert erasing.erase(sales.id, EMAIL, "op") == {}


@pytest.mark.parametrize("step", [1, 6, 11, 16])
def test_a_killed_erasure_of_codes_and_subscriptions_is_finished_by_the_next_one(sales, dies_at, step):
    dies_at(step, sales.id, EMAIL)
    for who in (EMAIL, VPA):
        erasing.erase(sales.id, who, "op")
    text = stored_text(sales.id)
    assert [value for value in PERSONAL if value in text] == []


def test_an_event_that_was_sent_again_is_erased_too(sales):
    event = sales.shop.get(f"/events?object_id={sales.code.id}")["data"][0]
    endpoint = sales.shop.get("/webhook-endpoints")["data"][0]
    assert sales.shop.ask("POST", f"/events/{event['id']}/resend", {"endpoint_id": endpoint["id"]}).status < 300
    assert list(whole.repetitions(sales.id))
    erasing.erase(sales.id, EMAIL, "op")
    assert not [value for value in OF_CODE if value in stored_text(sales.id)]


def test_who_paid_a_subscription_or_a_code_for_single_use_is_found_by_the_upi_address(merchant, drain):
    made, shop = merchant
    subscription = subscribe(shop, drain, made.id, notes={"to": OF_SUBSCRIPTION})
    code = single(made.id, notes={"to": OF_CODE[2]})
    shop.pay(scan(shop, drain, code, "decline")["order_id"], VPA)
    drain()
    erasing.erase(made.id, VPA, "op")
    assert (Subscription.find(subscription.id).notes, QrCode.find(code.id).notes) == (None, None)
    assert Order.find(subscription.first_order_id).notes == {}


def test_who_paid_an_invoice_is_found_by_the_upi_address(merchant, drain):
    made, shop = merchant
    lines = [{"id": "li_1", "item_id": None, "name": "Tea", "description": None, "amount": 500, "quantity": 1}]
    wish = invoices.Wish(None, {"email": EMAIL}, lines, "INR", {"comment": OF_CODE[2]})
    invoice = invoices.create(made.id, wish, "r", draft=False)
    shop.pay(invoice.order_id, VPA)
    drain()
    erasing.erase(made.id, VPA, "op")
    left = Invoice.find(invoice.id)
    assert (left.customer, left.comment, bool(left.lines)) == (None, None, True)


def test_a_subscription_that_still_charges_and_a_code_that_can_be_paid_are_not_erased(merchant, drain):
    made, shop = merchant
    person = customers.create(made.id, customers.Details(email=EMAIL), fail_existing=True)
    subscription = subscribe(shop, drain, made.id, cycles=2)
    code = single(made.id, customer_id=person.id)
    for who, name in ((VPA, subscription.id), (EMAIL, code.id)):
        with pytest.raises(BadRequest, match=name):
            erasing.erase(made.id, who, "op")
    qr_codes.close(made.id, code.id, "r")
    assert erasing.erase(made.id, EMAIL, "op")["qrcode"] == 1


def test_a_payment_that_its_code_has_not_counted_yet_is_not_erased(sales):
    """The worker that counts it would tell of the person in an event."""
    order = Order.find(QrCode.find(sales.code.id).order_id)
    order.change([Order.counted_at.remove()], Order.id.exists())
    with pytest.raises(BadRequest, match=order.id):
        erasing.erase(sales.id, EMAIL, "op")


def test_an_export_holds_what_is_sold_and_the_evidence(sales):
    lines = list(exporting.export(sales.id, "op"))
    assert {kind for kind, _ in lines} >= {"qr_code", "plan", "subscription", "item", "dispute"}
    text = json.dumps(lines, default=int)
    assert [value for value in [*PERSONAL, "Front door", "Tea each month"] if value not in text] == []
    (subscription,) = [data for kind, data in lines if kind == "subscription"]
    assert (subscription["payer_vpa"], subscription["paid_count"]) == (VPA, 1)
