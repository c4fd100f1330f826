"""Plans and subscriptions by the official client."""

import json
import time

import pytest
import requests
from razorpay.errors import BadRequestError, SignatureVerificationError

from tests.e2e.client import KEY, SECRET
from tests.e2e.razorpay.test_deliveries import entity, receiver, subscribe

__all__ = ["receiver", "subscribe"]
ITEM = {"name": "Tea", "amount": 9900, "currency": "INR", "description": "A tin each month"}
PLAN = {"period": "monthly", "interval": 1, "item": ITEM, "notes": {"k": "v"}}
SUBSCRIPTION = {
    "id", "entity", "plan_id", "customer_id", "status", "current_start", "current_end", "ended_at", "quantity", "notes",
    "charge_at", "start_at", "end_at", "auth_attempts", "total_count", "paid_count", "remaining_count", "customer_notify",
    "created_at", "expire_by", "short_url", "has_scheduled_changes", "change_scheduled_at", "source", "offer_id",
}  # fmt: skip


@pytest.fixture
def plan(shop):
    return shop.plan.create(PLAN)


@pytest.fixture
def made(shop, plan):
    return shop.subscription.create({"plan_id": plan["id"], "total_count": 3, "notes": {"seat": "4"}})


@pytest.fixture
def pay(gateway_url):
    """Pays what a subscription asks for now, as the checkout does."""

    def pay(subscription_id):
        body = {"subscription_id": subscription_id, "vpa": "success@razorpay"}
        path = f"{gateway_url}/api/v1/sandbox/razorpay/pay"
        answer = requests.post(path, json=body, auth=(KEY, SECRET), timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return pay


def until(shop, subscription_id, status):
    deadline = time.monotonic() + 30
    while (shown := shop.subscription.fetch(subscription_id))["status"] != status:
        assert time.monotonic() < deadline, shown
        time.sleep(0.05)
    return shown


def test_a_plan_is_made_fetched_and_listed(shop, plan):
    assert (plan["entity"], plan["period"], plan["interval"], plan["notes"]) == ("plan", "monthly", 1, {"k": "v"})
    assert plan["item"].items() >= {**ITEM, "type": "plan", "active": True, "unit_amount": 9900}.items()
    assert shop.plan.fetch(plan["id"]) == plan
    assert plan in shop.plan.all()["items"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"period": "hourly"}, "The selected period is invalid."),
        ({"period": "daily", "interval": 6}, "The interval of a daily plan must be at least 7."),
        ({"item": {**ITEM, "amount": 99}}, "The amount must be at least INR 1.00"),
        ({"item": {**ITEM, "currency": "XXQ"}}, "Currency is not supported"),
        ({"item": {"amount": 500}}, "The name field is required."),
    ],
)
def test_a_wrong_plan_is_refused(shop, wrong, sentence):
    with pytest.raises(BadRequestError) as refused:
        shop.plan.create({**PLAN, **wrong})

    assert str(refused.value) == sentence


def test_a_subscription_has_the_documented_fields(shop, made):
    assert made.keys() == SUBSCRIPTION
    assert (made["entity"], made["status"], made["remaining_count"], made["source"]) == (
        "subscription",
        "created",
        3,
        "api",
    )
    assert shop.subscription.fetch(made["id"]) == made
    assert shop.subscription.all({"plan_id": made["plan_id"]})["items"] == [made]


def test_the_first_payment_is_signed_and_begins_the_subscription(shop, made, pay):
    paid = pay(made["id"])

    assert shop.utility.verify_subscription_payment_signature(paid)
    with pytest.raises(SignatureVerificationError):
        shop.utility.verify_subscription_payment_signature({**paid, "razorpay_payment_id": "pay_other"})
    active = until(shop, made["id"], "active")
    assert (active["paid_count"], active["auth_attempts"], active["charge_at"]) == (1, 1, active["current_end"])
    assert active["end_at"] > active["current_end"]


