"""Lost answers, reloads, slow banks and orders that cannot be paid: what the checkout says then, and does not say."""

import re

import pytest

from chalicelib.domain.errors import Reason
from tests.integration.frontend.checkout_steps import open_order, pay, pay_without_hearing_of_it
from tests.integration.frontend.fake_gateway import Refusal
from tests.integration.frontend.scenes import named
from tests.integration.frontend.site import CHECKOUT, FRONTEND

playwright_api = pytest.importorskip("playwright.sync_api")
expect = playwright_api.expect


def test_a_reload_while_processing_follows_the_same_payment(page, gateway):
    gateway.polls_until_settled = 4
    open_order(page, gateway.add_order())
    pay(page, "success@upi")
    expect(page.get_by_text("Waiting for your UPI app")).to_be_visible()
    page.reload()
    expect(named(page, "success-state")).to_be_visible()
    assert len(gateway.payments) == 1


def test_paying_again_after_a_reload_before_the_answer_continues_the_same_payment(page, gateway):
    pay_without_hearing_of_it(page, gateway)
    pay(page, "success@upi")
    expect(named(page, "success-state")).to_be_visible()
    assert len(gateway.payments) == 1


def test_an_order_paid_before_a_reload_is_soon_told_as_paid(page, gateway):
    pay_without_hearing_of_it(page, gateway)
    expect(named(page, "pay-button")).to_be_visible()
    next(iter(gateway.orders.values()))["status"] = "paid"
    expect(page.get_by_role("heading", name="This order is already paid")).to_be_visible()


def test_other_details_after_a_reload_before_the_answer_pay_no_second_time(page, gateway, complaints):
    complaints.expect("422", "400")
    pay_without_hearing_of_it(page, gateway)
    pay(page, "other@upi")
    expect(page.get_by_role("heading", name="Another payment is under way")).to_be_visible()
    assert len(gateway.payments) == 1
    (payment,) = gateway.payments.values()
    gateway.settle(payment)
    expect(page.get_by_role("heading", name="This order is already paid")).to_be_visible()


def pay_beside_another_window(page, gateway):
    order = gateway.add_order()
    other = gateway.add_payment(order, "pending", polls=0, instrument={"vpa": "success@upi"})
    open_order(page, order)
    pay(page, "success@upi")
    expect(page.get_by_role("heading", name="Another payment is under way")).to_be_visible()
    return gateway.payments[other]


def test_beside_another_windows_payment_the_page_stays_with_it_until_the_order_is_paid(page, gateway, complaints):
    complaints.expect("400")
    other = pay_beside_another_window(page, gateway)
    expect(named(page, "error-message")).to_contain_text("This page follows it.")
    asked = len(gateway.requests)
    page.get_by_role("button", name="Check again").click()
    page.wait_for_timeout(300)
    assert len(gateway.requests) > asked
    expect(page.get_by_role("heading", name="Another payment is under way")).to_be_visible()
    gateway.settle(other)
    expect(page.get_by_role("heading", name="This order is already paid")).to_be_visible()
    assert len(gateway.payments) == 1


def test_after_another_windows_payment_failed_the_order_can_be_paid_from_here(page, gateway, complaints):
    complaints.expect("400")
    pay_beside_another_window(page, gateway).update(status="failed")
    page.get_by_role("button", name="Pay another way").click()
    pay(page, "success@upi")
    expect(named(page, "success-state")).to_be_visible()


@pytest.mark.parametrize(("seconds", "words"), [("30", "wait 30 seconds"), ("300", "wait 5 minutes")])
def test_a_payer_who_tried_too_often_is_told_how_long_to_wait_and_may_try_again(
    page, gateway, complaints, seconds, words
):
    complaints.expect("429")
    gateway.headers = {"Retry-After": seconds, "Access-Control-Expose-Headers": "Retry-After"}
    open_order(page, gateway.add_order())
    gateway.refusing["/payments/public"] = Refusal(429, "RATE_LIMIT_ERROR", "Wait", reason="too_many_attempts")
    pay(page, "success@upi")
    expect(named(page, "error-message")).to_contain_text(words)
    expect(page.get_by_text("You have not been charged.")).to_be_visible()
    gateway.refusing.clear()
    named(page, "retry-button").click()
    pay(page, "success@upi")
    expect(named(page, "success-state")).to_be_visible()


