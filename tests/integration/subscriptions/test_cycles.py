"""Subscriptions on the clock: their cycles, their failed charges and their ends."""

import time

from chalicelib import queues
from chalicelib.services import owners
from infra.audit import audit
from infra.audit.stage import Stage
from tests.integration.subscriptions.subscribing import DAY, MONTH, payments, record, subscribe
from tests.support.emulated import STACK_NAME
from tests.support.surface import ask, make


def shown(made):
    return ask("GET", f"subscriptions/{made['id']}")[1]


def payer(shop, made, vpa):
    path = f"/sandbox/razorpay/subscriptions/{made['id']}/payer"
    assert shop.ask("POST", path, {"vpa": vpa}).status == 200


def told(shop, made):
    """The names of the subscription's events, oldest first, without the object's."""
    events = shop.get(f"/events?object_id={made['id']}&limit=100")["data"]
    events.sort(key=lambda each: each["sequence"])  # the clock of a test stands still between two steps
    assert [each["sequence"] for each in events] == list(range(1, len(events) + 1))
    return [each["type"].partition(".")[2] for each in events]


def findings(made):
    seen = Stage(STACK_NAME).snapshot(300)
    mine = {order_id for order_id, order in seen.orders.items() if order.get("owner_id") == made["id"]} | {made["id"]}
    return [each for each in audit(seen) if each.subject in mine and "waits" not in each.rule]


def test_three_months_are_charged_with_one_failure_between_them(shop, workers, later, plan):
    made = subscribe(shop, workers, plan)
    first = shown(made)
    assert (first["status"], first["paid_count"], first["remaining_count"]) == ("active", 1, 2)
    assert 28 * DAY <= first["current_end"] - first["current_start"] <= 31 * DAY
    assert first["charge_at"] == first["current_end"]

    payer(shop, made, "failure@razorpay")
    later(MONTH, made["id"])
    assert (shown(made)["status"], shown(made)["paid_count"]) == ("pending", 1)
    payer(shop, made, "success@razorpay")
    later(MONTH + DAY + 60, made["id"])
    second = shown(made)
    assert (second["status"], second["paid_count"]) == ("active", 2)
    assert second["current_start"] == first["current_end"]
    later(2 * MONTH + DAY, made["id"])

    last = shown(made)
    assert (last["status"], last["paid_count"], last["remaining_count"]) == ("completed", 3, 0)
    assert last["charge_at"] is None
    assert told(shop, made) == [
        "authenticated", "activated", "charged", "pending", "activated", "charged", "charged", "completed",
    ]  # fmt: skip
    assert findings(made) == []


def test_nothing_is_charged_before_the_cycle_ends(shop, workers, later, plan):
    made = subscribe(shop, workers, plan)

    later(20 * DAY, made["id"])

    assert shown(made)["paid_count"] == 1


def test_charges_that_fail_for_days_halt_the_subscription_until_its_payer_pays(shop, workers, later, plan):
    made = subscribe(shop, workers, plan)
    payer(shop, made, "failure@razorpay")

    for tries in range(5):
        later(MONTH + tries * (DAY + 60), made["id"])

    assert shown(made)["status"] == "halted"
    assert told(shop, made)[-2:] == ["pending", "halted"]
    payer(shop, made, "success@razorpay")
    assert shop.ask("POST", "/sandbox/razorpay/pay", {"subscription_id": made["id"]}).status in {200, 202}
    workers.drain()
    assert (shown(made)["status"], shown(made)["paid_count"]) == ("active", 2)


def test_a_subscription_that_begins_later_is_authenticated_first(shop, workers, later, plan):
    start = int(time.time()) + 10 * DAY
    made = subscribe(shop, workers, plan, start_at=start, total_count=1)
    assert (shown(made)["status"], shown(made)["paid_count"], shown(made)["charge_at"]) == ("authenticated", 0, start)

    later(11 * DAY, made["id"])

    done = shown(made)
    assert (done["status"], done["paid_count"], done["current_start"]) == ("completed", 1, start)
    assert told(shop, made) == ["authenticated", "activated", "charged", "completed"]
    assert findings(made) == []


def test_a_subscription_that_nobody_pays_expires(later, plan):
    made = make("subscriptions", {"plan_id": plan["id"], "total_count": 3, "expire_by": int(time.time()) + 600})

    later(700, made["id"])

    assert shown(made)["status"] == "expired"


def test_a_subscription_is_cancelled_at_the_end_of_its_cycle(shop, workers, later, plan):
    made = subscribe(shop, workers, plan)
    assert make(f"subscriptions/{made['id']}/cancel", {"cancel_at_cycle_end": 1})["status"] == "active"

    later(MONTH, made["id"])

    assert (shown(made)["status"], shown(made)["paid_count"]) == ("cancelled", 1)
    assert told(shop, made)[-1] == "cancelled"


def test_a_paused_subscription_is_not_charged(shop, workers, later, plan):
    made = subscribe(shop, workers, plan)
    make(f"subscriptions/{made['id']}/pause", {"pause_at": "now"})

    later(MONTH, made["id"])
    assert (shown(made)["status"], shown(made)["paid_count"]) == ("paused", 1)
    resumed = make(f"subscriptions/{made['id']}/resume", {"resume_at": "now"})

    assert (resumed["status"], resumed["charge_at"]) == ("active", resumed["current_end"])
    later(MONTH, made["id"])
    assert shown(made)["paid_count"] == 2


def test_a_scheduled_change_and_an_addon_count_from_the_next_charge(shop, workers, later, plan):
    made = subscribe(shop, workers, plan)
    path = f"subscriptions/{made['id']}"
    changed = ask("PATCH", path, {"quantity": 2, "schedule_change_at": "cycle_end"})[1]
    assert (changed["quantity"], changed["has_scheduled_changes"]) == (1, True)
    assert ask("GET", f"{path}/retrieve_scheduled_changes")[1]["quantity"] == 2
    make(f"{path}/addons", {"item": {"name": "Cup", "amount": 100, "currency": "INR"}, "quantity": 2})

    later(MONTH, made["id"])

    assert (shown(made)["quantity"], shown(made)["has_scheduled_changes"]) == (2, False)
    assert sorted(each.amount for each in payments(made)) == [9900, 2 * 9900 + 2 * 100]
    assert told(shop, made)[-2:] == ["updated", "charged"]


def test_a_charge_is_counted_once_however_often_the_wake_up_comes(shop, workers, plan):
    made = subscribe(shop, workers, plan)

    for _ in range(2):
        assert owners.look(queues.job(queues.PAYMENTS, record(made).first_order_id, "r"))

    assert shown(made)["paid_count"] == 1
