"""From order to webhook in one process: API, queues, functions."""

SECRET = "whsec_test_abc123"


def test_a_payment_is_pending_then_succeeds_and_the_merchant_hears_of_it(shop, drain, receiver):
    payment = shop.pay(shop.order()["id"])
    assert payment["status"] == "pending"

    drain()

    assert shop.get(f"/payments/{payment['id']}")["status"] == "success"
    arrival = receiver.wait_for("/hook", payment["id"], "payment.success", seconds=1)
    assert arrival.is_signed_with(SECRET)
    assert arrival.data["payment"] == shop.get(f"/payments/{payment['id']}")


def test_a_card_that_the_bank_declines_fails_with_its_code(shop, drain, receiver):
    payment = shop.pay_by_card(shop.order()["id"], number="4000000000000002")

    drain()

    assert shop.get(f"/payments/{payment['id']}")["error_code"] == "CARD_DECLINED"
    assert receiver.wait_for("/hook", payment["id"], "payment.failed", seconds=1).is_signed_with(SECRET)


def test_an_order_with_automatic_capture_is_captured_at_once_and_has_one_webhook(shop, drain, receiver):
    order = shop.make("/orders", {"amount": 50000, "capture": "automatic"})
    payment = shop.pay(order["id"])

    drain()

    shown = shop.get(f"/payments/{payment['id']}")
    assert (shown["status"], shown["captured"]) == ("success", True)
    arrival = receiver.wait_for("/hook", payment["id"], "payment.success", seconds=1)
    assert arrival.data["payment"] == shown
    assert [each.event for each in receiver.arrivals["/hook"]] == ["payment.success"]


def test_a_voided_payment_opens_its_order_for_another(shop, drain):
    order = shop.order()
    voided = shop.pay(order["id"])
    drain()
    assert shop.ask("POST", f"/payments/{voided['id']}/void").body["status"] == "voided"
    assert shop.get(f"/orders/{order['id']}")["amount_due"] == order["amount"]

    again = shop.pay(order["id"])
    drain()

    assert shop.get(f"/payments/{again['id']}")["status"] == "success"
    assert shop.get(f"/orders/{order['id']}")["status"] == "paid"


def test_a_bank_that_changes_its_mind_is_noticed_when_its_deadline_comes(shop, drain, receiver, later):
    order = shop.make("/orders", {"amount": 50000, "notes": {"simulate": "late"}})
    payment = shop.pay(order["id"])
    drain()
    assert shop.get(f"/payments/{payment['id']}")["error_code"] == "PAYMENT_TIMED_OUT"

    later(60, payment["id"])

    shown = shop.get(f"/payments/{payment['id']}")
    assert (shown["status"], shown["late"], shown["error_code"]) == ("success", True, None)
    receiver.wait_for("/hook", payment["id"], "payment.failed", seconds=1)
    receiver.wait_for("/hook", payment["id"], "payment.success", seconds=1)


def test_a_payer_who_never_acts_loses_the_payment_and_the_order_is_free(shop, drain, later):
    order = shop.make("/orders", {"amount": 50000, "notes": {"simulate": "challenge"}})
    payment = shop.pay(order["id"])
    drain()
    assert shop.get(f"/payments/{payment['id']}")["next_action"]["type"]

    later(700, payment["id"])

    shown = shop.get(f"/payments/{payment['id']}")
    assert (shown["status"], shown["error_code"], shown["next_action"]) == ("failed", "PAYMENT_EXPIRED", None)
    assert shop.get(f"/orders/{order['id']}")["status"] == "attempted"
