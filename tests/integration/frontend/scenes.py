"""Every page in every state worth looking at: used for the accessibility check and for `make screenshots`."""

from playwright.sync_api import expect

from tests.integration.frontend import dashboard_scenes
from tests.integration.frontend.fake_gateway import Refusal
from tests.integration.frontend.site import CHECKOUT

CARD = {
    "card-number-input": "4111111111111111",
    "expiry-input": "1230",
    "cvv-input": "123",
    "cardholder-name-input": "Asha Rao",
}
OFFLINE, MISSING = "ERR_CONNECTION_REFUSED", "404"


def named(page, name):
    return page.locator(f'[data-test-id="{name}"]').first


def checkout(page, gateway, **order):
    page.goto(f"{CHECKOUT}/checkout?order_id={gateway.add_order(**order)}&key=key_test_abc123")
    named(page, "order-id").wait_for()


def upi(page, gateway):
    checkout(page, gateway)
    named(page, "vpa-input").fill("asha@oksbi")


def card(page, gateway):
    checkout(page, gateway, amount=1_234_567)
    named(page, "method-card").click()
    for name, value in CARD.items():
        named(page, name).press_sequentially(value)


def card_errors(page, gateway):
    checkout(page, gateway)
    named(page, "method-card").click()
    named(page, "card-number-input").press_sequentially("5111111111111112")
    named(page, "pay-button").click()


def pay(page, gateway, vpa, state):
    checkout(page, gateway)
    named(page, "vpa-input").fill(vpa)
    named(page, "pay-button").click()
    named(page, state).wait_for()
    page.wait_for_timeout(400)  # the mark's arrival


def processing(page, gateway):
    gateway.polls_until_settled = 100
    pay(page, gateway, "success@upi", "processing-state")


def success(page, gateway):
    pay(page, gateway, "success@upi", "success-state")


def success_page(page, gateway):
    payment = gateway.add_payment(gateway.add_order())
    page.goto(f"{CHECKOUT}/success?payment_id={payment}")
    named(page, "success-state").wait_for()


def failure(page, gateway):
    pay(page, gateway, "failure@upi", "error-state")


def doubt(page, gateway):
    gateway.refusing["/payments/public"] = Refusal(503, "SERVER_ERROR", "Something went wrong on our side")
    pay(page, gateway, "success@upi", "error-state")


def under_way(page, gateway):
    order = gateway.add_order()
    gateway.add_payment(order, "pending")
    page.goto(f"{CHECKOUT}/checkout?order_id={order}&key=key_test_abc123")
    named(page, "vpa-input").fill("success@upi")
    named(page, "pay-button").click()
    named(page, "error-state").wait_for()


def incomplete(page, gateway):
    page.goto(f"{CHECKOUT}/checkout?order_id={gateway.add_order()}")
    page.get_by_role("heading", name="This payment link is incomplete").wait_for()


def paid(page, gateway):
    checkout(page, gateway, status="paid")


def unknown(page, _gateway):
    page.goto(f"{CHECKOUT}/checkout?order_id=order_unknown&key=k")
    page.get_by_role("heading", name="We cannot find this order").wait_for()


def offline(page, gateway):
    order = gateway.add_order()
    gateway.offline = True
    page.goto(f"{CHECKOUT}/checkout?order_id={order}&key=k")
    page.get_by_role("heading", name="No connection").wait_for()


def slow(page, gateway):
    gateway.silent = True
    page.goto(f"{CHECKOUT}/checkout?order_id={gateway.add_order()}&key=k")
    page.get_by_role("heading", name="Loading the order").wait_for()


def shop(page, _gateway):
    page.goto(f"{CHECKOUT}/demo")
    expect(page.locator("#key")).to_have_value("key_test_abc123")


def shop_window(page, gateway):
    shop(page, gateway)
    page.locator("#secret").fill("secret_test_xyz789")
    page.locator("#buy").click()
    page.frame_locator("iframe").locator('[data-test-id="vpa-input"]').wait_for()
    page.wait_for_timeout(300)


# name: (scene, what the console may say in it)
CHECKOUT_SCENES = {
    "checkout-upi": (upi, []),
    "checkout-card": (card, []),
    "checkout-card-errors": (card_errors, []),
    "checkout-processing": (processing, []),
    "checkout-success": (success, []),
    "checkout-failure": (failure, []),
    "checkout-doubt": (doubt, ["503"]),
    "checkout-under-way": (under_way, ["400"]),
    "checkout-incomplete": (incomplete, []),
    "checkout-paid": (paid, []),
    "checkout-unknown": (unknown, [MISSING]),
    "checkout-offline": (offline, [OFFLINE]),
    "checkout-slow": (slow, []),
    "success": (success_page, []),
    "demo": (shop, []),
    "demo-window": (shop_window, []),
}

SCENES = CHECKOUT_SCENES | dashboard_scenes.SCENES
