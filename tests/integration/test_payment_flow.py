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