@pytest.mark.parametrize(
    ("reason", "title"),
    [
        ("order_paid", "This order is already paid"),
        ("order_cancelled", "This order cannot be paid"),
        ("order_expired", "This order cannot be paid"),
        ("payment_in_progress", "Another payment is under way"),
    ],
)
def test_a_refusal_is_understood_by_its_reason_and_not_by_its_words(page, gateway, complaints, reason, title):
    complaints.expect("400")
    open_order(page, gateway.add_order())
    gateway.refusing["/payments/public"] = Refusal(400, "BAD_REQUEST_ERROR", "Nein", "order_id", reason)
    pay(page, "success@upi")
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def test_every_reason_that_the_checkout_knows_is_one_of_the_apis():
    checkout = (FRONTEND / "checkout/page/main.js").read_text()
    known = set(re.findall(r'reason === "(\w+)"|(order_(?:paid|cancelled|expired)):', checkout))
    assert {one or other for one, other in known} <= {*map(str, Reason)}


def test_a_retry_after_the_network_failed_repeats_the_same_attempt(page, gateway, complaints):
    complaints.expect("ERR_CONNECTION_REFUSED")
    open_order(page, gateway.add_order())
    named(page, "vpa-input").fill("success@upi")
    gateway.offline = True
    named(page, "pay-button").click()
    expect(named(page, "error-message")).to_contain_text("you will not be charged twice")
    expect(page.get_by_role("heading", name="No answer yet")).to_be_visible()
    attempt = page.evaluate("Object.values(sessionStorage).join()")
    gateway.offline = False
    named(page, "retry-button").click()
    expect(named(page, "success-state")).to_be_visible()
    (request,) = gateway.posted("/payments/public")
    assert request["headers"]["idempotency-key"] in attempt


def test_the_connection_may_go_while_the_bank_is_asked(page, gateway, complaints):
    complaints.expect("ERR_CONNECTION_REFUSED")
    gateway.polls_until_settled = 2
    open_order(page, gateway.add_order())
    pay(page, "success@upi")
    expect(page.get_by_text("Waiting for your UPI app")).to_be_visible()
    gateway.offline = True
    expect(page.get_by_text("The connection is gone.")).to_be_visible()
    gateway.offline = False
    expect(named(page, "success-state")).to_be_visible()


@pytest.mark.parametrize(
    ("status", "title"),
    [
        ("paid", "This order is already paid"),
        ("expired", "This order cannot be paid"),
        ("on_hold", "This order cannot be paid"),
    ],
)
def test_an_order_that_cannot_be_paid_says_why(page, gateway, status, title):
    gateway.expected_drift = ['"expired" is not', '"on_hold" is not']  # statuses that a later API may have
    open_order(page, gateway.add_order(status=status))
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(named(page, "pay-button")).to_be_hidden()


def test_an_unknown_order_is_told_as_such(page, complaints):
    complaints.expect("404")
    open_order(page, "order_unknown")
    expect(page.get_by_role("heading", name="We cannot find this order")).to_be_visible()


@pytest.mark.parametrize("query", ["", "?order_id=order_unknown&key=wrong"])
def test_a_notice_without_an_order_stands_under_no_grey_box(page, complaints, query):
    complaints.expect("404")
    page.goto(f"{CHECKOUT}/checkout{query}")
    expect(page.get_by_text("Go back to the shop")).to_be_visible()
    expect(page.locator(".skeleton:visible")).to_have_count(0)


def test_without_a_network_the_order_can_be_asked_for_again(page, gateway, complaints):
    complaints.expect("ERR_CONNECTION_REFUSED")
    order = gateway.add_order()
    gateway.offline = True
    open_order(page, order)
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    gateway.offline = False
    page.get_by_role("button", name="Try again").click()
    expect(named(page, "order-id")).to_have_text(order)


