"""Every page in every state worth looking at: used for the accessibility check and for `make screenshots`."""

from playwright.sync_api import expect

from tests.integration.frontend import dashboard_scenes, money_scenes, payer_acts
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


def refunded(page, gateway):
    order = gateway.add_order(description="Monsoon umbrella")
    payment = gateway.add_payment(order, method="card", amount_refunded=20000, refund_status="partial")
    page.goto(f"{CHECKOUT}/success?payment_id={payment}&key=key_test_abc123")
    named(page, "success-state").wait_for()


def qr(page, gateway):
    checkout(page, gateway, description="Monsoon umbrella")
    named(page, "upi-qr").click()
    named(page, "qr-code").wait_for()


def app_link(page, gateway):
    checkout(page, gateway)
    named(page, "upi-intent").click()
    named(page, "action-link").wait_for()


def code_page(page, gateway):
    checkout(page, gateway)
    named(page, "method-card").click()
    for name, value in (CARD | {"card-number-input": "4000002760003184"}).items():
        named(page, name).press_sequentially(value)
    named(page, "pay-button").click()
    page.frame_locator("iframe").get_by_label("Code from the text message").wait_for()


def netbanking(page, gateway):
    checkout(page, gateway)
    named(page, "method-netbanking").click()
    named(page, "bank-select").wait_for()


def bank(page, gateway):
    payment = gateway.add_payment(gateway.add_order(), "pending", polls=0, instrument={}, vpa=None, flow="qr")
    made = gateway.payments[payment]
    made["next_action"] = payer_acts.next_action({"method": "upi", "flow": "qr"}, made)
    page.goto(f"{CHECKOUT}/bank?payment_id={payment}")
    page.get_by_role("button", name="Approve").wait_for()


def hindi(page, gateway):
    order = gateway.add_order(description="मानसून छाता")
    page.goto(f"{CHECKOUT}/checkout?order_id={order}&key=key_test_abc123#locale=hi")
    named(page, "order-id").wait_for()


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
    expect(page.locator("#buy")).to_have_text("Buy for ₹499.00")


def shop_window(page, gateway):
    shop(page, gateway)
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
    "checkout-qr": (qr, []),
    "checkout-app": (app_link, []),
    "checkout-code": (code_page, []),
    "checkout-netbanking": (netbanking, []),
    "checkout-hindi": (hindi, []),
    "bank": (bank, []),
    "receipt-refunded": (refunded, []),
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

SCENES = CHECKOUT_SCENES | dashboard_scenes.SCENES | money_scenes.SCENES
