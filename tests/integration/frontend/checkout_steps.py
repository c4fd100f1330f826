"""Steps of a payer in the hosted checkout."""

from tests.integration.frontend.scenes import CARD, named
from tests.integration.frontend.site import CHECKOUT


def open_order(page, order_id, key="key_test_abc123"):
    page.goto(f"{CHECKOUT}/checkout?order_id={order_id}&key={key}")


def fill_card(page, **changes):
    named(page, "method-card").click()
    for name, value in {**CARD, **changes}.items():
        named(page, name).press_sequentially(value)


def pay(page, vpa):
    named(page, "vpa-input").fill(vpa)
    named(page, "pay-button").click()


def pay_without_hearing_of_it(page, gateway):
    open_order(page, gateway.add_order())
    named(page, "vpa-input").fill("success@upi")
    gateway.loses_answers = True  # only now: the order had to be answered
    named(page, "pay-button").click()
    page.get_by_text("Sending your payment securely").wait_for()
    page.wait_for_timeout(200)
    gateway.loses_answers = False
    page.reload()