def test_a_slow_answer_is_admitted(page, gateway):
    page.clock.install()
    gateway.silent = True
    open_order(page, gateway.add_order())
    expect(page.get_by_role("heading", name="Loading the order…")).to_be_visible()
    page.clock.fast_forward(5_000)
    expect(page.get_by_role("heading", name="Still loading.")).to_be_visible()


def test_a_slow_bank_is_admitted(page, gateway):
    page.clock.install()
    gateway.polls_until_settled = 1_000
    open_order(page, gateway.add_order())
    pay(page, "success@upi")
    expect(page.get_by_text("Waiting for your UPI app")).to_be_visible()
    page.clock.fast_forward(20_000)
    expect(page.get_by_text("Your bank is taking longer than usual.")).to_be_visible()
    page.clock.fast_forward(180_000)
    expect(named(page, "error-message")).to_contain_text("We lost touch with your bank")
    expect(page.get_by_role("heading", name="No answer yet")).to_be_visible()
    gateway.polls_until_settled = 0
    page.get_by_role("button", name="Check again").click()
    expect(named(page, "success-state")).to_be_visible()
    assert len(gateway.payments) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_payment_without_an_answer_is_not_called_failed_and_goes_on_when_sent_again(
    page, gateway, complaints, status
):
    complaints.expect(str(status))
    open_order(page, gateway.add_order())
    gateway.refusing["/payments/public"] = Refusal(status, "SERVER_ERROR", "Something went wrong on our side")
    pay(page, "success@upi")
    expect(page.get_by_role("heading", name="No answer yet")).to_be_visible()
    expect(page.get_by_text("Payment failed")).to_be_hidden()
    gateway.refusing.clear()
    named(page, "retry-button").click()
    expect(named(page, "success-state")).to_be_visible()
    assert len({request["headers"]["idempotency-key"] for request in gateway.posted("/payments/public")}) == 1


def test_an_answer_that_is_cut_off_is_no_answer(page, gateway):
    open_order(page, gateway.add_order())
    named(page, "vpa-input").fill("success@upi")
    gateway.cuts_answers = True
    named(page, "pay-button").click()
    expect(page.get_by_role("heading", name="No answer yet")).to_be_visible()
    gateway.cuts_answers = False
    named(page, "retry-button").click()
    expect(named(page, "success-state")).to_be_visible()
    assert len(gateway.payments) == 1


def test_back_from_the_upi_app_after_minutes_the_page_asks_before_it_gives_up(page, gateway):
    page.clock.install()
    gateway.polls_until_settled = 1_000
    open_order(page, gateway.add_order())
    pay(page, "success@upi")
    expect(page.get_by_text("Waiting for your UPI app")).to_be_visible()
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    page.clock.fast_forward(300_000)
    gateway.polls_until_settled = 0
    page.evaluate("() => { delete document.hidden; document.dispatchEvent(new Event('visibilitychange')); }")
    expect(named(page, "success-state")).to_be_visible()


def test_a_link_without_the_merchants_key_is_told_as_incomplete_before_anything_is_typed(page, gateway):
    order = gateway.add_order()
    page.goto(f"{CHECKOUT}/checkout?order_id={order}")
    expect(page.get_by_role("heading", name="This payment link is incomplete")).to_be_visible()
    expect(named(page, "order-id")).to_have_text(order)
    expect(named(page, "payment-methods")).to_be_hidden()


def test_the_success_page_does_not_call_a_payment_unknown_that_it_asked_for_too_often(page, gateway, complaints):
    complaints.expect("429")
    payment = gateway.add_payment(gateway.add_order())
    gateway.refusing["/payments"] = Refusal(429, "RATE_LIMIT_ERROR", "Too many requests")
    page.goto(f"{CHECKOUT}/success?payment_id={payment}")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    gateway.refusing.clear()
    page.get_by_role("button", name="Try again").click()
    expect(named(page, "success-state")).to_be_visible()