def test_a_paid_charge_has_an_invoice(shop, made, pay):
    payment_id = pay(made["id"])["razorpay_payment_id"]

    (invoice,) = shop.invoice.all({"subscription_id": made["id"]})["items"]

    paid = {"status": "paid", "subscription_id": made["id"], "payment_id": payment_id, "amount": 9900, "amount_due": 0}
    assert paid.items() <= invoice.items()
    assert [(line["name"], line["amount"]) for line in invoice["line_items"]] == [("Tea", 9900)]
    assert shop.invoice.fetch(invoice["id"]) == invoice
    assert shop.payment.fetch(payment_id)["invoice_id"] == invoice["id"]
    with pytest.raises(BadRequestError, match=r"^The id provided does not exist$"):
        shop.invoice.edit(invoice["id"], {"notes": {"k": "v"}})
    with pytest.raises(BadRequestError, match=r"^The id provided does not exist$"):
        shop.invoice.all({"subscription_id": "sub_unknown"})


def test_a_subscription_is_changed_paused_resumed_and_cancelled(shop, made, pay):
    pay(made["id"])
    until(shop, made["id"], "active")

    assert shop.subscription.edit(made["id"], {"quantity": 2})["quantity"] == 2
    later = shop.subscription.edit(made["id"], {"quantity": 5, "schedule_change_at": "cycle_end"})
    assert (later["quantity"], later["change_scheduled_at"]) == (2, later["current_end"])
    assert shop.subscription.pending_update(made["id"])["quantity"] == 5
    assert not shop.subscription.cancel_scheduled_changes(made["id"])["has_scheduled_changes"]
    addon = shop.subscription.createAddon(made["id"], {"item": {"name": "Cup", "amount": 100, "currency": "INR"}})
    assert (addon["entity"], addon["subscription_id"], addon["item"]["amount"]) == ("addon", made["id"], 100)
    assert shop.subscription.pause(made["id"], {"pause_at": "now"})["status"] == "paused"
    assert shop.subscription.resume(made["id"], {"resume_at": "now"})["status"] == "active"
    assert shop.subscription.cancel(made["id"], {"cancel_at_cycle_end": 1})["status"] == "active"
    cancelled = shop.subscription.cancel(made["id"])
    assert (cancelled["status"], cancelled["charge_at"]) == ("cancelled", None)
    with pytest.raises(BadRequestError, match="cancelled state"):
        shop.subscription.cancel(made["id"])


def test_a_subscription_tells_what_happens_to_it(shop, plan, pay, receiver, subscribe):
    names = ["authenticated", "activated", "charged", "paused", "resumed", "updated", "cancelled"]
    subscribe(*(f"subscription.{name}" for name in names))
    made = shop.subscription.create({"plan_id": plan["id"], "total_count": 3})
    payment_id = pay(made["id"])["razorpay_payment_id"]

    came = receiver.hears("subscription", made["id"], 3)

    assert [event for event, *_ in came] == [f"subscription.{name}" for name in names[:3]]
    assert entity(came[2], "payment")["id"] == payment_id
    assert entity(came[2], "subscription") == shop.subscription.fetch(made["id"])
    assert [json.loads(body)["contains"] for *_, body in came] == [["subscription"]] * 2 + [["subscription", "payment"]]
    shop.subscription.pause(made["id"])
    shop.subscription.resume(made["id"])
    shop.subscription.edit(made["id"], {"quantity": 2})
    shop.subscription.cancel(made["id"])
    assert {event for event, *_ in receiver.hears("subscription", made["id"], 7)} == {
        f"subscription.{n}" for n in names
    }


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"plan_id": "plan_unknown"}, "The id provided does not exist"),
        ({"total_count": None}, "The total_count field is required."),
        ({"start_at": 946684801}, "start_at cannot be lesser than the current time."),
        ({"addons": "none"}, "The addons must be an array."),
    ],
)
def test_a_wrong_subscription_is_refused(shop, plan, wrong, sentence):
    with pytest.raises(BadRequestError) as refused:
        shop.subscription.create({"plan_id": plan["id"], "total_count": 3, **wrong})

    assert str(refused.value) == sentence


def test_what_a_state_does_not_allow_is_refused(shop, made):
    with pytest.raises(BadRequestError, match="created state"):
        shop.subscription.pause(made["id"])
    with pytest.raises(BadRequestError, match="no scheduled changes"):
        shop.subscription.pending_update(made["id"])
